"""The score sheet as arithmetic: realisation, the table's row, the score that may be chosen, the final mark.

Points 16 to 21 and Appendices 3 to 5. Nothing here chooses a score: within the row the authorised person does (A6).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from analytics.score_sheet.order import Grade, Kind, grade_of, planned_kpis
from analytics.score_tables import (
    ROUNDING_DECIDES,
    ScoreLookup,
    ScoreRow,
    ceiling_score,
    range_score,
    row_named,
    survey_score,
)
from analytics.scoring import ScoringRecord
from survey_app.domain.errors import PikirError

STEP = Decimal("0.01")
HINT_DIVISOR = 20
PROVISIONAL = "provisional"
ROW_ONLY = "row_only"
FIXED = "fixed_score"


class PlanNotPositive(PikirError):
    """A plan of nothing cannot be realised to any percentage."""

    slug = "plan-not-positive"


class ScoreRefused(PikirError):
    """A score that the Order does not allow for this realisation; ``lowest`` and ``highest`` bound what it does."""

    slug = "score-refused"

    def __init__(self, lowest: Decimal, highest: Decimal, message: str) -> None:
        super().__init__(message)
        self.lowest = lowest
        self.highest = highest


class ScoreNotInSteps(ScoreRefused):
    """Scores are given in steps of 0.01."""

    slug = "score-not-in-steps"


class ScoreAboveCeiling(ScoreRefused):
    """Appendix 4 forbids a score above the highest one of the row."""

    slug = "score-above-ceiling"


class ScoreOutsideRange(ScoreRefused):
    """Appendix 5 leaves a range to choose from, and this lies outside."""

    slug = "score-outside-range"


class SheetIncomplete(PikirError):
    """A final mark needs all five scores (points 11 and 20)."""

    slug = "sheet-incomplete"


@dataclass(frozen=True)
class Line:
    """One KPI on the sheet. ``share`` is fact / plan unrounded, ``realisation`` the same in percent, rounded once.

    Both and ``fact`` are None for a survey of so few that only its ``row`` may be known. ``lowest`` and ``highest``
    bound the score, ``hint`` is the point of the row at which the percentage stands (not binding, A6). ``score`` is
    None until somebody chooses; ``note`` is a reason for the choice, which the Order does not ask for.
    """

    kind: Kind
    name: str
    unit: str
    plan: str
    fact: str | None
    share: Fraction | None
    realisation: str | None
    row: ScoreRow
    lowest: Decimal
    highest: Decimal
    hint: Decimal | None
    score: Decimal | None
    note: str
    flags: tuple[str, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether the table leaves no choice (A4)."""
        return self.lowest == self.highest


@dataclass(frozen=True)
class FinalMark:
    """The mean of five scores (point 20), ``exact`` and rounded half up to 0.01, with its grade (point 21)."""

    exact: Fraction
    mean: Decimal
    grade: Grade
    flags: tuple[str, ...]


def entered_line(kind: Kind, name: str, unit: str, plan: Decimal, fact: Decimal, *, strict: bool = False) -> Line:
    """A KPI other than the survey's: Appendix 4 for the one on assignments, Appendix 5 for the rest (A5).

    Raises PlanNotPositive, PercentOutOfRange for a negative fact, TableAnomaly if ``strict`` (A1).
    """
    if plan <= 0:
        raise PlanNotPositive("the plan must be more than 0")
    share = Fraction(fact) / Fraction(plan)
    look_up = ceiling_score if kind is Kind.ASSIGNMENTS else range_score
    found = look_up(share, strict=strict)
    return _line(
        found.row,
        kind=kind,
        name=name,
        unit=unit,
        plan=f"{plan:f}",
        fact=f"{fact:f}",
        share=share,
        realisation=f"{found.percent:.2f}",
        hint=None if kind is Kind.ASSIGNMENTS else hint(found),
        flags=found.flags,
    )


def survey_line(record: ScoringRecord, name: str, *, strict: bool = False) -> Line:
    """The survey's KPI, from its record alone; always Appendix 5. ``name`` is the record's in the sheet's language.

    Raises TableAnomaly if ``strict`` (A1), UnknownRow.
    """
    share, found = None, None
    if record.fact is not None:
        share = _exact_share(record)
        found = survey_score(share, strict=strict)
    own = {PROVISIONAL: record.standing == "provisional", ROW_ONLY: record.fact is None}
    return _line(
        row_named(record.row),
        kind=Kind.SURVEY,
        name=name,
        unit=record.unit,
        plan=record.plan,
        fact=record.fact,
        share=share,
        realisation=record.realisation_percent,
        hint=None if found is None else hint(found),
        flags=(*record.flags, *(flag for flag, holds in own.items() if holds)),
    )


def choose(line: Line, score: Decimal, note: str = "") -> Line:
    """The line with the authorised person's score.

    Raises ScoreNotInSteps, ScoreAboveCeiling (Appendix 4), ScoreOutsideRange.
    """
    limits = line.lowest, line.highest
    if score != score.quantize(STEP, ROUND_HALF_UP):
        raise ScoreNotInSteps(*limits, "a score is given in steps of 0.01")
    if line.kind is Kind.ASSIGNMENTS and score > line.highest:
        raise ScoreAboveCeiling(*limits, f"Appendix 4 allows at most {line.highest}")
    if not line.lowest <= score <= line.highest:
        raise ScoreOutsideRange(*limits, f"a score from {line.lowest} to {line.highest} is allowed")
    return replace(line, score=score.quantize(STEP), note=note)


def hint(found: ScoreLookup) -> Decimal:
    """Lowest score of the row plus a twentieth of the percentage's distance from the row's beginning, to 0.01."""
    point = found.row.lowest + (found.percent - found.row.start) / HINT_DIVISOR
    return min(point.quantize(STEP, ROUND_HALF_UP), found.row.highest)


def final_mark(lines: Sequence[Line]) -> FinalMark:
    """The mean of all scores, rounded half up to 0.01, and its grade; flagged where rounding decides it (A8).

    Raises SheetIncomplete unless the lines are the five KPIs in their order, each with a score.
    """
    if [line.kind for line in lines] != [kpi.kind for kpi in planned_kpis()]:
        raise SheetIncomplete("the sheet has exactly the five KPIs of points 8 and 11")
    scores = [line.score for line in lines if line.score is not None]
    if len(scores) != len(lines):
        raise SheetIncomplete("the final mark needs a score for each of the five KPIs")
    exact = sum(map(Fraction, scores), Fraction(0)) / len(scores)
    mean = _hundredths(exact + Fraction(1, 200))
    grade = grade_of(mean)
    decided = grade_of(_hundredths(exact)) != grade
    return FinalMark(exact, mean, grade, (ROUNDING_DECIDES,) if decided else ())


def _exact_share(record: ScoringRecord) -> Fraction:
    """What the row was looked up by: the exact fraction where it is published, else the rounded percentage."""
    if record.numerator is not None and record.denominator:
        return Fraction(record.numerator, record.denominator)
    return Fraction(str(record.fact)) / 100


def _line(row: ScoreRow, *, flags: tuple[str, ...], **fields: Any) -> Line:
    """A line nobody has scored yet; where the row leaves no choice its only score stands (A4)."""
    fixed = row.lowest == row.highest
    return Line(
        row=row,
        lowest=row.lowest,
        highest=row.highest,
        score=row.highest if fixed else None,
        note="",
        flags=(*flags, FIXED) if fixed else flags,
        **fields,
    )


def _hundredths(value: Fraction) -> Decimal:
    return Decimal(math.floor(value * 100)).scaleb(-2)
