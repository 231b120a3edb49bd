"""The satisfaction KPI of a tally: value, interval, score row and flags, by each method (4-methodology: KPI)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from analytics.interval import Interval, confidence_interval, logical_bounds, squared_deviations
from analytics.methods import (
    DEFAULT_METHOD,
    METHODS,
    SECOND_METHOD,
    Method,
    NoKpi,
    effective_weights,
    kpi_value,
    question_share,
)
from analytics.score_tables import ScoreRow, survey_score
from analytics.tally import Tally, counts_of
from survey_app.domain.questionnaire import Questionnaire

__all__ = ["METHODS", "Kpi", "Method", "NoKpi", "compute_kpi", "compute_kpis"]

RENORMALISED = "renormalised"
METHOD_DECIDES = "method_decides"


@dataclass(frozen=True)
class Kpi:
    """One method's result. ``value`` is a share of 1, exact; ``percent`` is it rounded once to 0.01.

    ``bases`` are the n_q; ``ci95`` and ``logical_bounds`` are shares; ``row`` is of Appendix 5, ``stable`` if the
    whole interval lies in it.
    """

    method: str
    value: Fraction
    percent: Decimal
    n: int
    eligible: int
    bases: Mapping[str, int]
    ci95: Interval
    logical_bounds: Interval
    row: ScoreRow
    stable: bool
    flags: tuple[str, ...]


def compute_kpi(method: Method, questionnaire: Questionnaire, tally: Tally, eligible: int) -> Kpi:
    """One method's KPI with its interval and score row. Raises NoKpi, MoreResponsesThanEligible."""
    counts = counts_of(tally)
    weights = effective_weights(method, questionnaire, counts)
    values = {question: method.option_values(len(counts[question])) for question in weights}
    shares = {question: question_share(method, counts[question]) for question in weights}
    value = kpi_value(method, questionnaire, counts)
    squares = squared_deviations(tally, weights, values, shares)
    ci95 = confidence_interval(value, squares, tally.n, eligible)
    score = survey_score(value)
    asked = [question for question, weight in method.weights(questionnaire).items() if weight]
    return Kpi(
        method=method.name,
        value=value,
        percent=score.percent,
        n=tally.n,
        eligible=eligible,
        bases={question: sum(options) for question, options in counts.items()},
        ci95=ci95,
        logical_bounds=logical_bounds(value, tally.n, eligible),
        row=score.row,
        stable=all(survey_score(bound).row == score.row for bound in ci95),
        flags=(*score.flags, *((RENORMALISED,) if len(weights) < len(asked) else ())),
    )


def compute_kpis(questionnaire: Questionnaire, tally: Tally, eligible: int) -> dict[str, Kpi]:
    """Every method's KPI by name, without those that have none; all are flagged if the method decides the row.

    Raises MoreResponsesThanEligible.
    """
    kpis = {}
    for name, method in METHODS.items():
        try:
            kpis[name] = compute_kpi(method, questionnaire, tally, eligible)
        except NoKpi:
            continue
    return {name: _flag_method(kpi, kpis) for name, kpi in kpis.items()}


def _flag_method(kpi: Kpi, kpis: Mapping[str, Kpi]) -> Kpi:
    """Compared with the method that is always shown beside it."""
    other = kpis.get(DEFAULT_METHOD if kpi.method == SECOND_METHOD else SECOND_METHOD)
    if other is None or other.row == kpi.row:
        return kpi
    return replace(kpi, flags=(*kpi.flags, METHOD_DECIDES))
