"""Workbooks (XLSX) in which nothing but our own layout is ever interpreted: texts are texts, numbers are numbers.

A text that begins with "=" is written as a text, never as a formula or a link; numbers are numbers, so that a
spreadsheet can count with them and shows the reader's own decimal sign. The same contents give the same bytes.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767
LONGEST_SHEET_NAME = 31
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Calibri", "font_size": 11, "valign": "top"},
}
MOST_EXACT = 10**15

Value = str | int | Decimal | bool | None


@dataclass(frozen=True)
class Written:
    """A workbook that is being written, and where its bytes will be."""

    workbook: Workbook
    buffer: io.BytesIO

    @property
    def data(self) -> bytes:
        """The file, once the block of ``workbook`` has ended."""
        return self.buffer.getvalue()


@contextmanager
def new_workbook(title: str, moment: datetime = EPOCH) -> Iterator[Written]:
    """A workbook with a title and a date, in memory only."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, _OPTIONS)
    workbook.set_properties({"title": title, "created": moment.astimezone(UTC).replace(tzinfo=None)})
    yield Written(workbook, buffer)
    workbook.close()


def add_sheet(workbook: Workbook, name: str) -> Worksheet:
    """A sheet with as much of ``name`` as a sheet's name may hold."""
    return workbook.add_worksheet(name.translate(_NOT_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME].strip("' "))


def write(sheet: Worksheet, row: int, column: int, value: Value, look: Format | None = None) -> None:
    """One cell: a text as a text whatever it begins with, a number as a number, None as nothing.

    A whole number with more digits than a spreadsheet keeps is a text, so that none is lost.
    """
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int) and abs(value) >= MOST_EXACT:
        sheet.write_string(row, column, str(value), look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST_TEXT], look)
    else:
        sheet.write_number(row, column, float(value), look)
