"""Whether an interval lies in one score row: `verify`, which sees it rounded outwards, never contradicts the truth."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.percent import outward, percent_text
from analytics.release import KpiFigure, PercentRange
from analytics.score_tables import survey_score
from analytics.verification.figures import check_score
from analytics.verification.findings import ClaimFalse

UNITS = 1_000_000  # 0.0001 %
NEAR_A_ROW = st.builds(
    lambda row, beside: min(max(row * UNITS // 20 + beside, 0), UNITS),
    st.integers(0, 20),
    st.integers(-2_000, 2_000),
)


def figure(value: int, low: int, high: int, *, stable: bool | None = None) -> KpiFigure:
    """As a Release has it; all in units."""
    shares = [Fraction(one, UNITS) for one in (value, low, high)]
    score = survey_score(shares[0])
    is_stable = all(survey_score(bound).row == score.row for bound in shares[1:])
    interval = PercentRange(*outward(*shares[1:]))
    return KpiFigure(
        method="fav_share/1",
        percent=percent_text(shares[0]),
        fraction=None,
        interval=interval,
        logical_bounds=interval,
        row=score.row.percent,
        score_range=score.row.score,
        stable=is_stable if stable is None else stable,
        flags=score.flags,
    )


@given(st.tuples(NEAR_A_ROW, NEAR_A_ROW, NEAR_A_ROW))
@example((649_960, 670_000, 690_000))  # 64.996 % is rounded to 65.00 and lies in the row, though 64.9 is published
def test_what_is_true_is_not_contradicted(ends: tuple[int, int, int]) -> None:
    low, value, high = sorted(ends)
    check_score(figure(value, low, high))


@pytest.mark.parametrize(("value", "low", "high"), [(670_000, 648_900, 690_000), (1_000_000, 999_990, 1_000_000)])
def test_a_row_that_is_not_certain_cannot_be_called_so(value: int, low: int, high: int) -> None:
    with pytest.raises(ClaimFalse):
        check_score(figure(value, low, high, stable=True))
