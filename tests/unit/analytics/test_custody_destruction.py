"""When a sealing key may be destroyed: working days after certification (point 25 of the Order gives ten)."""

from datetime import date

import pytest

from analytics.custody.destruction import last_day_of_appeal


@pytest.mark.parametrize(
    ("certified", "days", "last"),
    [
        (date(2026, 11, 16), 1, date(2026, 11, 17)),  # Monday
        (date(2026, 11, 16), 5, date(2026, 11, 23)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday
        (date(2026, 11, 22), 10, date(2026, 12, 4)),  # Sunday
        (date(2026, 11, 20), 10, date(2026, 12, 4)),
    ],
)
def test_saturdays_and_sundays_do_not_count(certified, days, last):
    assert last_day_of_appeal(certified, days) == last


def test_holidays_do_not_count_where_they_are_given():
    """16 December is Independence Day; 2026 has it on a Wednesday."""
    assert last_day_of_appeal(date(2026, 12, 14), 2) == date(2026, 12, 16)
    assert last_day_of_appeal(date(2026, 12, 14), 2, {date(2026, 12, 16)}) == date(2026, 12, 17)
