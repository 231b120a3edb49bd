"""Four eyes at the issuer: publishing M and closing, for one campaign or many, are proposed and approved by another.

A proposal says exactly for which campaigns, and of publishing how many tokens have been drawn: that number stands once
drawing is over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext

from survey_app.domain.errors import PikirError
from survey_app.identity.console.access import office, own_situation
from survey_app.identity.console.wording import STEPS
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.situation import Progress, Situation, Step
from survey_app.identity.standing import count_disputes
from survey_app.identity.turnout import count_drawn
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import current_staff, desk
from survey_app.web.languages import current_language

LONGEST_SUBJECT = 80


@dataclass(frozen=True)
class Member:
    """A campaign of a proposal as it stands now; ``drawn`` is what was proposed to be published, if anything.

    ``disputes`` are those of this moment: while people can report one the number is not agreed on.
    """

    one: Situation
    drawn: int | None
    disputes: int


def takes_two(step: Step) -> bool:
    """Whether another officer must approve the step."""
    return approvals.needs_second_officer(desk(), step.value)


def propose(step: Step, campaign_ids: Sequence[str]) -> Proposal:
    """Propose a step for those of the campaigns for which it is possible now.

    Raises StepOutOfOrder if it is for none, NoSecondOfficer.
    """
    now = office().clock()
    found = [own_situation(campaign_id) for campaign_id in campaign_ids]
    ready = [one for one in found if one.steps(now)[step] in (Progress.NOW, Progress.LATE)]
    if not ready:
        raise StepOutOfOrder(f"{step} is possible for none of these campaigns now")
    details = {"campaigns": {one.campaign_id: agreed_now(step, one.campaign_id) for one in ready}}
    rounds = ", ".join(sorted({one.draft.round for one in ready}))
    subject = ready[0].campaign_id if len(ready) == 1 else rounds[:LONGEST_SUBJECT]
    return approvals.propose(desk(), current_staff().login, step.value, subject, details)


def agreed_now(step: Step, campaign_id: str) -> dict[str, int]:
    """What the officers agree on for one campaign besides the step."""
    if step is not Step.PUBLISH:
        return {}
    with office().database.read() as session:
        return {"drawn": count_drawn(session, campaign_id)}


def members(proposal: Proposal) -> list[Member]:
    """Its campaigns."""
    agreed: Mapping[str, Mapping[str, int]] = proposal.details["campaigns"]
    with office().database.read() as session:
        disputes = {campaign_id: count_disputes(session, campaign_id) for campaign_id in agreed}
    return [Member(own_situation(one), said.get("drawn"), disputes[one]) for one, said in agreed.items()]


def waiting() -> dict[Step, dict[str, Proposal]]:
    """What waits for a second officer, by step and campaign."""
    found: dict[Step, dict[str, Proposal]] = {}
    for proposal in approvals.pending(desk()):
        found.setdefault(Step(proposal.action), {}).update(dict.fromkeys(proposal.details["campaigns"], proposal))
    return found


def title(proposal: Proposal) -> str:
    """What is proposed, and for which or how many campaigns."""
    campaign_ids: Iterable[str] = proposal.details["campaigns"]
    return f"{STEPS[Step(proposal.action)]}: {_named(list(campaign_ids))}"


def _named(campaign_ids: Sequence[str]) -> str:
    if len(campaign_ids) > 1:
        return str(ngettext("%(num)s campaign", "%(num)s campaigns", len(campaign_ids)))
    try:
        return own_situation(campaign_ids[0]).draft.body.name[current_language()]
    except PikirError:
        return campaign_ids[0]


def address_of(proposal: Proposal) -> str:
    """Its page."""
    return url_for("console.proposal", proposal_id=proposal.proposal_id)
