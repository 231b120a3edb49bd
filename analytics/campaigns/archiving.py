"""Archiving: when nobody can appeal any more, what could open or count a batch again is destroyed. Figures stay.

The signed certificate is stored before anything is destroyed: after a call that broke off the campaign counts as
archived, and another call removes what is left.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.campaigns.appeals import last_day, local_day
from analytics.campaigns.certification import ReasonMissing
from analytics.campaigns.destruction import destroy_key, erase, key_files
from analytics.campaigns.reading import Campaign, campaign_row, campaigns, find_campaign, read_campaign
from analytics.campaigns.release_rows import delete_releases
from analytics.campaigns.state import Situation, State, Step, require
from analytics.models import ArchiveHoldRow, ArchiveRow, CampaignRow, KeyDestructionRow, ReleaseRow, RoundReleaseRow
from analytics.office import AgencyOffice, signing_key
from survey_app.domain.archive import ArchiveCertificate, Destroyed, read_archive
from survey_app.domain.documents import sign_document
from survey_app.domain.signing import public_key_bytes
from survey_app.staff import journal
from survey_app.web.exchange import ARCHIVES, BATCH

ARCHIVE = ARCHIVES["agency"]
DUE = "archived when it was due"
DRAFT_ROWS = "release (drafts)"
LEAST_BODIES = 2  # fewer make no figures of a round
WAIT_FOR_ROUND = timedelta(days=90)


@dataclass(frozen=True)
class PlannedArchive:
    """What archiving would destroy now: ``files`` and ``drafts`` (rows of Releases that were never certified).

    ``due`` is the first day on which it may be done, None while that is not known; ``situation`` says what is awaited.
    Until ``round_until`` it is not done by itself, because the round's figures cannot be opened without this batch.
    ``hold`` is the reason why it was put on hold.
    """

    campaign_id: str
    round: str
    body: str
    situation: Situation
    due: date | None
    files: tuple[Path, ...]
    drafts: int
    done: bool
    round_until: date | None
    hold: str | None

    @property
    def is_due(self) -> bool:
        """Whether it may be archived now, by hand."""
        return Step.ARCHIVE in self.situation.allowed

    @property
    def is_due_by_itself(self) -> bool:
        """Whether a timer may archive it now."""
        return self.is_due and self.round_until is None

    @property
    def is_unfinished(self) -> bool:
        """Whether it was archived, but a call broke off before everything was destroyed."""
        return self.done and bool(self.files or self.drafts)


def plan_archive(office: AgencyOffice, campaign_id: str) -> PlannedArchive:
    """What archive would do, changing nothing. Raises UnknownCampaign."""
    return plan_of(office, find_campaign(office, campaign_id))


def plan_all(office: AgencyOffice) -> tuple[PlannedArchive, ...]:
    """The same for every campaign of which something is left to destroy."""
    planned = (plan_of(office, campaign) for campaign in campaigns(office))
    return tuple(one for one in planned if not one.done or one.is_unfinished)


def plan_round(office: AgencyOffice, members: Sequence[Campaign]) -> tuple[PlannedArchive, ...]:
    """The same for those of ``members`` whose life is over: certified, void or archived; also with nothing left."""
    over = (State.CERTIFIED, State.VOIDED, State.ARCHIVED)
    return tuple(plan_of(office, campaign) for campaign in members if campaign.situation.state in over)


def archive(
    office: AgencyOffice, campaign_id: str, reason: str = DUE, *, actor: str = journal.COMMAND_LINE
) -> ArchiveCertificate:
    """Destroy the sealing key, the batch and uncertified drafts; sign what was destroyed. Again: the same certificate.

    The signed certificate in the exchange folder lets issuer and collector destroy theirs.
    Raises StepOutOfOrder, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("a campaign is archived only with a reason (--reason)")
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        stored = session.get(ArchiveRow, campaign_id)
        if stored is None:
            require(Step.ARCHIVE, read_campaign(office, session, row).situation)
            stored = ArchiveRow(campaign_id=campaign_id, jws=_certify(office, session, row, reason.strip()))
            session.add(stored)
            journal.record(session, office.clock, actor, Step.ARCHIVE, campaign_id, reason=reason.strip())
        delete_releases(session, campaign_id, _draft_numbers(session, campaign_id))
        must_destroy_key = row.sealing_key is not None and session.get(KeyDestructionRow, campaign_id) is None
        document = stored.jws
    if must_destroy_key:
        destroy_key(office, campaign_id, reason, actor=actor)
    for file in _files(office, campaign_id):
        erase(file)
    office.exchange.put_text(campaign_id, ARCHIVE, document)
    return read_archive(document, "agency", campaign_id, public_key_bytes(signing_key(office)))


