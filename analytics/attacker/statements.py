"""What a published KPI says about the counts behind it: a window for a linear form, and an exact check."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analytics.figures import KpiFigure
from analytics.interval import logical_bounds
from analytics.kpi import METHOD_DECIDES, RENORMALISED
from analytics.methods import DEFAULT_METHOD, METHODS, SECOND_METHOD, Counts, NoKpi, kpi_value
from analytics.percent import fraction_text, outward
from analytics.score_tables import ScoreRow, row_named, survey_score
from survey_app.domain.questionnaire import Questionnaire

UNITS = 10_000
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Window:
    """Between which hundredths of a percent the KPI by ``method`` lies; both ends are taken as possible."""

    method: str
    low: Fraction
    high: Fraction


def window_of(figure: KpiFigure, n: int, eligible: int) -> Window:
    """Everything linear that a figure says: fraction, percentage with its rounding, logical bounds, score row."""
    if figure.fraction is not None:
        exact = Fraction(figure.fraction) * UNITS
        return Window(figure.method, exact, exact)
    if figure.percent is None:
        return row_window(figure.method, row_named(figure.row))
    low, high = _rounded(Fraction(figure.percent) * 100)
    if figure.logical_bounds is not None:
        turnout = Fraction(n, eligible)
        least, most = (Fraction(Decimal(bound)) * 100 for bound in _bounds(figure))
        low = max(low, least / turnout, (most - 10 - UNITS * (1 - turnout)) / turnout)
        high = min(high, (least + 10) / turnout, (most - UNITS * (1 - turnout)) / turnout)
    return Window(figure.method, low, high)


def row_window(method: str, row: ScoreRow) -> Window:
    """What is left of a KPI if only its score row is known."""
    top = Fraction(UNITS) if row.to is None else Fraction(row.to) * 100 + HALF
    return Window(method, max(Fraction(row.start) * 100 - HALF, Fraction(0)), min(top, Fraction(UNITS)))


def beside(method: str) -> str:
    """The method whose row is compared with this one's in the flag that the method decides."""
    return DEFAULT_METHOD if method == SECOND_METHOD else SECOND_METHOD


def fits(figures: Sequence[KpiFigure], questionnaire: Questionnaire, counts: Counts, n: int, eligible: int) -> bool:
    """Whether these counts by option would have been published just so: the same percentages, bounds, rows, flags."""
    return all(_fits(figure, questionnaire, counts, n, eligible) for figure in figures)


def _fits(figure: KpiFigure, questionnaire: Questionnaire, counts: Counts, n: int, eligible: int) -> bool:
    value = _value(figure.method, questionnaire, counts)
    if value is None:
        return False
    score = survey_score(value)
    other = _value(beside(figure.method), questionnaire, counts)
    decides = other is not None and survey_score(other).row != score.row
    return (
        score.row.percent == figure.row
        and figure.percent in (None, f"{score.percent:.2f}")
        and figure.fraction in (None, fraction_text(value))
        and (figure.logical_bounds is None or _bounds(figure) == outward(*logical_bounds(value, n, eligible)))
        and set(figure.flags) - {RENORMALISED} == {*score.flags, *((METHOD_DECIDES,) if decides else ())}
    )


def _value(method: str, questionnaire: Questionnaire, counts: Counts) -> Fraction | None:
    try:
        return kpi_value(METHODS[method], questionnaire, counts)
    except NoKpi:
        return None


def _bounds(figure: KpiFigure) -> tuple[str, str]:
    if figure.logical_bounds is None:
        raise AssertionError("only asked where they are published")
    return figure.logical_bounds.low, figure.logical_bounds.high


def _rounded(hundredths: Fraction) -> tuple[Fraction, Fraction]:
    """What rounds half up to this; only 100 itself does to 100.00."""
    if hundredths == UNITS:
        return hundredths, hundredths
    return max(hundredths - HALF, Fraction(0)), Fraction(UNITS) if hundredths == UNITS - 1 else hundredths + HALF
