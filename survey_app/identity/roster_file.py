"""A roster file: CSV in UTF-8, `;` or `,`, with a header that names reference, email (optional), language (optional).

Every line that cannot be taken is listed with its number and the reason; the reasons quote no personal data.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.manifest import LANGUAGES
from survey_app.identity.errors import RosterUnreadable
from survey_app.identity.models import LONGEST_EMAIL, LONGEST_REFERENCE

MOST_BYTES = 16 * 1024 * 1024
DEFAULT_LANGUAGE = "kk"
_HEADERS: Mapping[str, frozenset[str]] = {
    "reference": frozenset(
        {"reference", "ref", "нөмір", "нөмірі", "табель нөмірі", "сілтеме", "номер", "табельный номер", "идентификатор"}
    ),
    "email": frozenset(
        {"email", "e-mail", "пошта", "эл. пошта", "электрондық пошта", "почта", "эл. почта", "электронная почта"}
    ),
    "language": frozenset({"language", "lang", "тіл", "тілі", "язык"}),
}
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\.]+(\.[^\s@,;:<>()\[\]\"\\.]+)+")


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
    reason: str


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
    rows: list[RosterRow] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            found = _row(cells, columns, len(header[1]), line, seen)
            (rows if isinstance(found, RosterRow) else bad).append(found)  # type: ignore[arg-type]
    return RosterFile(tuple(rows), tuple(bad), ignored)


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
        name = " ".join(unicodedata.normalize("NFC", title).split()).casefold()
        known = next((column for column, titles in _HEADERS.items() if name in titles), None)
        if known in places:
            raise RosterUnreadable(f"line 1: two columns are both the {known}")
        if known is None:
            ignored.append(title.strip())
        else:
            places[known] = place
    if "reference" not in places:
        raise RosterUnreadable(
            "line 1 names no reference column. The first line must be a header such as reference;email;language "
            "(or нөмір;пошта;тіл, or номер;почта;язык)"
        )
    return places, tuple(name for name in ignored if name)


def _row(
    cells: Sequence[str], columns: Mapping[str, int], width: int, line: int, seen: dict[tuple[str, str], int]
) -> RosterRow | BadRow:
    if any(cell.strip() for cell in cells[width:]):
        return BadRow(line, f"it has {len(cells)} cells, but the header has {width}")
    values = {name: _clean(cells[place]) if place < len(cells) else "" for name, place in columns.items()}
    reference, email = values["reference"], values.get("email", "")
    language = (values.get("language", "") or DEFAULT_LANGUAGE).lower()
    reason = _reason(reference, email, language)
    if reason:
        return BadRow(line, reason)
    keys = [("reference", reference.casefold()), *([("address", email.casefold())] if email else [])]
    for key in keys:
        if key in seen:
            return BadRow(line, f"the same {key[0]} as in line {seen[key]}")
    seen.update(dict.fromkeys(keys, line))
    return RosterRow(reference, email or None, language)


def _reason(reference: str, email: str, language: str) -> str | None:
    if not reference:
        return "the reference is missing"
    if len(reference) > LONGEST_REFERENCE:
        return f"the reference is longer than {LONGEST_REFERENCE} characters"
    if any(unicodedata.category(character).startswith("C") for character in reference + email + language):
        return "it contains a control character"
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        return "the address is not an e-mail address"
    if language not in LANGUAGES:
        return f"the language is none of {', '.join(LANGUAGES)}"
    return None


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()
