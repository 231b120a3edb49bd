"""A signed ScoringRecord as the files that are handed on: JSON, CSV and XLSX carry the JWS, and are functions of it.

Because each file is made from the JWS alone, byte for byte, checking one means making it again.
"""

import csv
import io
import json
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from analytics.workbook import add_sheet, new_workbook, write
from survey_app.domain import signing
from survey_app.domain.errors import Malformed
from survey_app.web.csv_cells import harmless

JWS_FIELD = "jws"
BOM = b"\xef\xbb\xbf"
LARGEST_WORKBOOK = 1_000_000
_NUMBERS = ("plan", "fact", "realisation_percent", "second_value", "turnout", "score_low", "score_high")
_SHARED_STRINGS = "xl/sharedStrings.xml"
_TEXT = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"


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
    writer.writerow(harmless(cell) for cell in columns.values())
    return BOM + text.getvalue().encode()


def record_xlsx(jws: str) -> bytes:
    """A sheet of two columns, field and value, the JWS last; percentages, scores and counts are numbers.

    Raises Malformed.
    """
    fields = _payload(jws)
    columns = {**_flatten(fields), JWS_FIELD: jws}
    with new_workbook("Scoring record") as written:
        sheet = add_sheet(written.workbook, "Scoring record")
        wrapped = written.workbook.add_format({"text_wrap": True})
        two_places = written.workbook.add_format({"num_format": "0.00", "align": "left"})
        whole = written.workbook.add_format({"num_format": "0", "align": "left"})
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 100)
        for row, (name, text) in enumerate(columns.items()):
            write(sheet, row, 0, name)
            if name in _NUMBERS and text:
                write(sheet, row, 1, Decimal(text), two_places)
            elif type(fields.get(name)) is int:
                write(sheet, row, 1, int(text), whole)
            else:
                write(sheet, row, 1, text, wrapped)
    return written.data


def jws_in_xlsx(data: bytes) -> str:
    """The JWS in a record's XLSX file. Raises Malformed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            part = file.getinfo(_SHARED_STRINGS)
            if part.file_size > LARGEST_WORKBOOK:
                raise Malformed("not the XLSX file of a scoring record")
            texts = [element.text for element in ET.fromstring(file.read(part)).iter(_TEXT)]  # noqa: S314 (bounded)
        return _text(texts[texts.index(JWS_FIELD) + 1])
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, ET.ParseError, NotImplementedError) as error:
        raise Malformed("not the XLSX file of a scoring record") from error


def same_workbook(data: bytes, other: bytes) -> bool:
    """Whether two XLSX files hold the same; how they are compressed depends on a library. Raises Malformed."""
    return _parts(data) == _parts(other)


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


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            if sum(part.file_size for part in file.infolist()) > LARGEST_WORKBOOK:
                raise Malformed("not the XLSX file of a scoring record")
            return {part.filename: file.read(part) for part in file.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Malformed("not the XLSX file of a scoring record") from error


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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("the record's JWS is missing")
    return value
