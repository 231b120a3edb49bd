"""One step for several campaigns: what will happen to each is shown first, and what came of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain.errors import PikirError
from survey_app.identity.campaigns import trusts_an_agency
from survey_app.identity.console.access import note, office, own_situation, own_situations
from survey_app.identity.console.freezing_pages import begin_freezing
from survey_app.identity.console.pages import TOGETHER, console
from survey_app.identity.console.postmen import postman
from survey_app.identity.console.problem_words import told
from survey_app.identity.console.proposals import address_of, agreed_now, propose, takes_two, waiting
from survey_app.identity.console.steps import TAKE
from survey_app.identity.console.wording import why_not_yet
from survey_app.identity.errors import MailNotConfigured, StepOutOfOrder
from survey_app.identity.freezing import waiting_for_it
from survey_app.identity.mail.plan import INVITATION, are_days_fixed, mailings, plan_reminders, suggested_days
from survey_app.identity.mail.queue import begin
from survey_app.identity.office import ISSUING
from survey_app.identity.situation import Progress, Situation, Step
from survey_app.staff.approvals import others
from survey_app.staff.guard import current_staff, desk, roles_allowed, step_up_required

_TOGETHER = f"/together/<any({','.join(TOGETHER)}):step>"


@dataclass(frozen=True)
class Outcome:
    """What came of one campaign's step: ``problem`` is empty if it was done."""

    one: Situation
    problem: str


@console.get(_TOGETHER)
@roles_allowed(ISSUING)
@step_up_required
def ask_together(step: str) -> str:
    """For which campaigns the step is next, and neither proposed nor going on already; all are ticked.

    The first that are frozen make this office trust the agency's key: it is shown, and no draft under another one.
    """
    now = office().clock()
    under_way = waiting_for_it(office()) if step == Step.ENROL else waiting().get(Step(step), {})
    wanted = [one for one in own_situations() if one.next_step(now) is Step(step) and one.campaign_id not in under_way]
    first_key = None
    if step == Step.ENROL and wanted and not trusts_an_agency(office()):
        first_key = wanted[0].draft.agency_key
        wanted = [one for one in wanted if one.draft.agency_key == first_key]
    return render_template(
        "console_together.html",
        step=Step(step),
        situations=wanted,
        first_key=None if first_key is None else first_key.hex(),
        outcomes=None,
        takes_two=takes_two(Step(step)),
        others=others(desk(), current_staff().login),
    )


@console.post(_TOGETHER)
@roles_allowed(ISSUING)
@step_up_required
def take_together(step: str) -> AnyResponse:
    """Do it for each that is ticked, one that fails stops no other; or propose it for all of them at once.

    Freezing goes on in the background: making a campaign's keys takes about a second.
    """
    chosen = list(dict.fromkeys(request.form.getlist("campaign")))
    if chosen and takes_two(Step(step)):
        return redirect(address_of(propose(Step(step), chosen)), code=303)
    if chosen and step == Step.ENROL:
        return begin_freezing(chosen)
    if step == Step.INVITE and office().config.mail is None:
        raise MailNotConfigured("no mail server is set")
    outcomes = [attempt(Step(step), campaign_id) for campaign_id in chosen]
    if step == Step.INVITE:
        postman().wake()
    page = render_template("console_together.html", step=Step(step), situations=[], outcomes=outcomes)
    return Response(page)


def attempt(step: Step, campaign_id: str, agreed: Mapping[str, int] | None = None) -> Outcome:
    """Do it for one campaign and note it. ``agreed`` is what two officers agreed on, where it takes two."""
    one, now = own_situation(campaign_id), office().clock()
    if one.steps(now)[step] is Progress.NOT_YET:
        return Outcome(one, why_not_yet(one, step, now))
    if agreed is not None and one.steps(now)[step] is not Progress.DONE and agreed != agreed_now(step, campaign_id):
        said = _("The number drawn is no longer what was proposed. Find out why, then propose it again.")
        return Outcome(one, str(said))
    try:
        details = _invite(one) if step is Step.INVITE else TAKE[step](campaign_id)
    except StepOutOfOrder:
        return Outcome(own_situation(campaign_id), str(_("This step is not possible now")))
    except PikirError as error:
        return Outcome(one, told(error) or str(_("Something went wrong. Try this campaign alone.")))
    note("send-mail" if step is Step.INVITE else step.value, campaign_id, **details)
    return Outcome(own_situation(campaign_id), "")


def _invite(one: Situation) -> dict[str, str | int]:
    """Begin the invitation, with reminders on the proposed days unless some were saved before, or it is too late."""
    if len(mailings(office(), one.campaign_id)) == 1 and not are_days_fixed(office(), one.campaign_id):
        plan_reminders(office(), one.campaign_id, suggested_days(one.draft.schedule))
    return {"mailing": INVITATION, "people": begin(office(), one.campaign_id, INVITATION)}
