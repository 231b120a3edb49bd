"""The console's blueprint: the list of campaigns, one campaign, and what is said of a step out of order."""

from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity.campaigns import find_accepted
from survey_app.identity.console.access import EVERYONE, is_issuing, note, office, own_situation, own_situations
from survey_app.identity.console.postmen import postman
from survey_app.identity.console.problem_words import mail_trouble
from survey_app.identity.console.proposals import address_of, title, waiting
from survey_app.identity.console.wording import BANDS, PROGRESS, STATES, STEPS, explain
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.freezing import waiting_for_it
from survey_app.identity.mail.bounces import bounced
from survey_app.identity.mail.plan import mailings
from survey_app.identity.mail.relay import TryLater
from survey_app.identity.mail.stopping import stopped
from survey_app.identity.office import PERSONNEL
from survey_app.identity.situation import Situation, Step
from survey_app.identity.standing import count_disputes
from survey_app.identity.turnout import turnout
from survey_app.staff import approvals
from survey_app.staff.guard import current_staff, desk, roles_allowed
from survey_app.web.fingerprint import comparable_rows

TOGETHER = (Step.ENROL, Step.ACCEPT, Step.INVITE, Step.PUBLISH, Step.CLOSE)
CAMPAIGN = "<string(length=32):campaign_id>"
console = Blueprint("console", __name__, url_prefix="/<language:lang>/staff")


@console.context_processor
def words() -> dict[str, object]:
    """What every page of the console may need."""
    return {
        "state_name": STATES.__getitem__,
        "step_name": STEPS.__getitem__,
        "progress_name": PROGRESS.__getitem__,
        "band_name": BANDS.__getitem__,
        "explain": explain,
        "now": office().clock(),
        "is_issuing": is_issuing(),
        "Step": Step,
        "proposal_title": title,
        "proposal_address": address_of,
    }


@console.get("/campaigns")
@roles_allowed(*EVERYONE)
def campaigns() -> str:
    """All campaigns that concern who asks, those that are late on top of their round."""
    now = office().clock()
    found = [(one, one.next_step(now), band_of(one)) for one in own_situations()]
    pending = approvals.pending(desk()) if is_issuing() else ()
    proposed = waiting() if is_issuing() else {}
    freezing = waiting_for_it(office()) if is_issuing() else frozenset()
    under_way = {**proposed, Step.ENROL: freezing}
    possible = Counter(
        step for one, step, _ in found if step in TOGETHER and one.campaign_id not in under_way.get(step, {})
    )
    together = {step: possible[step] for step in TOGETHER if possible[step] > 1} if is_issuing() else {}
    return render_template(
        "console_campaigns.html",
        campaigns=found,
        together=together,
        waiting=pending,
        proposed=proposed,
        freezing=len(freezing),
        stopped=_what_stopped_mail() if is_issuing() else None,
        held_up=_held_up(one for one, _, _ in found) if is_issuing() else (),
    )


@console.get(f"/c/{CAMPAIGN}")
@roles_allowed(*EVERYONE)
def campaign(campaign_id: str) -> str:
    """One campaign: what to do next, the steps, the figures."""
    return campaign_page(own_situation(campaign_id))


@console.errorhandler(StepOutOfOrder)
def out_of_order(_error: StepOutOfOrder) -> AnyResponse:
    """The campaign's page, on which it says what is possible now and what is missing."""
    campaign_id = (request.view_args or {}).get("campaign_id")
    if campaign_id is None:
        return redirect(url_for("console.campaigns"))
    return Response(campaign_page(own_situation(campaign_id), refused=True), 409)


def campaign_page(one: Situation, *, refused: bool = False) -> str:
    """The page about one campaign."""
    accepted = find_accepted(office(), one.campaign_id) if one.is_accepted else None
    next_step = one.next_step(office().clock())
    proposed = waiting() if is_issuing() else {}
    return render_template(
        "console_campaign.html",
        one=one,
        draft=one.draft,
        steps=one.steps(office().clock()),
        next_step=next_step,
        proposed=proposed[next_step].get(one.campaign_id) if next_step in proposed else None,
        band=band_of(one),
        disputes=_disputes(one) if is_issuing() and one.is_accepted else None,
        mailings=mailings(office(), one.campaign_id) if one.is_accepted and one.statement is None else (),
        fingerprint_rows=comparable_rows(accepted.fingerprint) if accepted else None,
        unreached=_unreached(one),
        refused=refused,
    )


def band_of(one: Situation) -> str | None:
    """The turnout's band as of the last midnight; "" while there is none, None where none is shown."""
    now, schedule = office().clock(), one.draft.schedule
    if one.is_void or not one.is_accepted or now < schedule.issuance_opens or now >= schedule.collection_closes:
        return ""
    return turnout(office(), one.campaign_id)


def _held_up(found: Iterable[Situation]) -> list[tuple[Situation, str]]:
    """Campaigns whose mail an officer stopped, with his login."""
    by = stopped(office())
    return [(one, by[one.campaign_id]) for one in found if one.campaign_id in by and not one.is_void]


def _what_stopped_mail() -> str | None:
    """Why nothing is sent, reminders neither; a mailbox that is full for a while is no reason to tell everybody."""
    problem = postman().problem
    return None if problem is None or isinstance(problem, TryLater) else mail_trouble(problem)


def _unreached(one: Situation) -> int:
    """How many addresses a personnel officer can correct now."""
    is_asked = current_staff().role == PERSONNEL and one.can_invite(office().clock())
    return sum(not found.is_unclear for found in bounced(office(), one.campaign_id)) if is_asked else 0


def _disputes(one: Situation) -> int:
    with office().database.read() as session:
        return count_disputes(session, one.campaign_id)


def done(action: str, campaign_id: str, **details: str | int) -> AnyResponse:
    """Note what was done, and lead back to the campaign."""
    note(action, campaign_id, **details)
    return redirect(url_for("console.campaign", campaign_id=campaign_id), code=303)
