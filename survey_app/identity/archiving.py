"""Archiving at the issuer: the roster and whatever else could name a person or make a code or a token is destroyed.

Allowed once the agency has archived the campaign (its signed certificate is in the exchange folder), or has declared it
void. N, its commitment and M stay, in signed documents that name nobody.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.archive import (
    ArchiveCertificate,
    Destroyed,
    PlannedArchive,
    earliest_archiving,
    read_archive,
)
from survey_app.domain.manifest import CampaignDraft
from survey_app.domain.signing import fingerprint, public_key_bytes
from survey_app.identity.campaigns import is_void, pinned_agency_key
from survey_app.identity.enrolment import STATEMENT_KEY, blind_key_label, forget_signer, load_statement_key
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.invitations import invitation_key_label
from survey_app.identity.models import Base, CampaignRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.staff import journal
from survey_app.web.exchange import ARCHIVES
from survey_app.web.languages import TIME_ZONE

ARCHIVE, AGENCY_ARCHIVE = ARCHIVES["issuer"], ARCHIVES["agency"]
DUE = "archived after the agency"
KEPT = frozenset({"campaign", "pinned_key"})
AWAITS_AGENCY = "the agency's certificate that it has archived the campaign (archive-agency.jws)"


@dataclass(frozen=True, kw_only=True)
class IssuerArchive(PlannedArchive):
    """``keys`` by label and ``rows`` by table would be destroyed now."""

    keys: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]


def plan_archive(office: IssuerOffice, campaign_id: str) -> IssuerArchive:
    """What archive would do, changing nothing. Raises StepOutOfOrder for a campaign that is not known here."""
    void = is_void(office, campaign_id)
    with office.database.read() as session:
        row = _row(session, campaign_id)
        draft = documents.read_self_signed(CampaignDraft, row.draft, "agency_key")
        archived_there = not void and row.manifest is not None and _agency_archived(office, session, campaign_id)
        is_due = void or row.void is not None or archived_there
        closes = draft.schedule.collection_closes.astimezone(ZoneInfo(TIME_ZONE)).date()
        return IssuerArchive(
            campaign_id=campaign_id,
            round=draft.round,
            body=draft.body.code,
            keys=tuple(label for label in _labels(campaign_id) if office.keys.has(label)),
            rows=_count(session, campaign_id),
            awaited=None if is_due else AWAITS_AGENCY,
            earliest=None if is_due else earliest_archiving(closes, draft.appeal_days),
            done=row.archive is not None,
        )


def plan_all(office: IssuerOffice) -> tuple[IssuerArchive, ...]:
    """The same for every campaign of which something is left to destroy."""
    with office.database.read() as session:
        identifiers = session.scalars(select(CampaignRow.campaign_id)).all()
    planned = sorted((plan_archive(office, one) for one in identifiers), key=lambda one: (one.round, one.body))
    return tuple(one for one in planned if not one.done or one.keys or one.rows)


def archive(
    office: IssuerOffice, campaign_id: str, reason: str = DUE, *, actor: str = journal.COMMAND_LINE
) -> ArchiveCertificate | None:
    """Destroy the roster and all that hangs on it, and the campaign's keys. Again: the same certificate.

    The certificate is signed with the issuer's statement key; None if this office never had one.
    Raises StepOutOfOrder, DatabaseBusy.
    """
    planned = plan_archive(office, campaign_id)
    if planned.awaited is not None and not planned.done:
        raise StepOutOfOrder(
            f"campaign {campaign_id} cannot be archived yet: the roster may be needed for an appeal. "
            f"Missing: {planned.awaited}"
        )
    with office.database.write(erasing=[table.name for table in _tables()]) as session:
        row = _row(session, campaign_id)
        if row.archive is None and office.keys.has(STATEMENT_KEY):
            row.archive = _certify(office, row, planned, reason)
            journal.record(session, office.clock, actor, "archive", campaign_id, reason=reason)
        for table in reversed(_tables()):
            session.execute(delete(table).where(_of_campaign(table, campaign_id)))
        document = row.archive
    forget_signer(office, campaign_id)
    office.memory.leaves.pop(campaign_id, None)
    for label in _labels(campaign_id):
        office.keys.destroy(label)
    if document is None:
        return None
    office.exchange.put_text(campaign_id, ARCHIVE, document)
    return read_archive(document, "issuer", campaign_id, public_key_bytes(load_statement_key(office)))


def archive_due(office: IssuerOffice) -> tuple[IssuerArchive, ...]:
    """Archive everything that is due, and finish what broke off; what was destroyed."""
    due = tuple(one for one in plan_all(office) if one.awaited is None or one.done)
    for one in due:
        archive(office, one.campaign_id)
    return due


def _certify(office: IssuerOffice, row: CampaignRow, planned: IssuerArchive, reason: str) -> str:
    keys = [Destroyed("key", label, 1, None) for label in planned.keys]
    rows = [Destroyed("rows", name, count, None) for name, count in planned.rows]
    certificate = ArchiveCertificate(
        campaign_id=row.campaign_id,
        manifest=None if row.manifest is None else fingerprint(row.manifest),
        office="issuer",
        destroyed=(*keys, *rows),
        moment=office.clock(),
        reason=reason,
    )
    return documents.sign_document(certificate, load_statement_key(office))


def _agency_archived(office: IssuerOffice, session: Session, campaign_id: str) -> bool:
    if not office.exchange.has(campaign_id, AGENCY_ARCHIVE):
        return False
    document = office.exchange.get_text(campaign_id, AGENCY_ARCHIVE)
    read_archive(document, "agency", campaign_id, pinned_agency_key(session))
    return True


def _labels(campaign_id: str) -> tuple[str, ...]:
    return invitation_key_label(campaign_id), blind_key_label(campaign_id)


def _tables() -> list[Table]:
    """Every table of people, each after those that it refers to: all that hang on the roster or on a campaign."""
    return [table for table in Base.metadata.sorted_tables if table.name not in KEPT and _hangs_on_campaign(table)]


def _hangs_on_campaign(table: Table) -> bool:
    return "campaign_id" in table.c or "entry_id" in table.c


def _of_campaign(table: Table, campaign_id: str) -> ColumnElement[bool]:
    if "campaign_id" in table.c:
        return table.c.campaign_id == campaign_id
    entries = select(RosterEntryRow.entry_id).where(RosterEntryRow.campaign_id == campaign_id)
    return table.c.entry_id.in_(entries)


def _count(session: Session, campaign_id: str) -> tuple[tuple[str, int], ...]:
    counted = (
        (table.name, session.scalar(select(func.count()).select_from(table).where(_of_campaign(table, campaign_id))))
        for table in _tables()
    )
    return tuple((name, count) for name, count in counted if count)


def _row(session: Session, campaign_id: str) -> CampaignRow:
    row = session.get(CampaignRow, campaign_id)
    if row is None:
        raise StepOutOfOrder(f"this office does not know campaign {campaign_id}")
    return row