def archive_due(office: AgencyOffice, *, actor: str = journal.COMMAND_LINE) -> tuple[ArchiveCertificate, ...]:
    """Archive everything that is due, and finish what broke off."""
    ready = [one for one in plan_all(office) if one.is_due_by_itself or one.done]
    return tuple(archive(office, one.campaign_id, actor=actor) for one in ready)


def plan_of(office: AgencyOffice, campaign: Campaign) -> PlannedArchive:
    """What archiving this campaign would do, changing nothing."""
    with office.database.read() as session:
        drafts = len(_draft_numbers(session, campaign.campaign_id))
        round_until = _round_until(office, session, campaign)
        done = session.get(ArchiveRow, campaign.campaign_id) is not None
        held = session.get(ArchiveHoldRow, campaign.campaign_id)
        hold = None if held is None else held.reason
    ends = campaign.situation.until if campaign.situation.state is State.CERTIFIED else None
    return PlannedArchive(
        campaign_id=campaign.campaign_id,
        round=campaign.draft.round,
        body=campaign.draft.body.code,
        situation=campaign.situation,
        due=local_day(office.clock()) if Step.ARCHIVE in campaign.situation.allowed else ends and local_day(ends),
        files=tuple(_files(office, campaign.campaign_id)),
        drafts=drafts,
        done=done,
        round_until=round_until,
        hold=hold,
    )


def _round_until(office: AgencyOffice, session: Session, campaign: Campaign) -> date | None:
    """How long the round's figures are waited for; None if they are certified, of no use, or were waited for enough."""
    code = campaign.draft.round
    if campaign.situation.state is not State.CERTIFIED:
        return None
    bodies = select(func.count()).select_from(CampaignRow).where(CampaignRow.round == code, CampaignRow.void.is_(None))
    certified = (
        select(func.count())
        .select_from(RoundReleaseRow)
        .where(RoundReleaseRow.round == code, RoundReleaseRow.jws.is_not(None))
    )
    if session.scalars(bodies).one() < LEAST_BODIES or session.scalars(certified).one():
        return None
    last = select(func.max(ReleaseRow.certified)).where(ReleaseRow.campaign_id == campaign.campaign_id)
    until = last_day(str(session.scalars(last).one()), campaign.draft.appeal_days) + WAIT_FOR_ROUND
    return until if local_day(office.clock()) <= until else None


def _files(office: AgencyOffice, campaign_id: str) -> list[Path]:
    """Key files, and the batch that lies in the exchange folder."""
    batch = office.exchange.path(campaign_id, BATCH)
    return [*key_files(office, campaign_id), *([batch] if batch.exists() else [])]


def _draft_numbers(session: Session, campaign_id: str) -> Sequence[int]:
    drafts = select(ReleaseRow.number).where(ReleaseRow.campaign_id == campaign_id, ReleaseRow.jws.is_(None))
    return session.scalars(drafts).all()


def _certify(office: AgencyOffice, session: Session, row: CampaignRow, reason: str) -> str:
    campaign = read_campaign(office, session, row)
    destroyed = [
        Destroyed("key" if file.parent == office.config.keys else "file", file.name, 1, _sha256(file))
        for file in _files(office, row.campaign_id)
    ]
    if drafts := len(_draft_numbers(session, row.campaign_id)):
        destroyed.append(Destroyed("rows", DRAFT_ROWS, drafts, None))
    certificate = ArchiveCertificate(
        campaign_id=row.campaign_id,
        manifest=campaign.fingerprint,
        office="agency",
        destroyed=tuple(destroyed),
        moment=office.clock(),
        reason=reason,
    )
    return sign_document(certificate, signing_key(office))


def _sha256(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
