"""What officers declare, always two of them: a campaign void, a hold lifted, an institution trusted, figures too old.

What was proposed names the reason or the card and what it meets, and is worked out anew before it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.campaigns.archive_holds import UNHOLD, NotOnHold, check_hold_reason, unhold
from analytics.campaigns.archiving import plan_of
from analytics.campaigns.old_figures import (
    DELETE_FIGURES,
    OldFigures,
    OldRound,
    delete_old_figures,
    delete_old_rounds,
    plan_old_figures,
    plan_old_rounds,
)
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.second_institutions import TRUST, check_card, trust_countersigner
from analytics.campaigns.state import Missing, NotAsAgreed, Step
from analytics.campaigns.voiding import check_voiding, void
from analytics.console import declaration_wording
from analytics.console.desk import actor
from analytics.console.errors import NotCompared, NothingDue
from analytics.console.rendering import page
from analytics.custody.countersigning import read_card
from analytics.office import AgencyOffice
from analytics.views.office import office
from survey_app.domain.errors import PikirError
from survey_app.staff import approvals
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import desk

Details = Mapping[str, Any]


@dataclass(frozen=True)
class Declaration:
    """``details`` gives what a proposal says, as of now, or raises why not; ``do`` does it for a login."""

    details: Callable[[AgencyOffice, Details], Details]
    do: Callable[[AgencyOffice, Details, str], object]


def propose_void(campaign_id: str, reason: str) -> AnyResponse:
    """Raises StepOutOfOrder, ReasonMissing, NoSecondOfficer."""
    return _propose(Step.VOID, {"campaign": campaign_id, "reason": reason.strip()})


def propose_unhold(campaign_id: str, reason: str) -> AnyResponse:
    """Raises NotOnHold, HoldReasonMissing, NoSecondOfficer."""
    return _propose(UNHOLD, {"campaign": campaign_id, "reason": reason.strip()})


def propose_trust(card: str) -> AnyResponse:
    """Raises Malformed, SignatureInvalid, NotASecondInstitution, NoSecondOfficer."""
    return _propose(TRUST, {"card": card})


def propose_deleting() -> AnyResponse:
    """All figures that are due. Raises NothingDue, NoSecondOfficer."""
    return _propose(DELETE_FIGURES, {})


def is_declaration(proposal: Proposal) -> bool:
    """Whether a proposal is one of these."""
    return proposal.action in _DECLARATIONS


def approve_declaration(found: Proposal) -> AnyResponse:
    """Do what was proposed. Raises NotAsAgreed, NotCompared, and what the step raises."""
    declaration = _DECLARATIONS[found.action]
    if declaration.details(office(), found.details) != dict(found.details):
        raise NotAsAgreed("what would be done now is not what was proposed")
    if found.action == TRUST and request.form.get("compared") != "yes":
        raise NotCompared("the second officer compares the institution's key as well")
    approvals.approve(desk(), actor(), found.proposal_id, digest=request.form.get("digest", ""))
    declaration.do(office(), found.details, actor())
    return redirect(where_from(found))


def where_from(found: Proposal) -> str:
    """The page on which it was proposed."""
    if found.action == TRUST:
        return url_for("console.institutions")
    if found.action == DELETE_FIGURES:
        return url_for("console.old_figures")
    return url_for("console.campaign", campaign_id=found.details["campaign"])


def show_declaration(found: Proposal, problem: PikirError | None) -> Response:
    """The proposal's page."""
    campaign = find_campaign(office(), found.details["campaign"]) if "campaign" in found.details else None
    return page(
        "console_declaration.html",
        200 if problem is None else 400,
        proposal=found,
        words=declaration_wording,
        campaign=campaign,
        planned=None if campaign is None else plan_of(office(), campaign),
        is_last=campaign is not None and campaign.situation.missing == (Missing.HOLD,),
        card=read_card(found.details["card"]) if found.action == TRUST else None,
        back=where_from(found),
        day_of=date.fromisoformat,
        deciding=approvals.look(desk(), actor(), found.proposal_id),
        problem=problem,
    )


def _propose(action: str, wanted: Details) -> AnyResponse:
    details = _DECLARATIONS[action].details(office(), wanted)
    subject = find_campaign(office(), details["campaign"]).draft.round if "campaign" in details else details["name"]
    made = approvals.propose(desk(), actor(), action, subject, details)
    return redirect(url_for("console.proposal", proposal_id=made.proposal_id))


def _void_details(office: AgencyOffice, wanted: Details) -> Details:
    found = check_voiding(office, wanted["campaign"], wanted["reason"])
    code, state = found.draft.body.code, found.situation.state.value
    return {"campaign": found.campaign_id, "body": code, "state": state, "reason": wanted["reason"]}


def _unhold_details(office: AgencyOffice, wanted: Details) -> Details:
    found = find_campaign(office, wanted["campaign"])
    held = plan_of(office, found).hold
    if held is None:
        raise NotOnHold("there is no hold to be lifted")
    check_hold_reason(wanted["reason"])
    code = found.draft.body.code
    return {"campaign": found.campaign_id, "body": code, "held": held, "reason": wanted["reason"]}


def _trust_details(office: AgencyOffice, wanted: Details) -> Details:
    card = check_card(office, wanted["card"])
    return {"card": wanted["card"], "name": card.institution.en[:80], "key": card.key.hex()}


def _old_figures_details(office: AgencyOffice, _wanted: Details) -> Details:
    """Everything that is due, by name. Dates are ISO 8601."""
    campaigns = {
        one.campaign_id: {"round": one.round, "body": one.body} | _kept(one)
        for one in plan_old_figures(office)
        if one.is_due
    }
    rounds = {one.round: _kept(one) for one in plan_old_rounds(office) if one.is_due}
    if not campaigns and not rounds:
        raise NothingDue("no figures are older than three years")
    return {"name": "old figures", "campaigns": campaigns, "rounds": rounds}


def _kept(one: OldFigures | OldRound) -> dict[str, Any]:
    return {"until": one.until.isoformat(), "releases": one.releases, "files": [file.name for file in one.files]}


def _delete_figures(office: AgencyOffice, agreed: Details, login: str) -> None:
    delete_old_figures(office, agreed["campaigns"], actor=login)
    delete_old_rounds(office, agreed["rounds"], actor=login)


_DECLARATIONS: Mapping[str, Declaration] = {
    Step.VOID: Declaration(
        _void_details, lambda office, agreed, login: void(office, agreed["campaign"], agreed["reason"], actor=login)
    ),
    UNHOLD: Declaration(
        _unhold_details,
        lambda office, agreed, login: unhold(
            office, agreed["campaign"], agreed["reason"], held=agreed["held"], actor=login
        ),
    ),
    TRUST: Declaration(
        _trust_details, lambda office, agreed, login: trust_countersigner(office, agreed["card"], actor=login)
    ),
    DELETE_FIGURES: Declaration(_old_figures_details, _delete_figures),
}
