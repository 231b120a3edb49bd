"""Does a JSON value fit a schema of our OpenAPI document? The few keywords that it uses, and no others."""

import re
from collections.abc import Mapping
from typing import Any

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
KNOWN = {
    *("$ref", "type", "description", "properties", "required", "additionalProperties", "items", "enum", "const"),
    *("oneOf", "pattern", "minimum", "maximum", "default", "format", "contentEncoding"),
}


def mismatches(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], where: str = "$") -> list[str]:
    """What in ``value`` the schema does not allow; nothing if it fits."""
    assert set(schema) <= KNOWN, f"{where}: {set(schema) - KNOWN}"
    if "$ref" in schema:
        return mismatches(value, resolve(schema["$ref"], document), document, where)
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not mismatches(value, one, document, where)]
        return [] if len(fitting) == 1 else [f"{where}: fits {len(fitting)} of oneOf"]
    if found := _of_kind(value, schema, where):
        return found
    if isinstance(value, list):
        return [m for i, one in enumerate(value) for m in mismatches(one, schema["items"], document, f"{where}[{i}]")]
    return _in_object(value, schema, document, where) if isinstance(value, dict) else _in_bounds(value, schema, where)


def resolve(reference: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What ``#/components/…`` refers to."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _of_kind(value: Any, schema: Mapping[str, Any], where: str) -> list[str]:
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return [] if value in allowed else [f"{where}: {value!r} is none of {allowed}"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(type(value) is KINDS[kind] for kind in kinds)
    return [] if fits else [f"{where}: {value!r} is not of {kinds}"]


def _in_bounds(value: Any, schema: Mapping[str, Any], where: str) -> list[str]:
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{where}: {value!r} does not match {schema['pattern']}"]
    if isinstance(value, int) and value < schema.get("minimum", value):
        return [f"{where}: {value} is too small"]
    return []


def _in_object(value: dict, schema: Mapping[str, Any], document: Mapping[str, Any], where: str) -> list[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where}.{name}: missing" for name in schema.get("required", []) if name not in value]
    for name, one in value.items():
        if name in properties:
            found += mismatches(one, properties[name], document, f"{where}.{name}")
        elif others is False:
            found.append(f"{where}.{name}: not described")
        elif isinstance(others, dict):
            found += mismatches(one, others, document, f"{where}.{name}")
    return found
