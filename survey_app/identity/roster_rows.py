"""Rows of a roster, whatever file they come from: which columns are which, which rows can be taken, why others cannot.

The reasons quote no personal data. They are message texts with values, so that a page can say them in its language.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import LANGUAGES
from survey_app.identity.models import LONGEST_EMAIL, LONGEST_REFERENCE
from survey_app.web.spreadsheet import Table

DEFAULT_LANGUAGE = "kk"
REFERENCE, EMAIL, LANGUAGE = "reference", "email", "language"
COLUMNS = (REFERENCE, EMAIL, LANGUAGE)
_HEADERS: Mapping[str, frozenset[str]] = {
    REFERENCE: frozenset(
        {"reference", "ref", "нөмір", "нөмірі", "табель нөмірі", "сілтеме", "номер", "табельный номер", "идентификатор"}
    ),
    EMAIL: frozenset(
        {"email", "e-mail", "пошта", "эл. пошта", "электрондық пошта", "почта", "эл. почта", "электронная почта"}
    ),
    LANGUAGE: frozenset({"language", "lang", "тіл", "тілі", "язык"}),
}
_LANGUAGE_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("қазақ", "қазақша", "казахский", "қаз", "каз", "kaz", "kazakh", "kk-kz"), "kk"),
    **dict.fromkeys(("орыс", "орысша", "русский", "рус", "rus", "russian", "ru-ru", "ru-kz"), "ru"),
    **dict.fromkeys(("ағылшын", "ағылшынша", "английский", "англ", "eng", "english"), "en"),
}
# "=?" begins an encoded word (RFC 2047): a message's header would read another address, or none, into it
_EMAIL = re.compile(r"(?!.*=\?)[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\.]+(\.[^\s@,;:<>()\[\]\"\\.]+)+")


def N_(message: str) -> str:  # noqa: N802 (the name that the text collector knows)
    """Mark a text that is translated where it is shown."""
    return message


FORMULA = N_("a cell holds a formula, whose result is not taken: put the value itself there")


@dataclass(frozen=True)
class RosterRow:
    """One eligible person: the body's own reference (never a name is needed), an address or None, a language."""

    reference: str
    email: str | None
    language: str


@dataclass(frozen=True)
class BadRow:
    """A line of the file (from 1, the header included) that cannot be taken, and why."""

    line: int
    message: str
    values: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, in English."""
        return self.message % self.values


class RowRefused(PikirError):
    """One row cannot be taken; ``message`` and ``values`` say why."""

    slug = "row-refused"

    def __init__(self, message: str, **values: int | str) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


def header_name(title: str) -> str:
    """A column's title as it is compared: however it was composed, spaced or capitalised."""
    return " ".join(unicodedata.normalize("NFC", title).split()).casefold()


def known_column(title: str) -> str | None:
    """What a column with this title usually is: reference, email, language; or None."""
    name = header_name(title)
    return next((column for column, titles in _HEADERS.items() if name in titles), None)


def check_rows(
    lines: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int], width: int
) -> tuple[tuple[RosterRow, ...], tuple[BadRow, ...]]:
    """(rows that can be taken, the others with their reasons); empty lines are passed over.

    ``columns`` tells where each known column stands, ``width`` how many cells the header has.
    """
    rows: list[RosterRow] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(cells, columns, width, line, seen))
        except RowRefused as refused:
            bad.append(BadRow(line, refused.message, refused.values))
    return tuple(rows), tuple(bad)


def check_table(
    table: Table, columns: Mapping[str, int], *, has_heading: bool = True
) -> tuple[tuple[RosterRow, ...], tuple[BadRow, ...]]:
    """The same for a spreadsheet's rows; a formula where we read is a reason, since its result is not taken."""
    rows = table.rows[1:] if has_heading else table.rows
    calculated = {row.line for row in rows if set(row.formulas) & set(columns.values())}
    width = max(len(row.cells) for row in table.rows)
    good, bad = check_rows(((row.line, row.cells) for row in rows if row.line not in calculated), columns, width)
    found = (*bad, *(BadRow(line, FORMULA) for line in calculated))
    return good, tuple(sorted(found, key=lambda row: row.line))


def check_entry(reference: str, email: str, language: str) -> RosterRow:
    """One entry as somebody typed it. Raises RowRefused."""
    reference, email, language = (_clean(cell) for cell in (reference, email, language))
    language = language.lower() or DEFAULT_LANGUAGE
    language = _LANGUAGE_NAMES.get(language, language)
    if not reference:
        raise RowRefused(N_("the reference is missing"))
    if len(reference) > LONGEST_REFERENCE:
        raise RowRefused(N_("the reference is longer than %(most)s characters"), most=LONGEST_REFERENCE)
    if any(unicodedata.category(character).startswith("C") for character in reference + email + language):
        raise RowRefused(N_("it contains a control character"))
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        raise RowRefused(N_("the address is not an e-mail address"))
    if language not in LANGUAGES:
        raise RowRefused(N_("the language is none of %(languages)s"), languages=", ".join(LANGUAGES))
    return RosterRow(reference, email or None, language)


def _row(
    cells: Sequence[str], columns: Mapping[str, int], width: int, line: int, seen: dict[tuple[str, str], int]
) -> RosterRow:
    if any(cell.strip() for cell in cells[width:]):
        raise RowRefused(N_("it has %(cells)s cells, but the header has %(width)s"), cells=len(cells), width=width)
    values = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    row = check_entry(values[REFERENCE], values.get(EMAIL, ""), values.get(LANGUAGE, ""))
    said = {
        (REFERENCE, row.reference.casefold()): N_("the same reference as in line %(line)s"),
        **({(EMAIL, row.email.casefold()): N_("the same address as in line %(line)s")} if row.email else {}),
    }
    for key, message in said.items():
        if key in seen:
            raise RowRefused(message, line=seen[key])
    seen.update(dict.fromkeys(said, line))
    return row


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()
