"""The Order's tables of scores: Appendix 4 (a ceiling, assignments) and Appendix 5 (a range, all other KPIs).

The tables and the handling of their anomalies (A1-A12) are data: analytics/data/score_tables.json.
"""

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources

from analytics.percent import to_percent
from survey_app.domain.errors import PikirError

ROUNDING_DECIDES = "rounding_decides"
TABLE_ANOMALY_A1 = "table_anomaly=A1"


class PercentOutOfRange(PikirError):
    """A percentage that cannot be: below 0, or a survey's above 100 (anomaly A3)."""

    slug = "percent-out-of-range"


class TableAnomaly(PikirError):
    """The Order's table does not cover this percentage, and the agency wants to decide by itself (strict mode)."""

    slug = "table-anomaly"


class UnknownRow(PikirError):
    """Appendix 5 has no such row."""

    slug = "unknown-row"


@dataclass(frozen=True)
class ScoreRow:
    """One row: ``percent`` and ``score`` as the Order writes them; the bounds as they are read.

    ``written_to`` is the upper bound as printed, which differs from ``to`` in the row of anomaly A1;
    both are None in the open row "100 and more".
    """

    percent: str
    score: str
    start: Decimal
    to: Decimal | None
    written_to: Decimal | None
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class ScoreLookup:
    """Where a percentage stands: the row, the percentage as rounded for the look-up, and what to know about it."""

    row: ScoreRow
    percent: Decimal
    flags: tuple[str, ...]


def survey_score(share: Fraction, *, strict: bool = False) -> ScoreLookup:
    """Row of Appendix 5 for a survey's KPI as a share of 1 (point 19, part 3).

    Raises PercentOutOfRange outside [0, 1] (A3), and TableAnomaly for 44.50-44.99 % if ``strict`` (A1).
    """
    if not 0 <= share <= 1:
        raise PercentOutOfRange("a survey's KPI lies between 0 and 100 %")
    return _look_up(appendix5(), share, strict=strict)


def range_score(realisation: Fraction, *, strict: bool = False) -> ScoreLookup:
    """Row of Appendix 5 for another KPI, whose fact may exceed its plan. Raises as survey_score, but not above 1."""
    return _look_up(appendix5(), realisation, strict=strict)


def ceiling_score(realisation: Fraction, *, strict: bool = False) -> ScoreLookup:
    """Row of Appendix 4, for the KPI on assignments only (A5): ``highest`` is a ceiling, ``lowest`` is 0."""
    return _look_up(appendix4(), realisation, strict=strict)


@functools.cache
def appendix4() -> tuple[ScoreRow, ...]:
    """Table of highest scores, from 100 % downwards."""
    return tuple(_row(row) for row in _tables()["appendix4"])


@functools.cache
def appendix5() -> tuple[ScoreRow, ...]:
    """Table of score ranges, from 100 % downwards."""
    return tuple(_row(row) for row in _tables()["appendix5"])


def row_named(percent: str) -> ScoreRow:
    """Row of Appendix 5 by the Order's own text, such as 65-69,99. Raises UnknownRow."""
    for row in appendix5():
        if row.percent == percent:
            return row
    raise UnknownRow(f"Appendix 5 has no row {percent!r}")


def _look_up(rows: Sequence[ScoreRow], share: Fraction, *, strict: bool) -> ScoreLookup:
    if share < 0:
        raise PercentOutOfRange("a percentage is not negative")
    percent = to_percent(share)
    row = _row_for(rows, percent)
    flags = []
    if _row_for(rows, Decimal(math.floor(share * 10_000)).scaleb(-2)) != row:
        flags.append(ROUNDING_DECIDES)
    if row.written_to is not None and percent > row.written_to:
        if strict:
            raise TableAnomaly(f"no row of the Order covers {percent} %: row {row.percent!r} ends early (A1)")
        flags.append(TABLE_ANOMALY_A1)
    return ScoreLookup(row, percent, tuple(flags))


def _row_for(rows: Sequence[ScoreRow], percent: Decimal) -> ScoreRow:
    return next(row for row in rows if row.start <= percent)


def _row(fields: dict[str, str | None]) -> ScoreRow:
    def decimal(name: str, default: str | None = None) -> Decimal | None:
        text = fields.get(name, default)
        return None if text is None else Decimal(text)

    read_to = decimal("to_read_as") or decimal("to")
    return ScoreRow(
        percent=str(fields["percent"]),
        score=str(fields["score"]),
        start=decimal("from") or Decimal(0),
        to=read_to,
        written_to=decimal("to"),
        lowest=decimal("lowest", "0.00") or Decimal(0),
        highest=decimal("highest") or Decimal(0),
    )


@functools.cache
def _tables() -> dict[str, list[dict[str, str | None]]]:
    text = resources.files("analytics").joinpath("data/score_tables.json").read_text(encoding="utf-8")
    tables: dict[str, list[dict[str, str | None]]] = json.loads(text)
    return tables
