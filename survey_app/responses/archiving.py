"""Archiving at the collector: the sealed responses are destroyed, in the database and as a batch file.

Allowed once the agency has archived the campaign (its signed certificate is in the exchange folder), or has declared it
void. The signed board stays: N, M, K and the root, but not the list of envelopes, in which receipts were looked up.
Three years later Releases and records that were fetched from the agency are deleted here as well.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from survey_app.domain.archive import (
    ArchiveCertificate,
    Destroyed,
    PlannedArchive,
    earliest_archiving,
    kept_until,
    read_archive,
)
from survey_app.domain.documents import read_self_signed, sign_document
from survey_app.domain.manifest import CampaignDraft
from survey_app.domain.signing import fingerprint, public_key_bytes
from survey_app.responses.campaigns import notice_void, pinned_agency_key
from survey_app.responses.errors import StepOutOfOrder
from survey_app.responses.models import CampaignRow, ResponseRow
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import ARCHIVES, BATCH, VOID
from survey_app.web.languages import TIME_ZONE

ARCHIVE, AGENCY_ARCHIVE = ARCHIVES["collector"], ARCHIVES["agency"]
DUE = "archived after the agency"
AWAITS_AGENCY = "the agency's certificate that it has archived the campaign (archive-agency.jws)"
FIGURES = ("release*.jws", "scoring-record*.*")


@dataclass(frozen=True, kw_only=True)
class CollectorArchive(PlannedArchive):
    """``responses`` rows and ``files`` (the batch; figures after three years) would be destroyed now."""

    responses: int
    files: tuple[Path, ...]

    @property
    def is_left(self) -> bool:
        """Whether there is something to destroy, now or later."""
        return not self.done or bool(self.responses or self.files)


def plan_archive(office: CollectorOffice, campaign_id: str) -> CollectorArchive:
    """What archive would do, changing nothing. Raises StepOutOfOrder for a campaign that is not known here."""
    is_void = _is_void(office, campaign_id)
    agency = None if is_void else agency_certificate(office, campaign_id)
    with office.database.read() as session:
        row = session.get_one(CampaignRow, campaign_id)
        draft = read_self_signed(CampaignDraft, row.draft, "agency_key")
        mine = select(func.count()).select_from(ResponseRow).where(ResponseRow.campaign_id == campaign_id)
        responses = session.scalars(mine).one()
    batch = office.exchange.path(campaign_id, BATCH)
    closes = _local_day(draft.schedule.collection_closes)
    is_due = is_void or agency is not None
    return CollectorArchive(
        campaign_id=campaign_id,
        round=draft.round,
        body=draft.body.code,
        responses=responses,
        files=(*((batch,) if batch.exists() else ()), *_old_figures(office, campaign_id, agency)),
        awaited=None if is_due else AWAITS_AGENCY,
        earliest=None if is_due else earliest_archiving(closes, draft.appeal_days),
        done=row.archive is not None,
    )


def plan_all(office: CollectorOffice) -> tuple[CollectorArchive, ...]:
    """The same for every campaign of which something is left to destroy."""
    with office.database.read() as session:
        identifiers = session.scalars(select(CampaignRow.campaign_id)).all()
    planned = sorted((plan_archive(office, one) for one in identifiers), key=lambda one: (one.round, one.body))
    return tuple(one for one in planned if one.is_left)


def archive(office: CollectorOffice, campaign_id: str, reason: str = DUE) -> ArchiveCertificate:
    """Destroy the sealed responses and the batch; sign what was destroyed. Again: the same certificate.

    Raises StepOutOfOrder, DatabaseBusy.
    """
    planned = plan_archive(office, campaign_id)
    if planned.awaited is not None and not planned.done:
        raise StepOutOfOrder(
            f"campaign {campaign_id} cannot be archived yet: the batch may be needed for an appeal. "
            f"Missing: {planned.awaited}"
        )
    with office.database.write(erasing=[ResponseRow.__tablename__]) as session:
        row = session.get_one(CampaignRow, campaign_id)
        if row.archive is None:
            row.archive = _certify(office, row, planned, reason)
        session.execute(delete(ResponseRow).where(ResponseRow.campaign_id == campaign_id))
        document = row.archive
    if not office.database.is_postgresql:
        office.database.rewrite([ResponseRow.__tablename__])
    for file in planned.files:
        file.unlink(missing_ok=True)
    office.accepted.pop(campaign_id, None)
    office.exchange.put_text(campaign_id, ARCHIVE, document)
    return read_archive(document, "collector", campaign_id, public_key_bytes(office.signing_key))


def archive_due(office: CollectorOffice) -> tuple[CollectorArchive, ...]:
    """Archive everything that is due, and finish what broke off; what was destroyed."""
    due = tuple(one for one in plan_all(office) if one.awaited is None or one.done)
    for one in due:
        archive(office, one.campaign_id)
    return due


def agency_certificate(office: CollectorOffice, campaign_id: str) -> ArchiveCertificate | None:
    """What the agency says of its archiving; None before. Raises SignatureInvalid, Malformed, ArchiveWrong."""
    if not office.exchange.has(campaign_id, AGENCY_ARCHIVE):
        return None
    with office.database.read() as session:
        agency_key = pinned_agency_key(session)
    return read_archive(office.exchange.get_text(campaign_id, AGENCY_ARCHIVE), "agency", campaign_id, agency_key)


def _certify(office: CollectorOffice, row: CampaignRow, planned: CollectorArchive, reason: str) -> str:
    rows = [Destroyed("rows", ResponseRow.__tablename__, planned.responses, None)] if planned.responses else []
    files = [Destroyed("file", file.name, 1, hashlib.sha256(file.read_bytes()).digest()) for file in planned.files]
    certificate = ArchiveCertificate(
        campaign_id=row.campaign_id,
        manifest=None if row.manifest is None else fingerprint(row.manifest),
        office="collector",
        destroyed=(*rows, *files),
        moment=office.clock(),
        reason=reason,
    )
    return sign_document(certificate, office.signing_key)


def _is_void(office: CollectorOffice, campaign_id: str) -> bool:
    with office.database.read() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None:
            raise StepOutOfOrder(f"this collector does not know campaign {campaign_id}")
        if row.void is not None:
            return True
    return office.exchange.has(campaign_id, VOID) and notice_void(office, campaign_id)


def _old_figures(office: CollectorOffice, campaign_id: str, agency: ArchiveCertificate | None) -> tuple[Path, ...]:
    """Releases and records, three years after the agency archived: later than it may delete its own."""
    if agency is None or _local_day(office.clock()) <= kept_until(_local_day(agency.moment)):
        return ()
    folder = office.exchange.path(campaign_id, ".")
    return tuple(sorted(path for pattern in FIGURES for path in folder.glob(pattern)))


def _local_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(TIME_ZONE)).date()
