"""A roster file, CSV in UTF-8 or XLSX, with a header that names reference, email (optional), language (optional).

Every line that cannot be taken is listed with its number and the reason.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey_app.identity.errors import RosterUnreadable
from survey_app.identity.roster_rows import REFERENCE, BadRow, RosterRow, check_rows, check_table, known_column
from survey_app.web.spreadsheet import read_spreadsheet

MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class RosterFile:
    """Good rows, bad rows, and the columns that were left out because nothing here needs them."""

    rows: tuple[RosterRow, ...]
    bad_rows: tuple[BadRow, ...]
    ignored_columns: tuple[str, ...]


def parse_roster(data: bytes) -> RosterFile:
    """Read a roster file. Raises RosterUnreadable if it is no such file at all."""
    lines = _records(_decode(data))
    header = next(lines, None)
    if header is None:
        raise RosterUnreadable("the file is empty: it needs a header line such as reference;email;language")
    columns, ignored = _columns(header[1])
    rows, bad = check_rows(lines, columns, len(header[1]))
    return RosterFile(rows, bad, ignored)


def parse_workbook(data: bytes, name: str) -> RosterFile:
    """Read a roster from a workbook (XLSX), whose first line is the heading as in a CSV file.

    Raises RosterUnreadable, SpreadsheetRefused.
    """
    table = read_spreadsheet(data, name)
    columns, ignored = _columns(table.rows[0].cells)
    checked = check_table(table, columns)
    return RosterFile(*checked, ignored)


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise RosterUnreadable(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RosterUnreadable('the file is in UTF-16. Save it in the spreadsheet as "CSV UTF-8" and try again')
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RosterUnreadable(
            f"the file is not in UTF-8 (line {line}); it is probably in Windows-1251, which has no Kazakh letters. "
            'Save it in the spreadsheet as "CSV UTF-8" and try again'
        ) from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each record."""
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise RosterUnreadable(f"line {start}: {error}. A quotation mark may be missing") from error


def _columns(header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each known column stands, and the names of the others."""
    places: dict[str, int] = {}
    ignored = []
    for place, title in enumerate(header):
        known = known_column(title)
        if known in places:
            raise RosterUnreadable(f"line 1: two columns are both the {known}")
        if known is None:
            ignored.append(title.strip())
        else:
            places[known] = place
    if REFERENCE not in places:
        raise RosterUnreadable(
            "line 1 names no reference column. The first line must be a header such as reference;email;language "
            "(or нөмір;пошта;тіл, or номер;почта;язык)"
        )
    return places, tuple(name for name in ignored if name)
