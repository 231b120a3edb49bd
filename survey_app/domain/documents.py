"""Frozen dataclasses in and out of signed JSON: strict types, fixed field order, no unknown fields.

bytes travel as base64url, times as RFC 3339 in UTC with whole seconds. A document class names its wire
format in the class variable ``format``, which is also its first field in JSON and the JWS' ``typ``.
"""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_origin

import cattrs
from cattrs.v import format_exception
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.domain import base64url, signing
from survey_app.domain.errors import Malformed, PikirError


class Document(Protocol):
    """What can be signed: a frozen dataclass with a wire format's name."""

    format: ClassVar[str]


D = TypeVar("D", bound=Document)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, such as 2026-11-22T09:00:00Z."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_time(text: object) -> datetime:
    """An aware time from RFC 3339 text. Raises Malformed."""
    try:
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]
        if moment.tzinfo is None:
            raise Malformed(f"this time names no zone: {text!r}")
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise Malformed(f"not an RFC 3339 time: {text!r}") from error


def to_payload(document: Document) -> bytes:
    """JSON bytes of a document, compact, fields in the class' order."""
    fields = {"format": document.format, **_CONVERTER.unstructure(document)}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def from_payload(kind: type[D], payload: bytes) -> D:
    """A document of class ``kind`` from JSON bytes. Raises Malformed."""
    try:
        fields = json.loads(payload.decode())
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(fields, dict) or fields.pop("format", None) != kind.format:
        raise Malformed(f"expected the format {kind.format!r}")
    try:
        return _CONVERTER.structure(fields, kind)
    except Malformed:
        raise
    except Exception as error:
        details = "; ".join(cattrs.transform_error(error, path=kind.format, format_exception=_explain))
        raise Malformed(f"not a valid {kind.format}: {details}") from error


def sign_document(document: Document, key: Ed25519PrivateKey) -> str:
    """Compact JWS of a document."""
    return signing.sign(to_payload(document), document.format, key)


def read_document(kind: type[D], text: str, public_key: bytes) -> D:
    """The document inside a compact JWS. Raises Malformed, SignatureInvalid."""
    return from_payload(kind, signing.verify(text, kind.format, public_key))


def read_self_signed(kind: type[D], text: str, key_field: str) -> D:
    """A document that carries its signer's key in ``key_field``; the caller decides whether to trust that key.

    Raises Malformed, SignatureInvalid.
    """
    document = from_payload(kind, signing.peek(text)[1])
    return read_document(kind, text, getattr(document, key_field))


def _explain(error: BaseException, kind: type | None) -> str:
    return str(error) if isinstance(error, PikirError) else format_exception(error, kind)


def _text(value: object, _: Any) -> str:
    if type(value) is not str:
        raise Malformed(f"expected str, got {value!r}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Malformed("text with half a character") from error
    return value


def _exactly(kind: type) -> Any:
    def structure(value: object, _: Any) -> object:
        if type(value) is not kind:
            raise Malformed(f"expected {kind.__name__}, got {value!r}")
        return value

    return structure


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _list_of(kind: Any, converter: Any) -> Any:
    """A tuple[item, ...] from a JSON array and from nothing else that can be walked."""
    item = get_args(kind)[0]

    def structure(value: object, _: Any) -> object:
        if type(value) is not list:
            raise Malformed(f"expected a list, got {value!r}")
        return tuple(converter.structure(one, item) for one in value)

    return structure


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in (int, bool, float):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bytes, lambda value, _: base64url.decode(value))
    converter.register_unstructure_hook(bytes, base64url.encode)
    converter.register_structure_hook_factory(_is_list, _list_of)
    converter.register_structure_hook(datetime, lambda value, _: parse_time(value))
    converter.register_unstructure_hook(datetime, format_time)
    return converter


_CONVERTER = _make_converter()
