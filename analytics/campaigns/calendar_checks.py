"""What an officer should look at again in a schedule: weekends, public holidays, short windows, times gone by.

Warnings, never refusals. Holidays and moved days off are those of the library ``holidays`` for Kazakhstan: the fixed
ones for any year, moved days off as far as they were decreed when the library was released, Kurban Ait estimated for
years to come.
"""

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import holidays

from survey_app.domain.manifest import Schedule, Visits
from survey_app.web.languages import TIME_ZONE

DAY_BEGINS, DAY_ENDS = 8, 20
LEAST_WORKING_DAYS = 3
WINDOWS = ("issuance_opens", "issuance_closes", "collection_opens", "collection_closes")
LAST_MINUTE = timedelta(minutes=1)


class Concern(StrEnum):
    """What is unusual; the value is the sentence that operators read."""

    WEEKEND = "falls on a weekend"
    HOLIDAY = "falls on a day off"
    NIGHT = "is outside working hours (8 to 20), when no help desk answers"
    PAST = "has gone by already"
    SHORT = "leaves fewer than three working days"
    SINGLE_VISIT = "protects less: drawing and answering overlap"


@dataclass(frozen=True)
class CalendarWarning:
    """``window`` is one of WINDOWS (the time in question), ``day`` its local date.

    ``holidays`` are the names of a day off, in English as the library gives them.
    """

    concern: Concern
    window: str
    day: date
    holidays: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = f" ({', '.join(self.holidays)})" if self.holidays else ""
        return f"{self.window} ({self.day.isoformat()}) {self.concern}{names}"


def calendar_warnings(schedule: Schedule, visits: Visits, now: datetime) -> tuple[CalendarWarning, ...]:
    """Everything unusual, window by window. A window that closes at midnight closes on the day before."""
    found: list[CalendarWarning] = []
    for window in WINDOWS:
        moment: datetime = getattr(schedule, window)
        is_end = window.endswith("closes")
        local = _local(moment - LAST_MINUTE if is_end else moment)
        if not is_working_day(local.date()):
            names = holidays_on(local.date())
            found.append(CalendarWarning(Concern.HOLIDAY if names else Concern.WEEKEND, window, local.date(), names))
        if not is_end and not DAY_BEGINS <= local.hour < DAY_ENDS:
            found.append(CalendarWarning(Concern.NIGHT, window, local.date()))
        if moment < now:
            found.append(CalendarWarning(Concern.PAST, window, local.date()))
    for opens, closes in (WINDOWS[:2], WINDOWS[2:]):
        begin, end = _local(getattr(schedule, opens)), _local(getattr(schedule, closes) - LAST_MINUTE)
        if working_days(begin.date(), end.date()) < LEAST_WORKING_DAYS:
            found.append(CalendarWarning(Concern.SHORT, opens, begin.date()))
    if visits == "single":
        found.append(CalendarWarning(Concern.SINGLE_VISIT, WINDOWS[0], _local(schedule.issuance_opens).date()))
    return tuple(found)


def working_days(first: date, last: date) -> int:
    """Working days from ``first`` to ``last``, both included; at most a hundred are counted."""
    length = min((last - first).days + 1, 100)
    return sum(is_working_day(first + timedelta(days=day)) for day in range(length))


def is_working_day(day: date) -> bool:
    """Whether state bodies work on this day, moved days included as far as they are known."""
    return bool(_calendar(day.year).is_working_day(day))


def holidays_on(day: date) -> tuple[str, ...]:
    """The English names of the holidays or moved days off on this day, most often none."""
    found = _calendar(day.year).get_list(day)
    return tuple(found)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(TIME_ZONE))


@functools.cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("KZ", years=year, language="en_US")
