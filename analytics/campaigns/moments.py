"""Times as officers write them: RFC 3339, or date and time in Kazakhstan's zone."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from survey_app.domain.documents import parse_time
from survey_app.domain.errors import Malformed, PikirError
from survey_app.web.languages import TIME_ZONE

LOCAL_FORMAT = "%Y-%m-%d %H:%M"
EXAMPLE = "2026-11-02 09:00"
SINCE_MARCH_2024 = timedelta(hours=5)
_FORMATS = (LOCAL_FORMAT, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M")


class ZoneOutdated(PikirError):
    """The machine's time zone data still has Almaty at UTC+6, which ended on 1 March 2024."""

    slug = "zone-outdated"


def read_moment(text: str) -> datetime:
    """An aware time in UTC from RFC 3339 text or 'YYYY-MM-DD HH:MM' in Asia/Almaty.

    Raises Malformed, also for a local time that a change of the clocks skips or repeats; ZoneOutdated.
    """
    return _read(text, (LOCAL_FORMAT,))


def read_wall_clock(text: str) -> datetime:
    """The same, and as forms and workbooks write local times. Raises as read_moment."""
    return _read(text, _FORMATS)


def _read(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            naive = datetime.strptime(text.strip(), form)  # noqa: DTZ007 (the zone comes next)
        except ValueError:
            continue
        return in_local_zone(naive)
    return _rfc3339(text)


def in_local_zone(naive: datetime) -> datetime:
    """A wall-clock time of Asia/Almaty as UTC. Raises Malformed, ZoneOutdated."""
    require_current_zone(ZoneInfo(TIME_ZONE))
    local = naive.replace(tzinfo=ZoneInfo(TIME_ZONE))
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Malformed(f"the clocks were changed at {naive:{LOCAL_FORMAT}}: write the time as RFC 3339 with a zone")
    return parse_time(local.isoformat())


def require_current_zone(zone: tzinfo) -> None:
    """Raise ZoneOutdated unless the zone data knows the change of 2024: every time would be an hour wrong."""
    if datetime(2024, 6, 1, tzinfo=zone).utcoffset() != SINCE_MARCH_2024:
        raise ZoneOutdated(
            "the time zone data of this machine is older than March 2024 and has Almaty at UTC+6; update it (tzdata)"
        )


def local_text(moment: datetime) -> str:
    """The same for printing: 2026-11-02 09:00 in Asia/Almaty."""
    return moment.astimezone(ZoneInfo(TIME_ZONE)).strftime(LOCAL_FORMAT)


def _rfc3339(text: str) -> datetime:
    try:
        return parse_time(text.strip())
    except Malformed as error:
        raise Malformed(f"{text!r} is no time: write {EXAMPLE!r} (Asia/Almaty) or RFC 3339 with a zone") from error
