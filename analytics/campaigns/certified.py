"""Certified Releases as they are shown and exported: the only source of figures outside an opening."""

import functools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analytics.campaigns import second_institutions
from analytics.campaigns.publication import Format, forms_of, only_format, write_files
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import Step, require
from analytics.custody.countersigning import opened_sha256
from analytics.evidence import FingerprintMismatch
from analytics.models import CampaignRow, ReleaseRow, ScoringRecordRow, StaffingStatementRow
from analytics.office import AgencyOffice
from analytics.release import Release
from analytics.staffing_statement import STAFFING
from survey_app.domain import signing
from survey_app.domain.documents import parse_time, read_document, read_self_signed
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import VoidStatement
from survey_app.staff import journal
from survey_app.web.exchange import MANIFEST, VOID

MOST_REMEMBERED = 400
_Chosen = Select[ReleaseRow, CampaignRow, str]


class StoredReleaseUnreadable(PikirError):
    """What the database holds as a Release is none that this version of the program can read."""

    slug = "stored-release-unreadable"


@dataclass(frozen=True)
class Certified:
    """A signed Release with what happened to it since.

    ``number`` counts a campaign's Releases from 1; ``superseded_by`` is the next one's number; ``void_reason`` is set
    if the campaign was declared void; ``jws`` and ``record_jws`` are the signed documents.
    """

    release: Release
    number: int
    certified: datetime
    superseded_by: int | None
    void_reason: str | None
    jws: str
    record_jws: str | None

    @property
    def is_current(self) -> bool:
        """Whether these figures stand: neither superseded nor void."""
        return self.superseded_by is None and self.void_reason is None

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the signed Release, 32 bytes."""
        return signing.fingerprint(self.jws)

    @property
    def opened_sha256(self) -> bytes:
        """SHA-256 of the Release as it came out of the opening, 32 bytes."""
        return _opened_sha256(self.jws)


def certified_in_round(office: AgencyOffice, round_code: str) -> tuple[Certified, ...]:
    """The latest certified Release of each campaign of a round, void ones too, by body code."""
    return tuple(c for c in all_certified_in_round(office, round_code) if c.superseded_by is None)


def standing_in_round(session: Session, round_code: str) -> dict[str, Certified]:
    """The latest certified Release of each campaign of a round by campaign, void ones too."""
    found = _read(session, _select().where(CampaignRow.round == round_code))
    return {c.release.campaign_id: c for c in found if c.superseded_by is None}


def all_certified_in_round(office: AgencyOffice, round_code: str) -> tuple[Certified, ...]:
    """Every certified Release of a round, superseded and void ones too, by body code."""
    chosen = _select().where(CampaignRow.round == round_code)
    with office.database.read() as session:
        return tuple(_read(session, chosen))


def certified_of_body(office: AgencyOffice, body_code: str) -> tuple[Certified, ...]:
    """Every certified Release of a body over all rounds, oldest round first, superseded and void ones too."""
    chosen = _select().where(CampaignRow.body == body_code)
    with office.database.read() as session:
        return tuple(_read(session, chosen))


def certified_of_campaign(office: AgencyOffice, campaign_id: str) -> tuple[Certified, ...]:
    """Every certified Release of a campaign, first to last."""
    chosen = _select().where(CampaignRow.campaign_id == campaign_id)
    with office.database.read() as session:
        return tuple(_read(session, chosen))


def export(
    office: AgencyOffice,
    campaign_id: str,
    folder: Path,
    format: Format = "all",  # noqa: A002 (the command's word)
    *,
    actor: str = journal.COMMAND_LINE,
) -> list[Path]:
    """Write the present Release, its record, its countersignatures and the manifest into ``folder``: the files written.

    Raises StepOutOfOrder before certification, FileExists.
    """
    return write_files(folder, exported_files(office, campaign_id, format, actor=actor))


def exported_files(
    office: AgencyOffice,
    campaign_id: str,
    format: Format = "all",  # noqa: A002 (the command's word)
    *,
    actor: str = journal.COMMAND_LINE,
) -> dict[str, bytes]:
    """The same files by name; the journal says that they were handed out. Raises StepOutOfOrder."""
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        require(Step.EXPORT, read_campaign(office, session, row).situation)
        present = _read(session, _select().where(CampaignRow.campaign_id == campaign_id))[-1]
        journal.record(session, office.clock, actor, Step.EXPORT, campaign_id, number=present.number)
        staffing = session.get(StaffingStatementRow, campaign_id)
        signed = {MANIFEST: row.manifest, VOID: row.void, STAFFING: None if staffing is None else staffing.jws}
        seconds = second_institutions.files_of(session, campaign_id, opened_sha256(present.release).hex())
    files = forms_of(present.jws, present.record_jws)
    files |= {name: jws.encode("ascii") for name, jws in signed.items() if jws is not None}
    return {**only_format(files, format), **seconds}


@functools.lru_cache(MOST_REMEMBERED)
def _verified(jws: str) -> Release:
    """A Release whose signature holds. Raises SignatureInvalid, StoredReleaseUnreadable."""
    try:
        return read_self_signed(Release, jws, "agency_key")
    except Malformed as error:
        raise StoredReleaseUnreadable(str(error)) from error


@functools.lru_cache(MOST_REMEMBERED)
def _opened_sha256(jws: str) -> bytes:
    return opened_sha256(_verified(jws))


def _select() -> _Chosen:
    return (
        select(ReleaseRow, CampaignRow, ScoringRecordRow.jws)
        .join(CampaignRow, CampaignRow.campaign_id == ReleaseRow.campaign_id)
        .outerjoin(
            ScoringRecordRow,
            (ScoringRecordRow.campaign_id == ReleaseRow.campaign_id) & (ScoringRecordRow.number == ReleaseRow.number),
        )
        .where(ReleaseRow.jws.is_not(None))
        .order_by(CampaignRow.round, CampaignRow.body, CampaignRow.campaign_id, ReleaseRow.number)
    )


def _read(session: Session, chosen: _Chosen) -> list[Certified]:
    rows = session.execute(chosen).all()
    latest = {release.campaign_id: release.number for release, _, _ in rows}
    return [_certified(release, campaign, record, latest[release.campaign_id]) for release, campaign, record in rows]


def _certified(row: ReleaseRow, campaign: CampaignRow, record: str | None, latest: int) -> Certified:
    release = _verified(str(row.jws))
    if release.manifest != signing.fingerprint(str(campaign.manifest)):
        raise FingerprintMismatch(f"the Release stored for campaign {row.campaign_id} is of another manifest")
    return Certified(
        release=release,
        number=row.number,
        certified=parse_time(row.certified),
        superseded_by=row.number + 1 if row.number < latest else None,
        void_reason=_void_reason(campaign, release),
        jws=str(row.jws),
        record_jws=record,
    )


def _void_reason(campaign: CampaignRow, release: Release) -> str | None:
    if campaign.void is None:
        return None
    return read_document(VoidStatement, campaign.void, release.agency_key).reason
