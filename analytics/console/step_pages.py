"""One step for one, several or all campaigns: the dry run, the proposal, the second officer's approval, the result."""

from collections.abc import Sequence

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.dry_run import STEPS, agreed, foresee, run
from analytics.campaigns.reading import find_campaign, find_round
from analytics.campaigns.state import Step
from analytics.console.approved_openings import approve_opening, wanted
from analytics.console.declarations import approve_declaration, is_declaration, show_declaration, where_from
from analytics.console.desk import actor, chosen_campaigns
from analytics.console.errors import NothingChosen
from analytics.console.key_pages import key_form
from analytics.console.proposals import foreseen, is_whole, propose, require_unchanged, step_of
from analytics.console.rendering import page
from analytics.console.round_pages import show_round
from analytics.console.whole_round import approve_whole, show_whole
from analytics.views.office import office
from survey_app.domain.errors import Malformed, PikirError
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk
from survey_app.web.uploads import takes_long_form


@takes_long_form
def dry_run(round_code: str) -> Response:
    """Answer: what exactly would this step do with each chosen campaign."""
    chosen = chosen_campaigns(round_code)
    if not chosen:
        return show_round(round_code, NothingChosen("choose at least one campaign"))
    return _show_dry_run(round_code, _step(), chosen, None)


@takes_long_form
def suggest(round_code: str) -> AnyResponse:
    """Propose what the dry run showed."""
    step, chosen = _step(), chosen_campaigns(round_code)
    if not approvals.needs_second_officer(desk(), step):
        raise Malformed("one officer does this alone")
    reasons = _reasons(chosen)
    details = agreed(step, foresee(office(), step, chosen, reasons), reasons)
    if list(details["campaigns"]) != chosen:
        return _show_dry_run(round_code, step, chosen, None)
    try:
        proposal = propose(round_code, actor(), step, details)
    except PikirError as error:
        return _show_dry_run(round_code, step, chosen, error)
    return redirect(url_for("console.proposal", proposal_id=proposal.proposal_id))


def proposal(proposal_id: str) -> Response:
    """Answer: what is proposed, and may I approve it."""
    return _show(approvals.find_proposal(desk(), proposal_id), None)


def approve(proposal_id: str) -> AnyResponse:
    """The second officer agrees: what was proposed is done, or the opening begins."""
    found = approvals.find_proposal(desk(), proposal_id)
    try:
        if is_whole(found):
            return approve_whole(found)
        if is_declaration(found):
            return approve_declaration(found)
        require_unchanged(office(), found)
        if step_of(found) is Step.OPEN:
            return approve_opening(found)
        approvals.approve(desk(), actor(), proposal_id, digest=request.form.get("digest", ""))
    except PikirError as error:
        return _show(found, error)
    done = run(office(), step_of(found), found.details["campaigns"], found.details["reasons"], actor())
    campaigns = {one.campaign_id: find_campaign(office(), one.campaign_id) for one in done}
    return page("console_done.html", round_code=found.subject, step=step_of(found), done=done, campaigns=campaigns)


def withdraw(proposal_id: str) -> AnyResponse:
    """Take it back, or refuse it."""
    found = approvals.find_proposal(desk(), proposal_id)
    try:
        approvals.withdraw(desk(), actor(), proposal_id)
    except PikirError as error:
        return _show(found, error)
    is_of_round = not is_declaration(found)
    return redirect(url_for("console.round_page", round_code=found.subject) if is_of_round else where_from(found))


def _show_dry_run(round_code: str, step: Step, chosen: list[str], problem: PikirError | None) -> Response:
    if step is Step.KEYGEN:
        return key_form(round_code, chosen, problem)
    reasons = _reasons(chosen)
    seen = foresee(office(), step, chosen, reasons)
    return page(
        "console_dry_run.html",
        round=find_round(office(), round_code),
        step=step,
        seen=seen,
        ready=[one for one in seen if one.refused is None],
        mendable=any(one.wants_reason for one in seen),
        reasons=reasons,
        problem=problem,
    )


def _show(found: Proposal, problem: PikirError | None) -> Response:
    if is_declaration(found):
        return show_declaration(found, problem)
    return show_whole(found, problem) if is_whole(found) else _show_proposal(found, problem)


def _show_proposal(found: Proposal, problem: PikirError | None) -> Response:
    is_opening = found.state == "pending" and step_of(found) is Step.OPEN
    seen = foreseen(office(), found) if found.state == "pending" else ()
    return page(
        "console_proposal.html",
        200 if problem is None else 400,
        proposal=found,
        step=step_of(found),
        seen=seen,
        deciding=approvals.look(desk(), actor(), found.proposal_id),
        keys=wanted(found) if is_opening else None,
        campaigns={one.campaign.campaign_id: one.campaign for one in seen},
        problem=problem,
    )


def _step() -> Step:
    named = request.form.get("step", "")
    known = next((step for step in STEPS if step.value == named), None)
    if known is None:
        raise Malformed("there is no such step")
    return known


def _reasons(chosen: Sequence[str]) -> dict[str, str]:
    return {one: reason for one in chosen if (reason := request.form.get(f"reason-{one}", "").strip())}
