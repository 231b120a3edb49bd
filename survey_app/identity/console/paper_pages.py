"""Files with everybody's link, made when they are asked for and kept nowhere: letters, cards, the table of links."""

from flask import Response, request
from flask_babel import gettext as _

from survey_app.identity.campaigns import find_active
from survey_app.identity.console.access import office, own_situation
from survey_app.identity.console.mail_pages import PEOPLE_A_PART, page
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.errors import ReasonNeeded, StepOutOfOrder
from survey_app.identity.handouts import note_handout, unreached_by_mail
from survey_app.identity.invitation_list import as_csv
from survey_app.identity.invitations import invitations
from survey_app.identity.letters import Form, Paper, set_apart
from survey_app.identity.office import ISSUING
from survey_app.staff import journal
from survey_app.staff.guard import current_staff, roles_allowed, step_up_required


@console.post(f"/c/{CAMPAIGN}/letters")
@roles_allowed(ISSUING)
@step_up_required
def letters(campaign_id: str) -> Response:
    """One file of letters or cards, for everybody or for those whom mail does not reach."""
    own_situation(campaign_id)
    form: Form = "cards" if request.form.get("form") == "cards" else "letters"
    only = request.form.get("who") == "unreached"
    people = unreached_by_mail(office(), campaign_id) if only else invitations(office(), campaign_id)
    part = request.form.get("part", 1, type=int)
    chosen = people[(part - 1) * PEOPLE_A_PART : part * PEOPLE_A_PART] if part > 0 else []
    if not chosen:
        raise StepOutOfOrder("nobody needs such a letter")
    _hand_out(campaign_id, "letters", people=len(chosen), part=part, form=form, who="unreached" if only else "all")
    pdf = set_apart(office(), find_active(office(), campaign_id), chosen, Paper(form, office().config.help_desk))
    return _file(pdf, "application/pdf", f"{form}-{part:02}.pdf")


@console.post(f"/c/{CAMPAIGN}/links")
@roles_allowed(ISSUING)
@step_up_required
def links(campaign_id: str) -> Response:
    """Everybody's link as a table: once; again only with a reason."""
    one = own_situation(campaign_id)
    reason = request.form.get("reason", "")
    people = invitations(office(), campaign_id)
    try:
        _hand_out(campaign_id, "links", reason=reason, people=len(people))
    except ReasonNeeded:
        problem = _(
            "The table was taken before. Say in a sentence why it is needed again; the reason goes to the journal."
        )
        return Response(page(one, links_problem=problem), 400)
    return _file(as_csv(people).encode(), "text/csv", "links.csv")


def _hand_out(campaign_id: str, kind: str, *, reason: str = "", **details: str | int) -> None:
    """Count it and write it to the journal before anything is handed out. Raises ReasonNeeded."""
    desk, said = office(), {"reason": reason.strip()} if reason.strip() else {}
    with desk.database.write() as session:
        times = note_handout(session, campaign_id, "links" if kind == "links" else "letters", reason)
        action = "take-links" if kind == "links" else "take-letters"
        journal.record(session, desk.clock, current_staff().login, action, campaign_id, times=times, **details, **said)


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
