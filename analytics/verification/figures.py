"""Claims inside a Release: sums, KPI from the published totals, score row, rounding, disclosure rules 1 and 3."""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from analytics.disclosure import SMALLEST_BASE_FOR_OPTIONS, SMALLEST_PART, Cell, cell_of, is_safe
from analytics.interval import logical_bounds
from analytics.methods import METHODS, SECOND_METHOD, Counts, kpi_value
from analytics.percent import fraction_text, outward, percent_text
from analytics.release import KpiFigure, QuestionTotal, Release, campaign_flags, is_official, turnout_text
from analytics.round_release import RoundRelease
from analytics.score_tables import ROUNDING_DECIDES, ScoreRow, row_named, survey_score
from analytics.verification.findings import ClaimFalse, require_equal
from survey_app.domain.questionnaire import Questionnaire

HALF_HUNDREDTH = Fraction(1, 20_000)


def check_sums(release: Release) -> None:
    """N >= M >= K = n + unusable + rejected; turnout, standing and flags follow. Raises ClaimFalse."""
    rejected = sum(release.rejected.values())
    if min(release.n, release.unusable, *release.rejected.values(), 0) < 0:
        raise ClaimFalse("negative")
    require_equal("n + unusable + rejected", release.received, release.n + release.unusable + rejected)
    middle = release.eligible if release.drawn is None else release.drawn
    if not release.eligible >= middle >= release.received:
        raise ClaimFalse("order", N=release.eligible, M=middle, K=release.received)
    require_equal("turnout", release.turnout, turnout_text(release.n, release.eligible))
    official = is_official(release.n, release.eligible, release.minimum_group, release.minimum_turnout)
    require_equal("standing", release.standing, "official" if official else "provisional")
    require_equal("flags", release.flags, campaign_flags(release.visits, release.drawn is not None))
    if (release.supersedes is None) != (release.reason is None):
        raise ClaimFalse("supersedes_without_reason")
    if release.kpis and not release.n:
        raise ClaimFalse("kpi_of_nobody")


def check_figures(release: Release | RoundRelease) -> None:
    """Each method's figure follows from itself and from the counts of responses. Raises ClaimFalse, UnknownRow."""
    for figure in release.kpis:
        check_score(figure)
        _check_rounding(figure, release.n, release.eligible)


def check_score(figure: KpiFigure) -> None:
    """Row and range are Appendix 5's for this percentage, flags and interval agree. Raises ClaimFalse, UnknownRow."""
    row = row_named(figure.row)
    require_equal("score_range", figure.score_range, row.score)
    if figure.percent is None:
        return
    derived = survey_score(Fraction(figure.percent) / 100)
    require_equal("row", figure.row, derived.row.percent)
    require_equal("table_anomaly=A1", "table_anomaly=A1" in figure.flags, "table_anomaly=A1" in derived.flags)
    if figure.interval is not None:
        low, high = Decimal(figure.interval.low), Decimal(figure.interval.high)
        if not Decimal(0) <= low <= Decimal(figure.percent) <= high <= Decimal(100):
            raise ClaimFalse("outside_interval", percent=figure.percent)
        _check_stable(figure, row, low, high)


class Published(Protocol):
    """What a body's Release and a round's have in common."""

    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def minimum_group(self) -> int: ...  # noqa: D102
    @property
    def n(self) -> int: ...  # noqa: D102
    @property
    def kpis(self) -> tuple[KpiFigure, ...]: ...  # noqa: D102
    @property
    def totals(self) -> tuple[QuestionTotal, ...]: ...  # noqa: D102


def check_kpis(release: Published, questionnaire: Questionnaire) -> int:
    """Recompute what the published totals determine; how many methods that was. Raises ClaimFalse, NoKpi."""
    require_equal("totals", [t.question for t in release.totals], [q.id for q in questionnaire.substantive])
    counts, by_option = _counts(release, questionnaire)
    recomputed = 0
    for figure in release.kpis:
        method = METHODS.get(figure.method)
        if method is None:
            raise ClaimFalse("unknown_method", method=figure.method)
        if method.by_favourable or by_option:
            value = kpi_value(method, questionnaire, counts)
            require_equal(f"{figure.method} percent", figure.percent, percent_text(value))
            require_equal(f"{figure.method} fraction", figure.fraction, fraction_text(value))
            recomputed += 1
    return recomputed


