"""What a step would do with each of several campaigns, changing nothing; and the step itself, campaign by campaign."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from analytics.campaigns.announcing import EligibleDiffers, Values, announce, check_announcing
from analytics.campaigns.archiving import DUE, archive, plan_of
from analytics.campaigns.certification import ReasonMissing, certify
from analytics.campaigns.custody import has_key_file, refuse_destroyed
from analytics.campaigns.openings import evidence_of, handed_in_by, last_release
from analytics.campaigns.reading import Campaign, campaign_row, read_campaign
from analytics.campaigns.state import Step, require
from analytics.models import CampaignRow
from analytics.office import AgencyOffice
from analytics.release import read_release
from survey_app.domain import signing
from survey_app.domain.batch import Board
from survey_app.domain.documents import from_payload
from survey_app.domain.errors import PikirError
from survey_app.web.keystore import KeyMissing

STEPS = (Step.ANNOUNCE, Step.KEYGEN, Step.OPEN, Step.CERTIFY, Step.ARCHIVE)
Reasons = Mapping[str, str]


@dataclass(frozen=True)
class Foreseen:
    """One campaign: ``values`` say what the step would work on or sign, or why it is ``refused``.

    ``wants_reason`` says that only a written reason is missing, or given.
    """

    campaign: Campaign
    values: Values
    refused: PikirError | None
    wants_reason: bool


@dataclass(frozen=True)
class Done:
    """What became of one campaign."""

    campaign_id: str
    refused: PikirError | None


def foresee(
    office: AgencyOffice, step: Step, campaign_ids: Sequence[str], reasons: Reasons | None = None
) -> tuple[Foreseen, ...]:
    """What ``step`` would do now. ``reasons`` are the written ones by campaign. Raises UnknownCampaign."""
    given = reasons or {}
    with office.database.read() as session:
        return tuple(
            _foresee(office, session, step, campaign_id, given.get(campaign_id)) for campaign_id in campaign_ids
        )


def agreed(step: Step, seen: Sequence[Foreseen], reasons: Reasons) -> dict[str, Any]:
    """What two officers agree on: the step, each campaign that is not refused with what was said of it, the reasons."""
    ready = {one.campaign.campaign_id: dict(one.values) for one in seen if one.refused is None}
    return {"step": step.value, "campaigns": ready, "reasons": {c: r for c, r in reasons.items() if c in ready and r}}


def run(
    office: AgencyOffice, step: Step, agreed: Mapping[str, Values], reasons: Reasons, actor: str
) -> tuple[Done, ...]:
    """Announce, certify or archive each campaign as ``agreed``; one that is refused leaves the others alone."""
    work = {Step.ANNOUNCE: _announce, Step.CERTIFY: _certify, Step.ARCHIVE: _archive}[step]
    return tuple(
        _attempt(partial(work, office, campaign_id, values, reasons.get(campaign_id), actor), campaign_id)
        for campaign_id, values in agreed.items()
    )


def _attempt(work: Callable[[], None], campaign_id: str) -> Done:
    try:
        work()
    except PikirError as error:
        return Done(campaign_id, error)
    return Done(campaign_id, None)


def _announce(office: AgencyOffice, campaign_id: str, agreed: Values, reason: str | None, actor: str) -> None:
    announce(office, campaign_id, difference_reason=reason, agreed=agreed, actor=actor)


def _certify(office: AgencyOffice, campaign_id: str, agreed: Values, reason: str | None, actor: str) -> None:
    certify(office, campaign_id, reason=reason, opened=str(agreed["opened"]), actor=actor)


def _archive(office: AgencyOffice, campaign_id: str, _agreed: Values, reason: str | None, actor: str) -> None:
    archive(office, campaign_id, reason or DUE, actor=actor)


def _foresee(office: AgencyOffice, session: Session, step: Step, campaign_id: str, reason: str | None) -> Foreseen:
    row = campaign_row(session, campaign_id)
    campaign = read_campaign(office, session, row)
    check = {
        Step.ANNOUNCE: _foresee_announcing,
        Step.KEYGEN: _foresee_keygen,
        Step.OPEN: _foresee_opening,
        Step.CERTIFY: _foresee_certifying,
        Step.ARCHIVE: _foresee_archiving,
    }[step]
    try:
        values, wants = check(office, session, row, campaign, reason)
    except EligibleDiffers as error:
        return Foreseen(campaign, {"eligible": error.eligible, "register": error.register}, error, wants_reason=True)
    except ReasonMissing as error:
        return Foreseen(campaign, {}, error, wants_reason=True)
    except PikirError as error:
        return Foreseen(campaign, {}, error, wants_reason=False)
    return Foreseen(campaign, values, None, wants)


def _foresee_announcing(
    office: AgencyOffice, session: Session, row: CampaignRow, _campaign: Campaign, reason: str | None
) -> tuple[Values, bool]:
    ready = check_announcing(office, session, row, difference_reason=reason)
    return ready.values, ready.register not in (None, ready.manifest.eligible)


def _foresee_keygen(
    _office: AgencyOffice, _session: Session, _row: CampaignRow, campaign: Campaign, _reason: str | None
) -> tuple[Values, bool]:
    require(Step.KEYGEN, campaign.situation)
    return {}, False


def _foresee_opening(
    office: AgencyOffice, _session: Session, row: CampaignRow, campaign: Campaign, _reason: str | None
) -> tuple[Values, bool]:
    evidence = evidence_of(office, campaign)
    refuse_destroyed(office, row.campaign_id)
    if not has_key_file(office, row.campaign_id):
        raise KeyMissing(f"the sealing key of campaign {row.campaign_id} is not in the key folder")
    board = from_payload(Board, signing.peek(evidence.board)[1])
    return {"received": board.received, "drawn": board.drawn, "board": signing.fingerprint(evidence.board).hex()}, False


def _foresee_certifying(
    _office: AgencyOffice, session: Session, row: CampaignRow, campaign: Campaign, reason: str | None
) -> tuple[Values, bool]:
    require(Step.CERTIFY, campaign.situation)
    draft = last_release(session, row.campaign_id)
    if draft is None or draft.draft is None:
        raise AssertionError("the situation allows certifying without a draft")
    release = read_release(draft.draft.encode())
    corrects = draft.number > 1
    if corrects and not (reason or "").strip():
        raise ReasonMissing("a certified Release is superseded only with a reason (--reason)")
    values: Values = {
        "number": draft.number,
        "counted": release.n,
        "eligible": release.eligible,
        "turnout": release.turnout,
        "standing": release.standing,
        "percent": None if release.pinned is None else release.pinned.percent,
        "opened": draft.opened_sha256,
        "handed_in_by": handed_in_by(session, row.campaign_id, draft.opened_sha256),
    }
    return values, corrects


def _foresee_archiving(
    office: AgencyOffice, _session: Session, _row: CampaignRow, campaign: Campaign, _reason: str | None
) -> tuple[Values, bool]:
    """Everything that would be destroyed; what is left of a call that broke off as well."""
    planned = plan_of(office, campaign)
    if not planned.is_unfinished:
        require(Step.ARCHIVE, campaign.situation)
    until = planned.round_until
    values: Values = {
        "files": [file.name for file in planned.files],
        "drafts": planned.drafts,
        "round_until": None if until is None else until.isoformat(),
    }
    return values, until is not None
