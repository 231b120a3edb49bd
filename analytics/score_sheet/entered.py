"""What people entered on the sheet's page: read, scored, and complained about field by field. Nothing is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from analytics.score_sheet.order import Kind, PlannedKpi, planned_kpis
from analytics.score_sheet.sheet import (
    FinalMark,
    Line,
    PlanNotPositive,
    ScoreRefused,
    choose,
    entered_line,
    final_mark,
    survey_line,
)
from analytics.score_tables import TableAnomaly
from analytics.scoring import ScoringRecord
from survey_app.domain.errors import PikirError

LONGEST_TEXT = 500
PEOPLE = ("person", "post", "period", "authorised", "authorised_post")
NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_SPACES = str.maketrans({" ": None, "\u00a0": None, "\u2009": None, "\u202f": None, ",": "."})
_NOT_WRITTEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

Fields = Mapping[str, str]


class NotANumber(PikirError):
    """Neither 95.5 nor 95,5."""

    slug = "not-a-number"


class FieldMissing(PikirError):
    """A field that the sheet needs is empty."""

    slug = "field-missing"


class TextUnfit(PikirError):
    """A text that is too long for the sheet, or has characters that cannot be printed."""

    slug = "text-unfit"


@dataclass(frozen=True)
class Filled:
    """A sheet as far as it is filled in.

    ``people`` are the texts named in PEOPLE; ``lines`` are the five KPIs, None where the entries do not give one yet;
    ``complaints`` are by field's name; ``mark`` is there once nothing is missing or wrong.
    """

    people: Mapping[str, str]
    lines: tuple[Line | None, ...]
    complaints: Mapping[str, PikirError]
    mark: FinalMark | None

    @property
    def complete(self) -> tuple[Line, ...]:
        """The five lines of a sheet that has its final mark."""
        return tuple(line for line in self.lines if line is not None)


def field(index: int, name: str) -> str:
    """Name of a field of the KPI at ``index`` (from 1): name, unit, plan, fact, score, note."""
    return f"kpi{index}_{name}"


def read_number(text: str) -> Decimal:
    """A decimal written with a point or a comma, perhaps with spaces between thousands. Raises NotANumber."""
    plain = text.translate(_SPACES)
    if not NUMBER.fullmatch(plain):
        raise NotANumber(f"not a number: {text[:40]!r}")
    return Decimal(plain)


def fill(fields: Fields, record: ScoringRecord, language: str, *, strict: bool = False) -> Filled:
    """Score what was entered. Every refusal becomes a complaint beside its field; none is raised."""
    reader = _Reader(fields, record, language, strict=strict)
    people = {name: reader.text(name) for name in PEOPLE}
    lines = tuple(reader.line(index, kpi) for index, kpi in enumerate(planned_kpis(), 1))
    whole = [line for line in lines if line is not None and line.score is not None]
    mark = final_mark(whole) if len(whole) == len(lines) and not reader.complaints else None
    return Filled(people, lines, MappingProxyType(reader.complaints), mark)


class _Reader:
    """Reads fields one after another and keeps the complaints."""

    def __init__(self, fields: Fields, record: ScoringRecord, language: str, *, strict: bool) -> None:
        self._fields = fields
        self._record = record
        self._language = language
        self._strict = strict
        self.complaints: dict[str, PikirError] = {}

    def line(self, index: int, kpi: PlannedKpi) -> Line | None:
        try:
            line = self._survey() if kpi.kind is Kind.SURVEY else self._entered(index, kpi.kind)
        except TableAnomaly as error:
            self._complain(field(index, "score" if kpi.kind is Kind.SURVEY else "fact"), error)
            return None
        except PlanNotPositive as error:
            self._complain(field(index, "plan"), error)
            return None
        return None if line is None else self._scored(index, line)

    def text(self, name: str, *, needed: bool = True) -> str:
        text = " ".join(self._fields.get(name, "").split())
        if len(text) > LONGEST_TEXT or _NOT_WRITTEN.search(text):
            self._complain(name, TextUnfit(f"at most {LONGEST_TEXT} characters that can be printed"))
            return ""
        if needed and not text:
            self._complain(name, FieldMissing("needed on the sheet"))
        return text

    def _survey(self) -> Line:
        return survey_line(self._record, self._record.indicator[self._language], strict=self._strict)

    def _entered(self, index: int, kind: Kind) -> Line | None:
        name, unit = self.text(field(index, "name")), self.text(field(index, "unit"))
        plan, fact = self._number(field(index, "plan")), self._number(field(index, "fact"))
        if plan is None or fact is None:
            return None
        return entered_line(kind, name, unit, plan, fact, strict=self._strict)

    def _scored(self, index: int, line: Line) -> Line:
        note = self.text(field(index, "note"), needed=False)
        if line.is_fixed and not self._fields.get(field(index, "score"), "").strip():
            return choose(line, line.highest, note)
        score = self._number(field(index, "score"))
        if score is None:
            return line
        try:
            return choose(line, score, note)
        except ScoreRefused as error:
            self._complain(field(index, "score"), error)
            return line

    def _number(self, name: str) -> Decimal | None:
        text = self._fields.get(name, "").strip()
        if not text:
            self._complain(name, FieldMissing("needed on the sheet"))
            return None
        try:
            return read_number(text)
        except NotANumber as error:
            self._complain(name, error)
            return None

    def _complain(self, name: str, error: PikirError) -> None:
        self.complaints[name] = error
