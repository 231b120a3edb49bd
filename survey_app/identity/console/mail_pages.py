"""Invitations by e-mail: the plan, sending with its progress, whom mail does not reach."""

from datetime import date

from flask import Response, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.console.access import note, office, own_situation
from survey_app.identity.console.pages import CAMPAIGN, console
from survey_app.identity.console.postmen import postman
from survey_app.identity.console.problem_words import mail_trouble
from survey_app.identity.errors import MailNotConfigured, ReportUnreadable, SendingStopped, StepOutOfOrder
from survey_app.identity.handouts import times_handed_out, unreached_by_mail
from survey_app.identity.invitations import invitations
from survey_app.identity.mail.bounces import bounced, take_report
from survey_app.identity.mail.plan import (
    INVITATION,
    Mailing,
    are_days_fixed,
    cancel_reminders,
    issuing_days,
    mailings,
    plan_reminders,
    suggested_days,
)
from survey_app.identity.mail.queue import begin
from survey_app.identity.mail.sending import is_sending
from survey_app.identity.mail.stopping import go_on_sending, stop_sending, stopped_by
from survey_app.identity.office import ISSUING
from survey_app.identity.situation import Situation
from survey_app.staff.guard import asked_by_script, current_staff, roles_allowed, step_up_required
from survey_app.web.languages import format_day
from survey_app.web.uploads import FileMissing, takes_upload, uploaded

PEOPLE_A_PART = 250  # letters that a request sets well within a proxy's minute


@console.get(f"/c/{CAMPAIGN}/invitations")
@roles_allowed(ISSUING)
def invitation_page(campaign_id: str) -> str:
    """Everything about inviting: by mail, on paper, as a table."""
    return page(own_situation(campaign_id))


@console.post(f"/c/{CAMPAIGN}/mail/plan")
@roles_allowed(ISSUING)
def plan(campaign_id: str) -> AnyResponse:
    """Fix the days of the reminders."""
    problem = _try_to_plan(own_situation(campaign_id))
    return _back(campaign_id) if problem is None else problem


@console.post(f"/c/{CAMPAIGN}/mail/send")
@roles_allowed(ISSUING)
@step_up_required
def send(campaign_id: str) -> AnyResponse:
    """Begin the invitation, with the days that stand beside it; or go on with what waits.

    Reminders begin by themselves at their hour: nobody has a button that could wait for turnout.
    """
    one = own_situation(campaign_id)
    if office().config.mail is None:
        raise MailNotConfigured("no mail server is set")
    if not _mailings(campaign_id)[INVITATION].is_begun:
        if "day" in request.form and (problem := _try_to_plan(one)):
            return problem
        total = begin(office(), campaign_id, INVITATION)
        note("send-mail", campaign_id, mailing=INVITATION, people=total)
    elif stopped_by(office(), campaign_id) is not None:
        raise SendingStopped("an officer stopped it: going on is a button of its own")
    postman().wake()
    return _back(campaign_id)


@console.post(f"/c/{CAMPAIGN}/mail/stop")
@roles_allowed(ISSUING)
def stop(campaign_id: str) -> AnyResponse:
    """Nothing goes out after the message under way. A brake asks for no second factor; going on does."""
    own_situation(campaign_id)
    try:
        people = stop_sending(office(), campaign_id, current_staff().login)
    except StepOutOfOrder:
        return _back(campaign_id)  # the last message went meanwhile, as the page shows
    note("stop-sending", campaign_id, waiting=people)
    return _back(campaign_id)


@console.post(f"/c/{CAMPAIGN}/mail/go-on")
@roles_allowed(ISSUING)
@step_up_required
def go_on(campaign_id: str) -> AnyResponse:
    """What waits is sent again; reminders whose day is over are left out."""
    own_situation(campaign_id)
    left_out = go_on_sending(office(), campaign_id)
    note("go-on-sending", campaign_id, reminders_left_out=left_out.reminders, people_left_out=left_out.people)
    postman().wake()
    return _back(campaign_id)


