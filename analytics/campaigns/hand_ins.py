"""What tables that officers hand in have in common: known columns under their titles, and reasons for bad rows.

A row that cannot be taken is named with its line and a reason; a value that is quoted in it is the officer's own.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.domain.errors import PikirError
from survey_app.web.spreadsheet import Row, Table

Titles = Mapping[str, frozenset[str]]


class Reason(StrEnum):
    """Why a row is not taken; the value is the sentence that operators read, before the detail."""

    FORMULA = "a formula stands where text is needed; replace it by its result"
    EXTRA_CELLS = "it has more cells than the header"
    CODE = "the code needs 1 to 40 Latin letters, digits, '.', '_' or '-'"
    REPEATED = "the same code as in line"
    MISSING = "a value is missing"
    TOO_LONG = "the text is longer than 300 characters"
    CONTROL = "it contains a control character"
    NUMBER = "this is no whole number in the range that is allowed"
    TIME = "this is no time such as 2026-11-02 09:00"
    VISITS = "visits are either two or single"
    METHOD = "there is no such KPI method"
    SCHEDULE = "the times are not in an order that is allowed"
    EXISTS = "the body has a campaign in this round already"


@dataclass(frozen=True)
class BadRow:
    """A line of the file (from 1), why it is not taken, and which value or column that is about."""

    line: int
    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" + (f": {self.detail}" if self.detail else "")


class ColumnsUnknown(PikirError):
    """The first row names not all columns that are needed, or one twice."""

    slug = "columns-unknown"

    def __init__(self, missing: tuple[str, ...], repeated: tuple[str, ...]) -> None:
        lacking = f"the first row lacks the columns {', '.join(missing)}" if missing else ""
        twice = f"two columns are both {', '.join(repeated)}" if repeated else ""
        super().__init__("; ".join(text for text in (lacking, twice) if text))
        self.missing = missing
        self.repeated = repeated


class RowRefused(PikirError):
    """One row is bad; whoever goes through them collects it."""

    slug = "row-refused"

    def __init__(self, line: int, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.bad = BadRow(line, reason, detail)


@dataclass(frozen=True)
class Columns:
    """Where each known column stands, how wide the header is, and the titles of columns that nothing here needs."""

    places: Mapping[str, int]
    width: int
    ignored: tuple[str, ...]

    def values(self, row: Row) -> dict[str, str]:
        """The row's text by column, missing ones empty. Raises RowRefused."""
        if len(row.cells) > self.width:
            raise RowRefused(row.line, Reason.EXTRA_CELLS)
        for name, place in self.places.items():
            if place in row.formulas:
                raise RowRefused(row.line, Reason.FORMULA, name)
        values = {name: _clean(row, place) for name, place in self.places.items()}
        for name, value in values.items():
            if any(unicodedata.category(character).startswith("C") for character in value):
                raise RowRefused(row.line, Reason.CONTROL, name)
            if len(value) > 300:  # noqa: PLR2004 (what fits a page)
                raise RowRefused(row.line, Reason.TOO_LONG, name)
        return values


def find_columns(table: Table, titles: Titles, needed: tuple[str, ...]) -> Columns:
    """The columns of a table by its first row. Raises ColumnsUnknown."""
    header = table.rows[0].cells
    places: dict[str, int] = {}
    ignored, repeated = [], []
    for place, title in enumerate(header):
        name = " ".join(unicodedata.normalize("NFC", title).replace("_", " ").split()).casefold()
        known = next((column for column, names in titles.items() if name in names), None)
        if known is None:
            ignored.append(title)
        elif known in places:
            repeated.append(known)
        else:
            places[known] = place
    missing = tuple(column for column in needed if column not in places)
    if missing or repeated:
        raise ColumnsUnknown(missing, tuple(repeated))
    return Columns(places, len(header), tuple(title for title in ignored if title))


def whole_number(line: int, name: str, text: str, least: int, most: int) -> int:
    """Raises RowRefused."""
    digits = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9 or not least <= int(digits) <= most:  # noqa: PLR2004
        raise RowRefused(line, Reason.NUMBER, f"{name}: {text}")
    return int(digits)


def _clean(row: Row, place: int) -> str:
    return unicodedata.normalize("NFC", row.cells[place]).strip() if place < len(row.cells) else ""
