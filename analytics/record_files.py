"""A signed ScoringRecord as the files that are handed on: JSON and CSV carry the JWS, and are functions of it.

Because each file is made from the JWS alone, byte for byte, checking one means making it again.
"""

import csv
import io
import json
from typing import Any

from survey_app.domain import signing
from survey_app.domain.errors import Malformed

JWS_FIELD = "jws"
BOM = b"\xef\xbb\xbf"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def record_json(jws: str) -> bytes:
    """The record's payload pretty-printed in UTF-8, with the JWS as its last field. Raises Malformed."""
    fields = {**_payload(jws), JWS_FIELD: jws}
    return json.dumps(fields, ensure_ascii=False, indent=2).encode() + b"\n"


def record_csv(jws: str) -> bytes:
    """One header and one row (RFC 4180, UTF-8 with BOM), the JWS last. Raises Malformed.

    A cell that a spreadsheet could take for a formula starts with an apostrophe.
    """
    columns = {**_flatten(_payload(jws)), JWS_FIELD: jws}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerow(_harmless(cell) for cell in columns.values())
    return BOM + text.getvalue().encode()


def jws_in_json(data: bytes) -> str:
    """The JWS in a record's JSON file. Raises Malformed."""
    try:
        return _text(json.loads(data)[JWS_FIELD])
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("not the JSON file of a scoring record") from error


def jws_in_csv(data: bytes) -> str:
    """The JWS in a record's CSV file. Raises Malformed."""
    try:
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True)
        return _text(row[JWS_FIELD])
    except (ValueError, KeyError, csv.Error) as error:
        raise Malformed("not the CSV file of a scoring record") from error


def _payload(jws: str) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = json.loads(signing.peek(jws)[1])
    except ValueError as error:
        raise Malformed("not a scoring record") from error
    return payload


def _flatten(fields: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested objects become columns such as body_name_kk; lists and counts by reason become one text."""
    columns: dict[str, str] = {}
    for name, value in fields.items():
        if name == "rejected":
            columns[name] = "; ".join(f"{reason}={count}" for reason, count in value.items())
        elif isinstance(value, dict):
            columns |= _flatten(value, f"{prefix}{name}_")
        else:
            columns[prefix + name] = _cell(value)
    return columns


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("the record's JWS is missing")
    return value
