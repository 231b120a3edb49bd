"""The issuing officer's steps: freeze, accept, publish M, close; each asked about first, and written to the journal.

Publishing M and closing are proposed here, and done when another officer approves (proposal_pages).
"""

from collections.abc import Callable, Mapping

from flask import Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity import acceptance, closing, enrolment
from survey_app.identity.campaigns import trusts_an_agency
from survey_app.identity.console.access import office, own_situation
from survey_app.identity.console.pages import CAMPAIGN, console, done
from survey_app.identity.console.proposals import address_of, propose, takes_two, waiting
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.office import ISSUING
from survey_app.identity.situation import Progress, Step
from survey_app.staff.approvals import others
from survey_app.staff.guard import current_staff, desk, roles_allowed, step_up_required

_STEP = f"/c/{CAMPAIGN}/<any(enrol,accept,publish,close):step>"


@console.get(_STEP)
@roles_allowed(ISSUING)
@step_up_required
def ask(campaign_id: str, step: str) -> AnyResponse:
    """Exactly what the step will do; the proposal, if it waits for a second officer already."""
    one = own_situation(campaign_id)
    if one.steps(office().clock())[Step(step)] in (Progress.NOT_YET, Progress.DONE):
        raise StepOutOfOrder(f"{step} is not possible now")
    proposed = waiting().get(Step(step), {}).get(campaign_id)
    if proposed is not None:
        return redirect(address_of(proposed))
    first_key = one.draft.agency_key.hex() if step == Step.ENROL and not trusts_an_agency(office()) else None
    page = render_template(
        "console_step.html",
        one=one,
        draft=one.draft,
        step=Step(step),
        first_key=first_key,
        takes_two=takes_two(Step(step)),
        others=others(desk(), current_staff().login),
    )
    return Response(page)


@console.post(_STEP)
@roles_allowed(ISSUING)
@step_up_required
def take(campaign_id: str, step: str) -> AnyResponse:
    """Do it, or propose it."""
    own_situation(campaign_id)
    if takes_two(Step(step)):
        return redirect(address_of(propose(Step(step), [campaign_id])), code=303)
    return done(step, campaign_id, **TAKE[Step(step)](campaign_id))


def _enrol(campaign_id: str) -> dict[str, str | int]:
    made = enrolment.enrol(office(), campaign_id)
    return {"eligible": made.eligible, "commitment": made.roster_commitment.hex()}


def _accept(campaign_id: str) -> dict[str, str | int]:
    return {"fingerprint": acceptance.accept(office(), campaign_id).fingerprint.hex()}


def _publish(campaign_id: str) -> dict[str, str | int]:
    statement = closing.publish_drawn(office(), campaign_id)
    return {"drawn": statement.drawn, "disputes": statement.disputes}


def _close(campaign_id: str) -> dict[str, str | int]:
    closing.close(office(), campaign_id)
    return {}


TAKE: Mapping[Step, Callable[[str], dict[str, str | int]]] = {
    Step.ENROL: _enrol,
    Step.ACCEPT: _accept,
    Step.PUBLISH: _publish,
    Step.CLOSE: _close,
}
