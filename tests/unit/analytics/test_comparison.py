"""Differences between two KPIs: against a published example, by hand, and over simulated bodies."""

import functools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison import Difference, difference
from analytics.figures import KpiFigure, PercentRange
from analytics.interval import confidence_interval, logical_bounds
from analytics.percent import outward, percent_text

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=5000)


def figure(percent: str, low: str, high: str, least: str = "0.0", most: str = "100.0") -> KpiFigure:
    logical = PercentRange(least, most)
    return KpiFigure("fav_share/1", percent, None, PercentRange(low, high), logical, "65-69,99", "", True, ())


def published(share: Fraction, low: Fraction, high: Fraction) -> KpiFigure:
    """As a Release rounds it."""
    return figure(percent_text(share), *outward(low, high))


def wilson(hits: int, n: int) -> tuple[str, str]:
    """Wilson's 95 % interval in percent, for an example that was computed with it."""
    z, p = 1.959964, hits / n
    middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return f"{100 * (middle - reach) / scale:.6f}", f"{100 * (middle + reach) / scale:.6f}"


class TestByHand:
    def test_newcombes_example(self) -> None:
        """56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, contrast a, method 10)."""
        found = difference(figure("80.00", *wilson(56, 70)), figure("60.00", *wilson(48, 80)))
        assert (found.value, found.interval, found.verdict) == ("20.00", PercentRange("5.2", "33.4"), "higher")

    def test_three_four_five(self) -> None:
        """p1 - l1 = 3, u2 - p2 = 4: L = 10 - 5; u1 - p1 = 5, p2 - l2 = 12: U = 10 + 13; then 0.1 outward."""
        found = difference(figure("70.00", "67.0", "75.0"), figure("60.00", "48.0", "64.0"))
        assert found.interval == PercentRange("4.9", "23.1")

    def test_swapping_changes_the_sign(self) -> None:
        one, other = figure("70.00", "67.0", "75.0", "40.0", "80.0"), figure("60.00", "48.0", "64.0", "30.0", "90.0")
        there, back = difference(one, other), difference(other, one)
        assert (back.value, back.verdict) == ("-10.00", "lower")
        assert back.interval == PercentRange("-" + there.interval.high, "-" + there.interval.low)
        assert (there.logical, back.logical) == (PercentRange("-50.0", "50.0"), PercentRange("-50.0", "50.0"))

    def test_sure_whatever_the_silent_think(self) -> None:
        one, other = figure("80.00", "79.0", "81.0", "70.0", "85.0"), figure("60.00", "59.0", "61.0", "50.0", "69.9")
        assert difference(one, other).verdict == "surely_higher"
        assert difference(other, one).verdict == "surely_lower"
        assert difference(one, other).logical == PercentRange("0.1", "35.0")

    def test_nobody_is_told_apart_from_an_equal(self) -> None:
        exact = figure("66.67", "66.6", "66.7", "66.6", "66.7")
        found = difference(exact, exact)
        assert (found.value, found.verdict) == ("0.00", "undecided")

    def test_a_hundredth_that_rounding_may_have_made_is_no_difference(self) -> None:
        """66.665 and 66.664999 are printed as 66.67 and 66.66."""
        share = Fraction(66665, 100000)
        less = share - Fraction(1, 10**9)
        one, other = published(share, share, share), published(less, less, less)
        assert (one.percent, other.percent) == ("66.67", "66.66")
        assert difference(one, other).verdict == "undecided"

    def test_unanimity_against_almost(self) -> None:
        """100.00 is exact; 99.99 may be anything from 99.985 to below 100."""
        all_of_them, almost = figure("100.00", "100.0", "100.0"), figure("99.99", "99.9", "100.0")
        assert difference(all_of_them, almost).verdict == "undecided"


@given(st.tuples(SHARES, SHARES, SHARES).map(sorted), st.tuples(SHARES, SHARES, SHARES).map(sorted))
def test_rounding_never_makes_the_interval_shorter(one: list[Fraction], other: list[Fraction]) -> None:
    (l1, p1, u1), (l2, p2, u2) = one, other
    found = difference(published(p1, l1, u1), published(p2, l2, u2))
    low = float(p1 - p2) - math.hypot(p1 - l1, u2 - p2)
    high = float(p1 - p2) + math.hypot(u1 - p1, p2 - l2)
    assert float(found.interval.low) <= 100 * low + 1e-9
    assert float(found.interval.high) >= 100 * high - 1e-9
    if found.verdict == "higher":
        assert low > 0
    if found.verdict == "lower":
        assert high < 0


@functools.cache
def counted(hits: int, n: int, eligible: int) -> KpiFigure:
    """The figure of a body in which ``hits`` of ``n`` respondents answer all favourably, the others none."""
    share = Fraction(hits, n)
    low, high = confidence_interval(share, n * share * (1 - share), n, eligible)
    logical = PercentRange(*outward(*logical_bounds(share, n, eligible)))
    return KpiFigure("m", percent_text(share), None, PercentRange(*outward(low, high)), logical, "", "", True, ())


@functools.cache
def told_apart(first: KpiFigure, second: KpiFigure) -> Difference:
    return difference(first, second)


def draws(seed: int, first: tuple[int, int, int], second: tuple[int, int, int]) -> list[Difference]:
    """2,000 pairs of samples: of ``satisfied`` among ``eligible``, ``n`` respond by chance."""
    random = np.random.default_rng(seed)

    def sample(satisfied: int, eligible: int, n: int) -> KpiFigure:
        return counted(int(random.hypergeometric(satisfied, eligible - satisfied, n)), n, eligible)

    return [told_apart(sample(*first), sample(*second)) for _ in range(2000)]


class TestSimulation:
    @pytest.mark.parametrize(
        ("first", "second"),
        [((130, 200, 90), (90, 150, 80)), ((50, 60, 35), (700, 1000, 300)), ((95, 100, 60), (270, 300, 120))],
    )
    def test_intervals_cover_the_true_difference(
        self, first: tuple[int, int, int], second: tuple[int, int, int]
    ) -> None:
        truth = 100 * (first[0] / first[1] - second[0] / second[1])
        found = draws(7, first, second)
        covered = sum(float(d.interval.low) <= truth <= float(d.interval.high) for d in found) / len(found)
        assert covered >= 0.94
        assert all(float(d.logical.low) <= truth <= float(d.logical.high) for d in found)

    def test_equal_bodies_are_rarely_told_apart(self) -> None:
        found = draws(11, (132, 200, 100), (198, 300, 120))
        assert sum(d.verdict != "undecided" for d in found) / len(found) <= 0.06
        assert all(d.verdict not in ("surely_higher", "surely_lower") for d in found)

    def test_bodies_far_apart_are(self) -> None:
        found = draws(13, (160, 200, 140), (150, 300, 160))
        assert all(d.verdict in ("higher", "surely_higher") for d in found)
