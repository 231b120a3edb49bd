"""Times as officers write them: RFC 3339, or date and time in Kazakhstan's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from survey_app.domain.documents import parse_time
from survey_app.domain.errors import Malformed
from survey_app.web.languages import TIME_ZONE

LOCAL_FORMAT = "%Y-%m-%d %H:%M"
EXAMPLE = "2026-11-02 09:00"


def read_moment(text: str) -> datetime:
    """An aware time in UTC from RFC 3339 text or 'YYYY-MM-DD HH:MM' in Asia/Almaty. Raises Malformed."""
    try:
        local = datetime.strptime(text.strip(), LOCAL_FORMAT).replace(tzinfo=ZoneInfo(TIME_ZONE))
    except ValueError:
        return _rfc3339(text)
    return parse_time(local.isoformat())


def local_text(moment: datetime) -> str:
    """The same for printing: 2026-11-02 09:00 in Asia/Almaty."""
    return moment.astimezone(ZoneInfo(TIME_ZONE)).strftime(LOCAL_FORMAT)


def _rfc3339(text: str) -> datetime:
    try:
        return parse_time(text.strip())
    except Malformed as error:
        raise Malformed(f"{text!r} is no time: write {EXAMPLE!r} (Asia/Almaty) or RFC 3339 with a zone") from error
