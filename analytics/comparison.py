"""Which of two published KPIs is higher, and how certain that is: from the figures of two Releases alone.

The difference's interval joins the two published ones (square-and-add, "MOVER": Newcombe 1998, Statistics in Medicine
17:873-890, method 10; Zou and Donner 2008, Statistics in Medicine 27:1693-1702): with values p, intervals [l, u],

    L = p1 - p2 - sqrt((p1 - l1)^2 + (u2 - p2)^2)        U = p1 - p2 + sqrt((u1 - p1)^2 + (p2 - l2)^2)

Published values are rounded, and their intervals outward. L grows with p1 and falls with p2, so taking both at the end
of what they may have been rounded from gives bounds that are never narrower than those of the exact figures.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from analytics.figures import KpiFigure, PercentRange
from analytics.percent import ALMOST_WHOLE, outward
from analytics.release import Release

Verdict = Literal["surely_higher", "higher", "undecided", "lower", "surely_lower"]
Obstacle = Literal["not_shown", "other_method", "other_questionnaire"]

HALF_A_HUNDREDTH = Fraction(1, 200)
A_HUNDREDTH = Fraction(1, 100)
WHOLE = Fraction(100)


@dataclass(frozen=True)
class Difference:
    """First minus second in percentage points. ``value`` has two decimals, the ranges one, rounded outward.

    ``interval`` holds with 95 % confidence if the silent think like those who answered; ``logical`` whatever they
    think. ``verdict`` is about the first: ``surely`` is by ``logical``, otherwise by ``interval``.
    """

    method: str
    value: str
    interval: PercentRange
    logical: PercentRange
    verdict: Verdict


def obstacle(first: Release, second: Release) -> Obstacle | None:
    """Why two Releases' KPIs cannot be compared; None if they can."""
    if first.method != second.method:
        return "other_method"
    if first.questionnaire.sha256 != second.questionnaire.sha256:
        return "other_questionnaire"
    return None if first.method in _shown(first) & _shown(second) else "not_shown"


def compare(first: Release, second: Release) -> tuple[Difference, ...]:
    """The difference by each method that both show, the pinned one first; none where there is an obstacle."""
    if obstacle(first, second) is not None:
        return ()
    both = _shown(first) & _shown(second)
    names = sorted(both, key=lambda name: (name != first.method, [f.method for f in first.kpis].index(name)))
    pairs = ((first.figure(name), second.figure(name)) for name in names)
    return tuple(difference(one, other) for one, other in pairs if one is not None and other is not None)


def difference(first: KpiFigure, second: KpiFigure) -> Difference:
    """One method's difference between two figures of independent groups; both must be shown with their intervals.

    Between rounds of one body the groups overlap; people who stay of the same mind make the true interval shorter.
    """
    one, other = _bounds(first), _bounds(second)
    low = one.least - other.most - _hypotenuse(one.least - one.low, other.high - other.most)
    high = one.most - other.least + _hypotenuse(one.high - one.most, other.least - other.low)
    logical = one.logical_low - other.logical_high, one.logical_high - other.logical_low
    return Difference(
        first.method,
        f"{Decimal(str(first.percent)) - Decimal(str(second.percent)):.2f}",
        PercentRange(*outward(low / 100, high / 100)),
        PercentRange(*outward(logical[0] / 100, logical[1] / 100)),
        _verdict(low, high, logical),
    )


@dataclass(frozen=True)
class _Bounds:
    """A published figure in percent: where the exact value may lie, and its ranges."""

    least: Fraction
    most: Fraction
    low: Fraction
    high: Fraction
    logical_low: Fraction
    logical_high: Fraction


def _bounds(figure: KpiFigure) -> _Bounds:
    if figure.percent is None or figure.interval is None or figure.logical_bounds is None:
        raise ValueError("a figure that is not shown cannot be compared")
    percent = Fraction(figure.percent)
    up = A_HUNDREDTH if Decimal(figure.percent) == ALMOST_WHOLE else HALF_A_HUNDREDTH
    low, high = Fraction(figure.interval.low), Fraction(figure.interval.high)
    return _Bounds(
        max(percent - HALF_A_HUNDREDTH, low) if percent < WHOLE else WHOLE,
        min(percent + up, high),
        low,
        high,
        Fraction(figure.logical_bounds.low),
        Fraction(figure.logical_bounds.high),
    )


def _hypotenuse(left: Fraction, right: Fraction) -> Fraction:
    """Square root of the sum of squares, rounded up in the twelfth decimal."""
    square = left * left + right * right
    scale = 10**12
    return Fraction(math.isqrt(math.floor(square * scale * scale)) + 1, scale) if square else Fraction(0)


def _verdict(low: Fraction, high: Fraction, logical: tuple[Fraction, Fraction]) -> Verdict:
    if logical[0] > 0:
        return "surely_higher"
    if logical[1] < 0:
        return "surely_lower"
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "undecided"


def _shown(release: Release) -> set[str]:
    return {f.method for f in release.kpis if None not in (f.percent, f.interval, f.logical_bounds)}
