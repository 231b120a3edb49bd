"""The bodies of a round in one table: a row a body, its names and its head's post, and what differs from the round."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.campaigns.hand_ins import BadRow, Columns, Reason, RowRefused, find_columns, whole_number
from analytics.campaigns.moments import read_wall_clock
from analytics.campaigns.terms import CODE, LEAST_GROUP
from analytics.methods import METHODS
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import Body, LocalisedText
from survey_app.web.spreadsheet import Row, Table

TITLES: Mapping[str, frozenset[str]] = {
    "code": frozenset({"code", "body code", "коды", "код", "орган коды", "код органа"}),
    "name_kk": frozenset({"name kk", "атауы", "атауы қаз", "наименование каз", "наименование на казахском"}),
    "name_ru": frozenset({"name ru", "атауы орыс", "наименование", "наименование рус", "наименование на русском"}),
    "name_en": frozenset({"name en", "атауы ағыл", "наименование англ", "наименование на английском"}),
    "head_kk": frozenset({"head kk", "лауазымы", "лауазымы қаз", "должность каз", "должность на казахском"}),
    "head_ru": frozenset({"head ru", "лауазымы орыс", "должность", "должность рус", "должность на русском"}),
    "head_en": frozenset({"head en", "лауазымы ағыл", "должность англ", "должность на английском"}),
    "visits": frozenset({"visits", "кіру саны", "число посещений"}),
    "issuance_opens": frozenset({"issuance opens", "жетон беру басталуы", "начало выдачи"}),
    "issuance_closes": frozenset({"issuance closes", "жетон беру аяқталуы", "окончание выдачи"}),
    "collection_opens": frozenset({"collection opens", "жауап жинау басталуы", "начало сбора"}),
    "collection_closes": frozenset({"collection closes", "жауап жинау аяқталуы", "окончание сбора"}),
    "kpi_method": frozenset({"kpi method", "method", "әдіс", "метод"}),
    "minimum_group": frozenset({"minimum group", "ең аз топ", "минимальная группа"}),
    "minimum_turnout": frozenset({"minimum turnout", "ең аз қатысу", "минимальная явка"}),
}
NAMES = ("name_kk", "name_ru", "name_en")
HEADS = ("head_kk", "head_ru", "head_en")
NEEDED = ("code", *NAMES)
TIMES = ("issuance_opens", "issuance_closes", "collection_opens", "collection_closes")
_NUMBERS = {"minimum_group": (LEAST_GROUP, 1000), "minimum_turnout": (0, 100)}
_VISITS = {"two": "two", "2": "two", "екі": "two", "два": "two", "single": "single", "1": "single", "бір": "single"}
_VISITS |= {"один": "single", "одно": "single"}


@dataclass(frozen=True)
class BodyRow:
    """One body: ``exceptions`` are the fields of its terms (times by their names) that differ from the round's."""

    line: int
    body: Body
    head: LocalisedText
    exceptions: Mapping[str, object]


@dataclass(frozen=True)
class BodyFile:
    """Good rows, bad rows, and titles of columns that nothing here needs."""

    rows: tuple[BodyRow, ...]
    bad_rows: tuple[BadRow, ...]
    ignored_columns: tuple[str, ...]


def read_bodies(table: Table, head: LocalisedText) -> BodyFile:
    """The bodies in a table; ``head`` is the post assessed where a row names none. Raises ColumnsUnknown."""
    columns = find_columns(table, TITLES, NEEDED)
    rows: list[BodyRow] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for row in table.rows[1:]:
        try:
            rows.append(_row(row, columns, head, seen))
        except RowRefused as refused:
            bad.append(refused.bad)
    return BodyFile(tuple(rows), tuple(bad), columns.ignored)


def _row(row: Row, columns: Columns, head: LocalisedText, seen: dict[str, int]) -> BodyRow:
    values = columns.values(row)
    code = values["code"]
    if not CODE.fullmatch(code):
        raise RowRefused(row.line, Reason.CODE, code)
    before = seen.setdefault(code.casefold(), row.line)
    if before != row.line:
        raise RowRefused(row.line, Reason.REPEATED, str(before))
    for name in NAMES:
        if not values[name]:
            raise RowRefused(row.line, Reason.MISSING, name)
    posts = [values.get(name, "") or head[name[-2:]] for name in HEADS]
    for name, post in zip(HEADS, posts, strict=True):
        if not post.strip():
            raise RowRefused(row.line, Reason.MISSING, name)
    names = LocalisedText(*(values[name] for name in NAMES))
    return BodyRow(row.line, Body(code, names), LocalisedText(*posts), _exceptions(row.line, values))


def _exceptions(line: int, values: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    if text := values.get("visits", ""):
        if text.casefold() not in _VISITS:
            raise RowRefused(line, Reason.VISITS, text)
        found["visits"] = _VISITS[text.casefold()]
    if text := values.get("kpi_method", ""):
        if text not in METHODS:
            raise RowRefused(line, Reason.METHOD, text)
        found["kpi_method"] = text
    for name, (least, most) in _NUMBERS.items():
        if text := values.get(name, ""):
            found[name] = whole_number(line, name, text, least, most)
    for name in TIMES:
        if text := values.get(name, ""):
            try:
                found[name] = read_wall_clock(text)
            except Malformed as error:
                raise RowRefused(line, Reason.TIME, f"{name}: {text}") from error
    return found
