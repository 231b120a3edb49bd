"""The figures of all bodies of a round together: proposed, approved by a second officer, opened and certified."""

import hashlib
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.round_certification import certify_round
from analytics.campaigns.round_keys import RoundKeys, unlock_round
from analytics.campaigns.round_reading import RoundStanding, round_standing
from analytics.campaigns.round_state import RoundStep, require_round
from analytics.campaigns.share_gathering import Custody, ShareGathering, custody_of
from analytics.campaigns.state import NotAsAgreed
from analytics.console.desk import Gathering, actor, console
from analytics.console.openings import start_round_opening
from analytics.console.rendering import page
from analytics.console.round_pages import show_round
from analytics.console.unlocking import by_passphrase
from analytics.office import AgencyOffice
from analytics.round_release import round_release_bytes
from analytics.views.office import office
from survey_app.domain.errors import Malformed, PikirError
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk


def propose_whole(round_code: str) -> AnyResponse:
    """Propose to open all batches together, or to certify what came out."""
    try:
        step = _step(request.form.get("step", ""))
        details = _details(office(), round_code, step, request.form.get("reason", "").strip())
        found = approvals.propose(desk(), actor(), step.value, round_code, details)
    except PikirError as error:
        return show_round(round_code, error)
    return redirect(url_for("console.proposal", proposal_id=found.proposal_id))


def is_whole(proposal: Proposal) -> bool:
    """Whether a proposal is about a round as a whole."""
    return proposal.action in tuple(RoundStep)


def approve_whole(found: Proposal) -> AnyResponse:
    """Do what was proposed, or begin the opening. Raises what the step raises, NotAsAgreed."""
    step = _step(found.action)
    require_whole_unchanged(found)
    digest = request.form.get("digest", "")
    if step is RoundStep.CERTIFY:
        approvals.approve(desk(), actor(), found.proposal_id, digest=digest)
        reason, opened = found.details["reason"] or None, found.details["draft"]
        certify_round(office(), found.subject, reason=reason, opened=opened, actor=actor())
        return redirect(url_for("console.round_page", round_code=found.subject))
    campaign_ids = tuple(found.details["campaigns"])
    custody = custody_of(office(), campaign_ids)
    if custody.is_split:
        approvals.approve(desk(), actor(), found.proposal_id, digest=digest)
        gathering = Gathering(campaign_ids, found, actor(), ShareGathering(custody, {}, {}))
        return redirect(url_for("console.gathering", key=console().gatherings.keep(gathering)))
    keys = RoundKeys((by_passphrase(office(), campaign_ids, request.form.get("passphrase", "")),))
    unlock_round(office(), list(campaign_ids), keys)
    approvals.approve(desk(), actor(), found.proposal_id, digest=digest)
    key = start_round_opening(
        office(), console().openings, campaign_ids, round_code=found.subject, keys=keys, actor=actor()
    )
    return redirect(url_for("console.opening", key=key))


def require_whole_unchanged(found: Proposal) -> None:
    """Raise NotAsAgreed unless exactly what was proposed would be done, and what the step raises."""
    if _details(office(), found.subject, _step(found.action), found.details["reason"]) != dict(found.details):
        raise NotAsAgreed("what would be done now is not what was proposed")


def show_whole(found: Proposal, problem: PikirError | None) -> Response:
    """The proposal's page."""
    standing = round_standing(office(), found.subject)
    is_opening = found.state == "pending" and found.action == RoundStep.OPEN
    return page(
        "console_whole_round.html",
        200 if problem is None else 400,
        proposal=found,
        standing=standing,
        deciding=approvals.look(desk(), actor(), found.proposal_id),
        custody=_custody(standing) if is_opening else None,
        problem=problem,
    )


def _custody(standing: RoundStanding) -> Custody | None:
    return custody_of(office(), [one.campaign_id for one in standing.closed]) if standing.closed else None


def _details(office: AgencyOffice, round_code: str, step: RoundStep, reason: str) -> dict[str, Any]:
    """Exactly what is to be done. Raises StepOutOfOrder, DifferentKeys."""
    standing = round_standing(office, round_code)
    require_round(step, standing.situation)
    campaign_ids = [one.campaign_id for one in standing.closed]
    if step is RoundStep.OPEN:
        custody_of(office, campaign_ids)
        return {"step": step.value, "campaigns": campaign_ids, "reason": "", "draft": ""}
    if standing.draft is None:
        raise AssertionError("the situation allows certifying without a draft")
    draft = hashlib.sha256(round_release_bytes(standing.draft)).hexdigest()
    return {"step": step.value, "campaigns": campaign_ids, "reason": reason, "draft": draft}


def _step(name: str) -> RoundStep:
    known = next((step for step in RoundStep if step.value == name), None)
    if known is None:
        raise Malformed("there is no such step")
    return known
