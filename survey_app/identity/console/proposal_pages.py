"""A proposal's page: what exactly is to be done, for whom; another officer approves it, or somebody takes it back."""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.domain.errors import PikirError
from survey_app.identity.console.pages import console
from survey_app.identity.console.proposals import members
from survey_app.identity.console.together import attempt
from survey_app.identity.office import ISSUING
from survey_app.identity.situation import Step
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.errors import AccountChangedSince, ProposalOver, ProposerGone, SameOfficer
from survey_app.staff.guard import current_staff, desk, roles_allowed, step_up_required
from survey_app.staff.problems import STAFF_PROBLEMS

_PROPOSAL = "/proposals/<string(length=32):proposal_id>"


@console.get(_PROPOSAL)
@roles_allowed(ISSUING)
@step_up_required
def proposal(proposal_id: str) -> Response:
    """What is proposed, and whether the asking officer may approve it."""
    return _show(approvals.find_proposal(desk(), proposal_id), None)


@console.post(_PROPOSAL)
@roles_allowed(ISSUING)
@step_up_required
def approve(proposal_id: str) -> Response:
    """Another officer agrees: it is done for each campaign; one that fails stops no other."""
    found = approvals.find_proposal(desk(), proposal_id)
    try:
        approvals.approve(desk(), current_staff().login, proposal_id, digest=request.form.get("digest", ""))
    except (ProposalOver, SameOfficer, ProposerGone, AccountChangedSince) as error:
        return _show(found, error)
    step = Step(found.action)
    outcomes = [attempt(step, campaign_id, agreed) for campaign_id, agreed in found.details["campaigns"].items()]
    return Response(render_template("console_together.html", step=step, situations=[], outcomes=outcomes))


@console.post(f"{_PROPOSAL}/withdraw")
@roles_allowed(ISSUING)
def withdraw(proposal_id: str) -> AnyResponse:
    """Take it back, or refuse it."""
    try:
        approvals.withdraw(desk(), current_staff().login, proposal_id)
    except ProposalOver as error:
        return _show(approvals.find_proposal(desk(), proposal_id), error)
    return redirect(url_for("console.campaigns"), code=303)


def _show(found: Proposal, refused: PikirError | None) -> Response:
    problem = None if refused is None else STAFF_PROBLEMS[type(refused)]
    page = render_template(
        "console_proposal.html",
        proposal=found,
        step=Step(found.action),
        members=members(found),
        deciding=approvals.look(desk(), current_staff().login, found.proposal_id),
        explained=lambda error: STAFF_PROBLEMS[type(error)],
        problem=problem,
    )
    return Response(page, 200 if problem is None else problem.status)
