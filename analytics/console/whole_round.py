"""The figures of all bodies of a round together: foreseen, proposed, approved by a second officer, then done."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.reading import Campaign, campaigns, find_round
from analytics.campaigns.round_certification import certify_round
from analytics.campaigns.round_dry_run import foresee_round
from analytics.campaigns.round_reading import round_standing
from analytics.campaigns.round_state import RoundStep, require_round
from analytics.campaigns.state import NotAsAgreed
from analytics.console.approved_openings import approve_opening, wanted
from analytics.console.desk import actor
from analytics.console.rendering import page
from analytics.console.round_pages import show_round
from analytics.office import AgencyOffice
from analytics.round_release import round_release_bytes
from analytics.views.office import office
from survey_app.domain.errors import Malformed, PikirError
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk
from survey_app.web.uploads import takes_long_form

LONGEST_REASON = 600


def foresee_whole(round_code: str) -> Response:
    """Answer: what would opening all bodies together do with each of them, and who can be left out."""
    return _show_dry_run(round_code, {}, None)


@takes_long_form
def propose_whole(round_code: str) -> AnyResponse:
    """Propose to open all batches together, as shown, or to certify what came out."""
    step, without = _step(request.form.get("step", "")), _reasons(round_code)
    if step is RoundStep.OPEN:
        seen = foresee_round(office(), round_code, without)
        was_shown = set(request.form.getlist("left-out")) == set(seen.left_out)
        if request.form.get("do") == "look" or not was_shown or not seen.is_ready:
            return _show_dry_run(round_code, without, None)
    try:
        details = _details(office(), round_code, step, request.form.get("reason", "").strip(), without)
        found = approvals.propose(desk(), actor(), step.value, round_code, details)
    except PikirError as error:
        is_opening = step is RoundStep.OPEN
        return _show_dry_run(round_code, without, error) if is_opening else show_round(round_code, error)
    return redirect(url_for("console.proposal", proposal_id=found.proposal_id))


def approve_whole(found: Proposal) -> AnyResponse:
    """Do what was proposed, or begin the opening. Raises what the step raises, NotAsAgreed."""
    require_whole_unchanged(found)
    if _step(found.action) is RoundStep.OPEN:
        return approve_opening(found)
    approvals.approve(desk(), actor(), found.proposal_id, digest=request.form.get("digest", ""))
    reason, opened = found.details["reason"] or None, found.details["draft"]
    certify_round(office(), found.subject, reason=reason, opened=opened, actor=actor())
    return redirect(url_for("console.round_page", round_code=found.subject))


def require_whole_unchanged(found: Proposal) -> None:
    """Raise NotAsAgreed unless exactly what was proposed would be done, and what the step raises."""
    without = found.details.get("without", {})
    now = _details(office(), found.subject, _step(found.action), found.details["reason"], without)
    if now != dict(found.details):
        raise NotAsAgreed("what would be done now is not what was proposed")


def show_whole(found: Proposal, problem: PikirError | None) -> Response:
    """The proposal's page."""
    is_opening = found.state == "pending" and found.action == RoundStep.OPEN
    by_id: dict[str, Campaign] = {one.campaign_id: one for one in campaigns(office(), found.subject)}
    return page(
        "console_whole_round.html",
        200 if problem is None else 400,
        proposal=found,
        campaigns=by_id,
        left_out=found.details.get("without", {}),
        deciding=approvals.look(desk(), actor(), found.proposal_id),
        keys=wanted(found) if is_opening else None,
        problem=problem,
    )


def _show_dry_run(round_code: str, without: Mapping[str, str], problem: PikirError | None) -> Response:
    return page(
        "console_round_opening.html",
        200 if problem is None else 400,
        round=find_round(office(), round_code),
        seen=foresee_round(office(), round_code, without),
        longest=LONGEST_REASON,
        problem=problem,
    )


def _details(
    office: AgencyOffice, round_code: str, step: RoundStep, reason: str, without: Mapping[str, str]
) -> dict[str, Any]:
    """Exactly what is to be done. Raises StepOutOfOrder, NotAsAgreed."""
    if step is RoundStep.OPEN:
        seen = foresee_round(office, round_code, without)
        require_round(step, seen.standing.situation)
        if not seen.is_ready:
            raise NotAsAgreed("the sealing key of a body is not here any more")
        opened = [one.campaign_id for one in seen.standing.closed]
        return {"step": step.value, "campaigns": opened, "without": seen.left_out, "reason": "", "draft": ""}
    standing = round_standing(office, round_code)
    require_round(step, standing.situation)
    if standing.draft is None:
        raise AssertionError("the situation allows certifying without a draft")
    draft, bodies = standing.draft, sorted(body.campaign_id for body in standing.draft.bodies)
    digest = hashlib.sha256(round_release_bytes(draft)).hexdigest()
    return {"step": step.value, "campaigns": bodies, "without": {}, "reason": reason, "draft": digest}


def _reasons(round_code: str) -> dict[str, str]:
    """Whom the form leaves out, and why. Void campaigns are left out by themselves."""
    given = {one.campaign_id: request.form.get(f"without-{one.campaign_id}", "") for one in _members(round_code)}
    return {campaign_id: reason.strip()[:LONGEST_REASON] for campaign_id, reason in given.items() if reason.strip()}


def _members(round_code: str) -> tuple[Campaign, ...]:
    return tuple(one for one in campaigns(office(), round_code) if one.void is None)


def _step(name: str) -> RoundStep:
    known = next((step for step in RoundStep if step.value == name), None)
    if known is None:
        raise Malformed("there is no such step")
    return known
