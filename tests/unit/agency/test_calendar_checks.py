"""Schedules are looked at with Kazakhstan's own calendar and its one time zone, also across the change of 2024."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from analytics.campaigns.calendar_checks import (
    CalendarWarning,
    Concern,
    calendar_warnings,
    is_working_day,
    working_days,
)
from analytics.campaigns.moments import ZoneOutdated, read_moment, read_wall_clock, require_current_zone
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import Schedule

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def warnings(opens: str, closes: str, collecting: str, ends: str, visits: str = "two") -> set[tuple[str, str]]:
    schedule = Schedule(*(read_moment(text) for text in (opens, closes, collecting, ends)))
    return {(one.concern.name, one.window) for one in calendar_warnings(schedule, visits, NOW)}


def test_an_ordinary_fortnight_raises_nothing():
    assert warnings("2026-02-02 09:00", "2026-02-07 00:00", "2026-02-09 09:00", "2026-02-13 18:00") == set()


def test_weekends_holidays_nights_past_and_short_windows_are_named():
    found = warnings("2026-01-03 09:00", "2026-03-09 23:00", "2026-03-21 06:00", "2026-03-24 18:00")
    assert found == {
        *(("WEEKEND", "issuance_opens"), ("PAST", "issuance_opens")),
        ("HOLIDAY", "issuance_closes"),  # 8 March is a Sunday: moved to Monday
        *(("HOLIDAY", "collection_opens"), ("NIGHT", "collection_opens"), ("SHORT", "collection_opens")),
        ("HOLIDAY", "collection_closes"),  # Nauryz, moved
    }


def test_a_single_visit_is_always_said():
    found = warnings("2026-02-02 09:00", "2026-02-13 18:00", "2026-02-02 09:00", "2026-02-13 18:00", "single")
    assert found == {("SINGLE_VISIT", "issuance_opens")}


def test_moved_working_days_are_known():
    assert is_working_day(date(2024, 5, 4)), "the Saturday that was worked for 8 May"
    assert not is_working_day(date(2024, 5, 8))
    assert working_days(date(2025, 12, 29), date(2026, 1, 9)) == 3 + 4  # New Year's two days and 7 January are off


def test_a_warning_says_its_day_in_almaty():
    schedule = Schedule(*(datetime(2026, 2, day, 20, tzinfo=UTC) for day in (6, 7, 8, 28)))
    assert CalendarWarning(Concern.WEEKEND, "issuance_opens", date(2026, 2, 7)) in calendar_warnings(
        schedule, "two", NOW
    )


class TestZone:
    def test_almaty_is_five_hours_ahead_since_march_2024(self):
        assert read_moment("2026-11-02 09:00") == datetime(2026, 11, 2, 4, tzinfo=UTC)
        assert read_moment("2024-02-15 09:00") == datetime(2024, 2, 15, 3, tzinfo=UTC)
        assert read_moment("2026-07-02 09:00") == datetime(2026, 7, 2, 4, tzinfo=UTC)

    @pytest.mark.parametrize("text", ["2024-02-29 23:30", "2003-03-30 02:30"])
    def test_an_hour_that_was_repeated_or_never_was_must_be_written_with_its_zone(self, text):
        with pytest.raises(Malformed, match="clocks were changed"):
            read_moment(text)

    def test_forms_and_workbooks_write_times_in_their_ways(self):
        expected = datetime(2026, 11, 2, 4, tzinfo=UTC)
        for text in ("2026-11-02T09:00", "2026-11-02T09:00:00", "2026-11-02 09:00:00", "02.11.2026 09:00"):
            assert read_wall_clock(text) == expected

    def test_zone_data_from_before_the_change_is_refused(self):
        with pytest.raises(ZoneOutdated):
            require_current_zone(timezone(timedelta(hours=6)))