@console.post(f"/c/{CAMPAIGN}/mail/cancel-reminders")
@roles_allowed(ISSUING)
@step_up_required
def cancel(campaign_id: str) -> AnyResponse:
    """No reminder goes out any more, to anybody."""
    own_situation(campaign_id)
    note("cancel-reminders", campaign_id, reminders=cancel_reminders(office(), campaign_id))
    return _back(campaign_id)


@console.get(f"/c/{CAMPAIGN}/mail/progress")
@roles_allowed(ISSUING)
@asked_by_script
def progress(campaign_id: str) -> Response:
    """How many have to be sent still, for the page that shows it."""
    own_situation(campaign_id)
    found = [{"number": one.number, "total": one.total, "waiting": one.waiting} for one in _mailings(campaign_id)]
    return Response(json.dumps({"bars": found, "working": _is_sending()}), mimetype="application/json")


@console.post(f"/c/{CAMPAIGN}/mail/report")
@roles_allowed(ISSUING)
@takes_upload
def report(campaign_id: str) -> AnyResponse:
    """Take in failures that came back as messages."""
    one = own_situation(campaign_id)
    try:
        taken = take_report(office(), campaign_id, uploaded("report")[0])
    except FileMissing:
        return Response(page(one, bounce_problem=_("Choose a file first.")), 400)
    except ReportUnreadable:
        problem = _(
            "No failed delivery was found in it. Save reports as .eml or mbox, or addresses as text, one a line."
        )
        return Response(page(one, bounce_problem=problem), 400)
    note("take-bounces", campaign_id, new=taken.new, foreign=taken.foreign)
    return _back(campaign_id, "bounces")


def page(one: Situation, *, typed: tuple[str, str] = ("", ""), **problems: str) -> str:
    """The page about inviting."""
    if not one.is_accepted or one.statement is not None or one.is_void:
        raise StepOutOfOrder("nobody can be invited now")
    problem = postman().problem
    return render_template(
        "console_invitations.html",
        one=one,
        draft=one.draft,
        mailings=_mailings(one.campaign_id),
        are_days_fixed=are_days_fixed(office(), one.campaign_id),
        suggested=suggested_days(one.draft.schedule),
        window=issuing_days(one.draft.schedule),
        is_configured=office().config.mail is not None,
        is_sending=_is_sending(),
        stopped=mail_trouble(problem) if problem else None,
        stopper=stopped_by(office(), one.campaign_id),
        bounced=bounced(office(), one.campaign_id),
        people=len(invitations(office(), one.campaign_id)),
        unreached=len(unreached_by_mail(office(), one.campaign_id)),
        people_a_file=PEOPLE_A_PART,
        links_taken=times_handed_out(office(), one.campaign_id, "links"),
        typed=typed,
        **problems,
    )


def _try_to_plan(one: Situation) -> Response | None:
    """Fix the days that the form names; the page that says why not, or None."""
    first, last = issuing_days(one.draft.schedule)
    try:
        days = [date.fromisoformat(text) for text in request.form.getlist("day") if text.strip()]
        plan_reminders(office(), one.campaign_id, days)
    except (ValueError, StepOutOfOrder):
        said = _(
            "Choose days from %(first)s to %(last)s, before anybody is invited and before drawing opens.",
            first=format_day(first),
            last=format_day(last),
        )
        return Response(page(one, mail_problem=said), 400)
    note("plan-reminders", one.campaign_id, days=", ".join(str(day) for day in sorted(set(days))))
    return None


def _mailings(campaign_id: str) -> tuple[Mailing, ...]:
    return mailings(office(), campaign_id)


def _is_sending() -> bool:
    return postman().is_at_work or is_sending(office())


def _back(campaign_id: str, anchor: str | None = None) -> AnyResponse:
    return redirect(url_for("console.invitation_page", campaign_id=campaign_id, _anchor=anchor), code=303)
