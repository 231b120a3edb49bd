"""When a sealing key may be destroyed: working days after certification (point 25 of the Order gives ten)."""

from datetime import date

import pytest

from analytics.campaigns.appeals import appeal_ends, last_day


@pytest.mark.parametrize(
    ("certified", "days", "last"),
    [
        ("2026-11-16", 1, date(2026, 11, 17)),  # Monday
        ("2026-11-16", 5, date(2026, 11, 23)),
        ("2026-11-20", 1, date(2026, 11, 23)),  # Friday
        ("2026-11-21", 1, date(2026, 11, 23)),  # Saturday
        ("2026-11-22", 10, date(2026, 12, 4)),  # Sunday
        ("2026-11-20", 10, date(2026, 12, 4)),
    ],
)
def test_saturdays_and_sundays_do_not_count(certified, days, last):
    assert last_day(f"{certified}T06:00:00Z", days) == last


def test_public_holidays_do_not_count():
    """16 December is Independence Day; 2026 has it on a Wednesday."""
    assert last_day("2026-12-14T06:00:00Z", 2) == date(2026, 12, 17)


def test_days_are_those_of_kazakhstan():
    """20:00 in Greenwich is one o'clock on the next day in Almaty; what ends there at midnight ends at 19:00 here."""
    assert last_day("2026-11-16T20:00:00Z", 1) == date(2026, 11, 18)
    assert appeal_ends("2026-11-16T20:00:00Z", 1).isoformat() == "2026-11-19T00:00:00+05:00"
