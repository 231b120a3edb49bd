"""The KPI's 95 % interval and the bounds that logic alone gives (4-methodology: uncertainty, turnout below 100 %).

Everything up to the t quantile is exact; pair counts suffice, no answer row is needed.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from scipy.special import stdtrit

from analytics.tally import Tally
from survey_app.domain.errors import PikirError

CONFIDENCE_QUANTILE = 0.975
Interval = tuple[Fraction, Fraction]


class MoreResponsesThanEligible(PikirError):
    """More responses are counted than there are people who may respond."""

    slug = "more-responses-than-eligible"


def squared_deviations(
    tally: Tally,
    weights: Mapping[str, Fraction],
    values: Mapping[str, Sequence[Fraction]],
    shares: Mapping[str, Fraction],
) -> Fraction:
    """Sum of z_i squared over the responses, exactly, from pair counts.

    z_i = sum over q of w_q (n / n_q) a_iq (y_iq - R_q). ``weights`` are of the questions that count (n_q > 0) and
    sum to 1, ``values`` are s_qo, ``shares`` are R_q.
    """
    bases = tally.counts.groupby(level="question").sum()
    deviations = [
        weights[question] * tally.n * (values[question][option - 1] - shares[question]) / int(bases[question])
        if question in weights
        else Fraction(0)
        for question, option in tally.counts.index
    ]
    common = math.lcm(*(deviation.denominator for deviation in deviations))
    whole = [int(deviation * common) for deviation in deviations]
    rows = tally.pairs.to_numpy().tolist()
    total = sum(
        left * sum(count * right for count, right in zip(row, whole, strict=True))
        for left, row in zip(whole, rows, strict=True)
    )
    return Fraction(total, common * common)


def logical_bounds(share: Fraction, n: int, eligible: int) -> Interval:
    """[f p, f p + 1 - f] with f = n / N: what remains possible whatever the silent would have answered.

    Raises MoreResponsesThanEligible.
    """
    if n > eligible:
        raise MoreResponsesThanEligible(f"{n} responses count, but only {eligible} people are eligible")
    turnout = Fraction(n, eligible)
    return turnout * share, turnout * share + 1 - turnout


def confidence_interval(share: Fraction, squares: Fraction, n: int, eligible: int) -> Interval:
    """95 % interval for the KPI of all ``eligible``, from ``n`` responses; ``squares`` is the sum of z_i squared.

    Zero width at n = N; the logical bounds at n = 1, and never wider than those. Raises MoreResponsesThanEligible.
    """
    least, most = logical_bounds(share, n, eligible)
    if n in (1, eligible):
        return least, most
    low, high = _score_interval(share, squares / (n - 1), n, eligible)
    return min(max(low, least), share), max(min(high, most), share)


def _score_interval(share: Fraction, variance: Fraction, n: int, eligible: int) -> Interval:
    """Wilson's interval with the effective sample size m of these weights and this finite population."""
    effective = share * (1 - share) * n / variance if variance else Fraction(n)
    m = float(effective * Fraction(eligible - 1, eligible - n))
    c = float(stdtrit(n - 1, CONFIDENCE_QUANTILE))
    p = float(share)
    middle = p + c * c / (2 * m)
    reach = c * math.sqrt(p * (1 - p) / m + (c / (2 * m)) ** 2)
    scale = 1 + c * c / m
    return Fraction((middle - reach) / scale), Fraction((middle + reach) / scale)
