"""Opening a batch: everything in between stays in memory, only a draft Release comes out and is kept.

A crash leaves nothing and is simply run again: the draft is stored in one transaction after all is computed.
"""

import hashlib
import json
import os
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.custody import UnlockedBy, unlock
from analytics.campaigns.reading import Campaign, campaign_row, find_campaign, read_campaign
from analytics.campaigns.state import Step, require
from analytics.evidence import Evidence
from analytics.models import AttackRow, ReleaseRow
from analytics.office import AgencyOffice
from analytics.release import Release, release_bytes
from survey_app.domain import signing
from survey_app.domain.documents import read_self_signed
from survey_app.staff import journal
from survey_app.web.exchange import BATCH
from survey_app.web.questionnaires import find_questionnaire

Progress = Callable[[int, int], None]


def processes() -> int:
    """How many processes an opening may use: one for each core that this one may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_campaign_batch(
    office: AgencyOffice,
    campaign_id: str,
    passphrase: UnlockedBy,
    progress: Progress | None = None,
    *,
    actor: str = journal.COMMAND_LINE,
) -> Release:
    """Open a closed campaign's batch and keep the Release as a draft; again gives the same bytes.

    ``passphrase`` may be the opened ``sealing_keys`` instead, for many campaigns, or ``SplitKeys`` with shares.
    ``progress(done, total)``. Raises StepOutOfOrder, WrongPassphrase, KeyMissing, KeyDestroyed, WrongCustody, what
    combining shares raises, EvidenceInconsistent, SignatureInvalid, Malformed.
    """
    from analytics.timed_opening import open_timed  # noqa: PLC0415 (brings pandas, which the web pages do without)

    campaign = find_campaign(office, campaign_id)
    require(Step.OPEN, campaign.situation)
    evidence = evidence_of(office, campaign)
    sealing_key = unlock(office, campaign_id, passphrase)
    questionnaire = find_questionnaire(campaign.draft.questionnaire)
    with office.database.read() as session:
        superseded = certified_releases(session, campaign_id)
    opened = open_timed(
        evidence, sealing_key, questionnaire, processes=processes(), progress=progress, superseded=superseded
    )
    with office.database.write() as session:
        keep_draft(office, session, evidence, opened.release, actor, milliseconds=opened.attack_milliseconds)
    return opened.release


def evidence_of(office: AgencyOffice, campaign: Campaign) -> Evidence:
    """What an opening rests on. Raises StepOutOfOrder if the board or manifest is missing, DocumentMissing."""
    require(Step.OPEN, campaign.situation)
    batch = office.exchange.get(campaign.campaign_id, BATCH)
    return Evidence(str(campaign.manifest_jws), str(campaign.board), campaign.drawn, batch)


def keep_draft(
    office: AgencyOffice,
    session: Session,
    evidence: Evidence,
    release: Release,
    actor: str,
    *,
    milliseconds: int | None = None,
    **details: str,
) -> None:
    """Store what an opening gave as the campaign's draft, with the documents it rests on. Raises StepOutOfOrder.

    ``milliseconds`` is how long the attack took, None if it was on another machine.
    """
    row = campaign_row(session, release.campaign_id)
    require(Step.OPEN, read_campaign(office, session, row).situation)
    row.board, row.drawn = evidence.board, evidence.drawn
    draft = release_bytes(release)
    digest = hashlib.sha256(draft).hexdigest()
    if milliseconds is not None:
        details["attack_milliseconds"] = str(milliseconds)
    journal.record(session, office.clock, actor, Step.OPEN, row.campaign_id, opened=digest, **details)
    last = last_release(session, row.campaign_id)
    if last is not None and last.jws is None:
        last.draft, last.opened_sha256 = draft.decode(), digest
        _keep_time(session, last, milliseconds)
    elif last is None or last.opened_sha256 != digest:
        number = 1 if last is None else last.number + 1
        new = ReleaseRow(campaign_id=row.campaign_id, number=number, opened_sha256=digest, draft=draft.decode())
        session.add(new)
        session.flush()
        _keep_time(session, new, milliseconds)


def _keep_time(session: Session, draft: ReleaseRow, milliseconds: int | None) -> None:
    """Instead of what was kept of an earlier draft with this number."""
    kept = session.get(AttackRow, (draft.campaign_id, draft.number))
    if kept is not None and milliseconds is not None:
        kept.milliseconds = milliseconds
    elif kept is not None:
        session.delete(kept)
    elif milliseconds is not None:
        session.add(AttackRow(campaign_id=draft.campaign_id, number=draft.number, milliseconds=milliseconds))


def last_release(session: Session, campaign_id: str) -> ReleaseRow | None:
    """The newest Release of a campaign, draft or certified."""
    chosen = select(ReleaseRow).where(ReleaseRow.campaign_id == campaign_id).order_by(ReleaseRow.number.desc())
    return session.scalars(chosen.limit(1)).first()


def handed_in_by(session: Session, campaign_id: str, opened: str) -> str | None:
    """Who handed in the draft with this SHA-256 (hex) from a machine without network; None if it was opened here too.

    What is opened here comes out of the batch; what is handed in is one person's word until somebody else compares.
    """
    rows = journal.entries_about(session, str(Step.OPEN), campaign_id)
    details = [(row.actor, json.loads(row.details)) for row in rows]
    openings = [(actor, said.get("offline")) for actor, said in details if said["opened"] == opened]
    return openings[-1][0] if openings and all(offline for _, offline in openings) else None


def certified_releases(session: Session, campaign_id: str) -> dict[bytes, Release]:
    """Every certified Release of a campaign by the SHA-256 of its JWS; a new one is attacked together with them."""
    chosen = select(ReleaseRow).where(ReleaseRow.campaign_id == campaign_id, ReleaseRow.jws.is_not(None))
    texts = [str(row.jws) for row in session.scalars(chosen.order_by(ReleaseRow.number))]
    return {signing.fingerprint(text): read_self_signed(Release, text, "agency_key") for text in texts}
