"""How far each campaign is on this side, and the officer's next step. Counts nobody who has drawn."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.manifest import CampaignDraft, Schedule
from survey_app.identity.campaigns import is_void, require_row
from survey_app.identity.models import CampaignRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice


@dataclass(frozen=True)
class Progress:
    """``entries`` is the roster's size; ``next_step`` says what is allowed now, and what is missing."""

    campaign_id: str
    round: str
    body: str
    state: str
    entries: int
    next_step: str


def progress(office: IssuerOffice, campaign_id: str) -> Progress:
    """Where one campaign stands. Raises StepOutOfOrder if this office does not know it."""
    declared_void = is_void(office, campaign_id)
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id) or require_row(session, campaign_id)
        return _describe(office, row, session, declared_void=declared_void)


def all_progress(office: IssuerOffice) -> list[Progress]:
    """Where every campaign that this office knows stands, by round and body."""
    with office.database.read() as session:
        identifiers = session.scalars(select(CampaignRow.campaign_id)).all()
    found = [progress(office, campaign_id) for campaign_id in identifiers]
    return sorted(found, key=lambda one: (one.round, one.body, one.campaign_id))


def _describe(office: IssuerOffice, row: CampaignRow, session: Session, *, declared_void: bool) -> Progress:
    draft = documents.read_self_signed(CampaignDraft, row.draft, "agency_key")
    entries = session.execute(
        select(func.count()).select_from(RosterEntryRow).where(RosterEntryRow.campaign_id == row.campaign_id)
    ).scalar_one()
    state, next_step = _stage(office, row, draft.schedule)
    if row.archive is not None:
        state, next_step = "archived", "nothing: the roster is destroyed"
    if declared_void or row.void is not None:
        state, next_step = "void", "nothing: the agency declared the campaign void"
    return Progress(row.campaign_id, draft.round, draft.body.name.en, state, entries, next_step)


def _stage(office: IssuerOffice, row: CampaignRow, schedule: Schedule) -> tuple[str, str]:
    if row.enrolment is None:
        return "roster imported", "enrol (the roster can still be replaced by import-roster)"
    if row.manifest is None:
        return "enrolled", "accept, once the agency has announced the campaign"
    return _announced_stage(office, row, schedule)


def _announced_stage(office: IssuerOffice, row: CampaignRow, schedule: Schedule) -> tuple[str, str]:
    now = office.clock()
    closes = documents.format_time(schedule.collection_closes)
    if row.drawn is not None and now >= schedule.collection_closes:
        return "closed", "close deletes who has drawn (done by itself when the office next starts)"
    if row.drawn is not None:
        return "drawn published", f"nothing until collecting closes at {closes}; then close"
    if now >= schedule.issuance_closes:
        return "issuing closed", "publish-drawn, before collecting begins but with time left for disputes"
    if now >= schedule.issuance_opens:
        return "issuing", f"turnout; publish-drawn after {documents.format_time(schedule.issuance_closes)}"
    return "accepted", f"invitations; issuing opens at {documents.format_time(schedule.issuance_opens)}"
