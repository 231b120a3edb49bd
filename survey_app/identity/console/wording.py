"""What the console says of states and steps, in the page's language."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.identity.situation import Progress, Situation, Step
from survey_app.web.languages import format_moment

STATES: Mapping[str, LazyString] = {
    "drafted": _l("Roster missing"),
    "roster": _l("Roster can be corrected"),
    "enrolled": _l("Roster is frozen"),
    "accepted": _l("Announced"),
    "issuing": _l("Tokens are being drawn"),
    "issued": _l("Drawing is over"),
    "drawn": _l("Number drawn is published"),
    "closed": _l("Closed"),
    "archived": _l("Archived"),
    "void": _l("Void"),
}
STEPS: Mapping[Step, LazyString] = {
    Step.ROSTER: _l("Roster"),
    Step.ENROL: _l("Freeze the roster"),
    Step.ACCEPT: _l("Accept the announcement"),
    Step.INVITE: _l("Invite"),
    Step.PUBLISH: _l("Publish how many tokens were drawn"),
    Step.CLOSE: _l("Delete who has drawn"),
}
PROGRESS: Mapping[Progress, LazyString] = {
    Progress.DONE: _l("done"),
    Progress.NOW: _l("possible now"),
    Progress.LATE: _l("late"),
    Progress.NOT_YET: _l("not yet"),
}
BANDS: Mapping[str | None, LazyString] = {
    "<25": _l("under a quarter"),
    "25-50": _l("a quarter to a half"),
    "50-75": _l("a half to three quarters"),
    ">75": _l("over three quarters"),
    None: _l("not shown under 50 people"),
}
_NOW: Mapping[Step, LazyString] = {
    Step.ROSTER: _l("The personnel service uploads the roster, as CSV or XLSX, and corrects it here."),
    Step.ENROL: _l("Check the number of people with the personnel service first: freezing cannot be undone."),
    Step.ACCEPT: _l("The agency has announced the campaign. Accepting compares what it says with what was agreed."),
    Step.INVITE: _l("Send the invitations by e-mail, print letters, or both."),
    Step.PUBLISH: _l("Leave time for disputes, but publish before answering opens: the number must stand by then."),
    Step.CLOSE: _l("Answering is over. Who has drawn, and the disputes, are deleted; the roster stays for checks."),
}


def why_not_yet(one: Situation, step: Step, now: datetime) -> str:
    """What is missing for a step, or until when it is too early."""
    schedule = one.draft.schedule
    if one.is_void:
        said = _("The agency declared this campaign void.")
    elif step is Step.ENROL:
        said = _("The roster is missing: the personnel service uploads it.")
    elif step is Step.ACCEPT and one.is_frozen:
        said = _("The agency has not announced the campaign yet.")
    elif step is Step.ACCEPT:
        said = _("The roster must be frozen first.")
    elif not one.is_accepted:
        said = _("The announcement must be accepted first.")
    elif step is Step.INVITE:
        said = _("Drawing is over: nobody can use an invitation any more.")
    elif step is Step.PUBLISH:
        said = _("Possible when drawing has ended: %(moment)s.", moment=format_moment(schedule.issuance_closes))
    elif now >= schedule.collection_closes:
        said = _("The number of tokens drawn must be published first: it is counted from what is deleted.")
    else:
        said = _("Possible when answering has ended: %(moment)s.", moment=format_moment(schedule.collection_closes))
    return str(said)


def explain(one: Situation, step: Step, now: datetime) -> str:
    """What a step needs now: what to do, or what is missing."""
    progress = one.steps(now)[step]
    if progress is Progress.DONE:
        return ""
    return why_not_yet(one, step, now) if progress is Progress.NOT_YET else str(_NOW[step])
