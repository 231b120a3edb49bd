"""The 95 % interval holds the KPI that everybody's answers would have given, about 95 times in 100."""

import os

import pytest

from tests.interval_coverage import DRAWS, SIZES, cover

LONG = os.environ.get("PIKIR_VERIFY") == "1"
CASES = [(size, turnout) for size in SIZES for turnout in (30, 70)] if LONG else [(120, 50)]
DRAWN, LEAST = (DRAWS, 0.925) if LONG else (120, 0.87)


@pytest.mark.parametrize(("eligible", "turnout"), CASES)
def test_the_interval_holds_the_truth(eligible, turnout):
    for found in cover(eligible, turnout, DRAWN):
        assert found.held >= LEAST, found
        assert 0 < found.width < 25


def test_everybody_answering_leaves_no_width():
    for found in cover(60, 100, 5):
        assert (found.held, found.width) == (1, 0)
