"""The issuing officer's steps: freeze, accept, publish M, close; each asked about first, and written to the journal."""

from collections.abc import Callable, Mapping

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from survey_app.identity import acceptance, closing, enrolment
from survey_app.identity.campaigns import trusts_an_agency
from survey_app.identity.console.access import office, own_situation
from survey_app.identity.console.pages import CAMPAIGN, console, done
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.office import ISSUING
from survey_app.identity.situation import Progress, Step
from survey_app.staff.guard import roles_allowed, step_up_required

_STEP = f"/c/{CAMPAIGN}/<any(enrol,accept,publish,close):step>"


@console.get(_STEP)
@roles_allowed(ISSUING)
@step_up_required
def ask(campaign_id: str, step: str) -> str:
    """Exactly what the step will do."""
    one = own_situation(campaign_id)
    if one.steps(office().clock())[Step(step)] in (Progress.NOT_YET, Progress.DONE):
        raise StepOutOfOrder(f"{step} is not possible now")
    first_key = one.draft.agency_key.hex() if step == Step.ENROL and not trusts_an_agency(office()) else None
    return render_template("console_step.html", one=one, draft=one.draft, step=Step(step), first_key=first_key)


@console.post(_STEP)
@roles_allowed(ISSUING)
@step_up_required
def take(campaign_id: str, step: str) -> AnyResponse:
    """Do it."""
    own_situation(campaign_id)
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
