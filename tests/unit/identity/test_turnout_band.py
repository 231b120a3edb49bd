"""The bands' edges: below 25 %, from 25, from 50 to 75, above 75."""

import pytest

from survey_app.identity.turnout import band_of


@pytest.mark.parametrize(
    ("drawn", "eligible", "band"),
    [
        (0, 50, "<25"),
        (24, 100, "<25"),
        (25, 100, "25-50"),
        (12, 50, "<25"),
        (13, 50, "25-50"),
        (49, 100, "25-50"),
        (50, 100, "50-75"),
        (75, 100, "50-75"),
        (76, 100, ">75"),
        (38, 51, "50-75"),
        (39, 51, ">75"),
        (100, 100, ">75"),
    ],
)
def test_edges(drawn, eligible, band):
    assert band_of(drawn, eligible) == band
