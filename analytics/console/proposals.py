"""Four eyes in the console: what one officer proposed for campaigns of a round, and whether it is still the same."""

from collections.abc import Mapping
from typing import Any

from analytics.campaigns.dry_run import Foreseen, agreed, foresee
from analytics.campaigns.reading import Campaign
from analytics.campaigns.round_state import RoundStep
from analytics.campaigns.second_institutions import TRUST
from analytics.campaigns.state import NotAsAgreed, Step
from analytics.office import AgencyOffice
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk


def propose(round_code: str, actor: str, step: Step, details: Mapping[str, Any]) -> Proposal:
    """Let another officer decide. ``details`` are what ``agreed`` gives."""
    return approvals.propose(desk(), actor, step.value, round_code, details)


def proposals_of(round_code: str) -> tuple[Proposal, ...]:
    """What waits for a second officer in a round."""
    return tuple(one for one in approvals.pending(desk()) if one.subject == round_code and one.action != TRUST)


def proposals_about(campaign: Campaign) -> tuple[Proposal, ...]:
    """Those to declare something of one campaign."""
    found = proposals_of(campaign.draft.round)
    return tuple(one for one in found if one.details.get("campaign") == campaign.campaign_id)


def proposals_to(action: str) -> tuple[Proposal, ...]:
    """Those of one action."""
    return tuple(one for one in approvals.pending(desk()) if one.action == action)


def is_whole(proposal: Proposal) -> bool:
    """Whether a proposal is about a round as a whole."""
    return proposal.action in tuple(RoundStep)


def step_of(proposal: Proposal) -> Step:
    """What was proposed."""
    return Step(proposal.action)


def foreseen(office: AgencyOffice, proposal: Proposal) -> tuple[Foreseen, ...]:
    """What the proposed step would do now."""
    return foresee(office, step_of(proposal), list(proposal.details["campaigns"]), proposal.details["reasons"])


def require_unchanged(office: AgencyOffice, proposal: Proposal) -> None:
    """Raise NotAsAgreed unless exactly what was proposed would be done."""
    now = agreed(step_of(proposal), foreseen(office, proposal), proposal.details["reasons"])
    if now != dict(proposal.details):
        raise NotAsAgreed("what would be done now is not what was proposed")
