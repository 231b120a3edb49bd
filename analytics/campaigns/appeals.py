"""Until when a certified result can be appealed (point 25 of the Order), in the time of Kazakhstan."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.campaigns.calendar_checks import is_working_day
from analytics.custody.destruction import last_day_of_appeal
from survey_app.domain.documents import parse_time
from survey_app.web.languages import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)


def last_day(certified: str, working_days: int) -> date:
    """The last day on which a result that was certified at this time (RFC 3339) can be appealed.

    Working days are those of state bodies, public holidays and moved days off as far as calendar_checks knows them.
    """
    return last_day_of_appeal(local_day(parse_time(certified)), working_days, is_working_day)


def appeal_ends(certified: str, working_days: int) -> datetime:
    """The first moment at which it cannot be appealed any more: midnight after the last day."""
    return datetime.combine(last_day(certified, working_days) + timedelta(days=1), time(), ZONE)


def local_day(moment: datetime) -> date:
    """The day in Kazakhstan."""
    return moment.astimezone(ZONE).date()