def check_disclosure(release: Published) -> None:
    """Nothing is shown that rules 1 and 3 of disclosure control hide. Raises ClaimFalse."""
    hidden = [total for total in release.totals if total.hidden is not None]
    for total in release.totals:
        _check_total(total, release.n, release.minimum_group)
    shown = {figure.method for figure in release.kpis}
    if release.n < release.minimum_group:
        if any(figure.percent is not None for figure in release.kpis) or not shown <= {release.method}:
            raise ClaimFalse("small_body_shows")
    elif hidden:
        if len(hidden) == 1 and len(release.totals) > 1:
            raise ClaimFalse("one_hidden", question=hidden[0].question)
        if not shown <= {release.method, SECOND_METHOD} or any(figure.fraction for figure in release.kpis):
            raise ClaimFalse("hidden_but_exact")


def _check_total(total: QuestionTotal, n: int, minimum_group: int) -> None:
    parts = (total.favourable, total.unfavourable, total.base)
    if total.hidden is not None or None in parts:
        if total.hidden is None or parts != (None, None, None) or total.options is not None:
            raise ClaimFalse("half_hidden", question=total.question)
        return
    cell = Cell(total.favourable or 0, total.unfavourable or 0)
    require_equal(f"{total.question} base", total.base, cell.base)
    if cell.base > n or min(cell.favourable, cell.unfavourable) < 0:
        raise ClaimFalse("impossible_total", question=total.question)
    if n < minimum_group or not is_safe(cell, minimum_group):
        raise ClaimFalse("unsafe_shown", question=total.question)
    if total.options is not None:
        require_equal(f"{total.question} options", cell_of(total.options), cell)
        if cell.base < SMALLEST_BASE_FOR_OPTIONS or any(0 < count < SMALLEST_PART for count in total.options):
            raise ClaimFalse("options_shown", question=total.question)


def _counts(release: Published, questionnaire: Questionnaire) -> tuple[Counts, bool]:
    """Counts by option, with a favourable / unfavourable split put at its ends; whether all are truly by option."""
    counts: dict[str, tuple[int, ...]] = {}
    options = {question.id: len(question.options) for question in questionnaire.substantive}
    for total in release.totals:
        middle = (0,) * (options[total.question] - 2)
        split = (total.favourable or 0, *middle, total.unfavourable or 0)
        if total.options is not None and len(total.options) != options[total.question]:
            raise ClaimFalse("impossible_total", question=total.question)
        counts[total.question] = split if total.options is None else total.options
    return counts, all(total.options is not None for total in release.totals)


def _check_rounding(figure: KpiFigure, n: int, eligible: int) -> None:
    """Percent, logical bounds and the rounding flag follow from the fraction, where it is shown. Raises ClaimFalse."""
    if figure.percent is None or figure.logical_bounds is None:
        return
    bounds = (figure.logical_bounds.low, figure.logical_bounds.high)
    if figure.fraction is not None:
        share = Fraction(figure.fraction)
        require_equal("percent", figure.percent, percent_text(share))
        require_equal("fraction", figure.fraction, fraction_text(share))
        require_equal("logical_bounds", bounds, outward(*logical_bounds(share, n, eligible)))
        require_equal(ROUNDING_DECIDES, ROUNDING_DECIDES in figure.flags, ROUNDING_DECIDES in survey_score(share).flags)
        return
    rounded = Fraction(figure.percent) / 100
    least = outward(*logical_bounds(max(rounded - HALF_HUNDREDTH, Fraction(0)), n, eligible))
    most = outward(*logical_bounds(min(rounded + HALF_HUNDREDTH, Fraction(1)), n, eligible))
    for claimed, smallest, largest in zip(bounds, least, most, strict=True):
        if not Decimal(smallest) <= Decimal(claimed) <= Decimal(largest):
            raise ClaimFalse("differs", what="logical_bounds", claimed=claimed, derived=f"{smallest} - {largest}")


def _check_stable(figure: KpiFigure, row: ScoreRow, low: Decimal, high: Decimal) -> None:
    """The published interval is up to 0.1 wider on either side than the true one, whose ends, rounded to 0.01, decide.

    A true end just below a row's first percentage is rounded into it; into the row of 100 % nothing is.
    """
    tenth, top = Decimal("0.1"), Decimal("Infinity") if row.to is None else row.to
    surely = low >= row.start and high <= top
    highest_low = low if row.to is None else low + tenth
    possibly = highest_low >= row.start and high - tenth <= top
    if figure.stable not in ({True} if surely else {True, False} if possibly else {False}):
        raise ClaimFalse("differs", what="stable", claimed=figure.stable, derived=surely)
