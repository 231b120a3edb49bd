"""Names of holidays and moved days off in the page's language; the library ``holidays`` has no Russian ones."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.web.languages import format_day

HOLIDAYS: Mapping[str, LazyString] = {
    "New Year's Day": _l("New Year's Day"),
    "Orthodox Christmas": _l("Orthodox Christmas"),
    "International Women's Day": _l("International Women's Day"),
    "Nowruz Holiday": _l("Nauryz"),
    "Kazakhstan's People Solidarity Holiday": _l("Holiday of the unity of the people of Kazakhstan"),
    "Defender of the Fatherland Day": _l("Defender of the Fatherland Day"),
    "Victory Day": _l("Victory Day"),
    "Capital Day": _l("Capital Day"),
    "Constitution Day": _l("Constitution Day"),
    "Republic Day": _l("Republic Day"),
    "Independence Day": _l("Independence Day"),
    "Eid al-Adha": _l("Kurban Ait"),
}
_MARKED = re.compile(r"(.+) \((observed|estimated)\)")
_MOVED = re.compile(r"Day off \(substituted from (\d\d/\d\d/\d{4})\)")


def holiday_name(name: str) -> str:
    """A name as the library gives it in English; one that it has newly learned stays as it is."""
    if moved := _MOVED.fullmatch(name):
        day = datetime.strptime(moved[1], "%m/%d/%Y").date()  # noqa: DTZ007 (a day of the calendar)
        return str(_("day off moved from %(day)s", day=format_day(day)))
    marked = _MARKED.fullmatch(name)
    plain = marked[1] if marked else name
    shown = str(HOLIDAYS.get(plain, plain))
    if marked is None:
        return shown
    if marked[2] == "observed":
        return str(_("%(holiday)s, moved day off", holiday=shown))
    return str(_("%(holiday)s, date estimated", holiday=shown))
