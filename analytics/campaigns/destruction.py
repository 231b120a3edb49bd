"""Destroying the sealing key of a campaign that is over: afterwards nobody can open its batch, not even with a warrant.

Only the certificate stays: signed, in the database, the journal and the exchange folder.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from analytics.campaigns.appeals import last_day, local_day
from analytics.campaigns.certification import ReasonMissing
from analytics.campaigns.openings import last_release
from analytics.campaigns.reading import campaign_row, read_campaign
from analytics.campaigns.state import State, StepOutOfOrder
from analytics.custody.destruction import DestroyedFile, Destruction
from analytics.custody.key_files import label_of
from analytics.models import ArchiveHoldRow, CampaignRow, KeyDestructionRow
from analytics.office import AgencyOffice, signing_key
from survey_app.domain.documents import read_document, sign_document
from survey_app.domain.signing import public_key_bytes
from survey_app.staff import journal

DESTRUCTION = "destruction.jws"
DESTROY_KEY = "destroy-key"


@dataclass(frozen=True)
class PlannedDestruction:
    """What would be destroyed: files of the key folder, none if that has been done."""

    campaign_id: str
    files: tuple[Path, ...]
    done: bool


def plan_destruction(office: AgencyOffice, campaign_id: str) -> PlannedDestruction:
    """What destroy_key would do now, changing nothing. Raises StepOutOfOrder with what is missing."""
    with office.database.read() as session:
        row = campaign_row(session, campaign_id)
        done = session.get(KeyDestructionRow, campaign_id) is not None
        if not done:
            _require_over(office, session, row)
    return PlannedDestruction(campaign_id, tuple(key_files(office, campaign_id)), done)


def destroy_key(
    office: AgencyOffice, campaign_id: str, reason: str, *, actor: str = journal.COMMAND_LINE
) -> Destruction:
    """Remove every file of the campaign's sealing key; returns the signed certificate.

    Allowed once the period of appeal is over, or the campaign void, and no hold stands. The certificate is stored
    first: after a call that broke off the key counts as destroyed, and another call removes what is left.
    Raises StepOutOfOrder, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("a key is destroyed only with a reason (--reason)")
    with office.database.write() as session:
        row = campaign_row(session, campaign_id)
        files = key_files(office, campaign_id)
        certificate = session.get(KeyDestructionRow, campaign_id)
        if certificate is None:
            _require_over(office, session, row)
            certificate = KeyDestructionRow(campaign_id=campaign_id, jws=_certify(office, row, files, reason))
            session.add(certificate)
            names = ", ".join(file.name for file in files)
            journal.record(session, office.clock, actor, DESTROY_KEY, campaign_id, files=names, reason=reason.strip())
    for file in files:
        erase(file)
    office.exchange.put_text(campaign_id, DESTRUCTION, certificate.jws)
    return read_document(Destruction, certificate.jws, public_key_bytes(signing_key(office)))


def _certify(office: AgencyOffice, row: CampaignRow, files: list[Path], reason: str) -> str:
    label = label_of(row.campaign_id)
    destroyed = (DestroyedFile(label, file.name, hashlib.sha256(file.read_bytes()).digest()) for file in files)
    certificate = Destruction(
        campaign_id=row.campaign_id,
        sealing_key=row.sealing_key or b"",
        destroyed=tuple(destroyed),
        moment=office.clock(),
        reason=reason.strip(),
    )
    return sign_document(certificate, signing_key(office))


def key_files(office: AgencyOffice, campaign_id: str) -> list[Path]:
    """Everything in the key folder that is named for this key, a half-written draft of a file too."""
    return sorted(path for path in office.config.keys.glob(f"*{label_of(campaign_id)}*") if path.is_file())


def _require_over(office: AgencyOffice, session: Session, row: CampaignRow) -> None:
    """Raise StepOutOfOrder unless there is a key and nobody can need it any more."""
    campaign = read_campaign(office, session, row)
    if row.sealing_key is None:
        raise StepOutOfOrder("cannot destroy the key: none was made")
    if session.get(ArchiveHoldRow, row.campaign_id) is not None:
        raise StepOutOfOrder(
            "cannot destroy the key: archiving is on hold while an appeal is decided", campaign.situation
        )
    if campaign.situation.state is State.VOIDED:
        return
    last = last_release(session, row.campaign_id)
    if campaign.manifest is None or last is None or last.certified is None:
        raise StepOutOfOrder(
            f"cannot destroy the key: the campaign is {campaign.situation.state!s}. Missing: a certified Release "
            "without a draft that waits beside it, or a declaration that the campaign is void."
        )
    until = last_day(last.certified, campaign.manifest.appeal_days)
    if local_day(office.clock()) <= until:
        raise StepOutOfOrder(
            f"cannot destroy the key: the result can be appealed until {until.isoformat()} "
            f"({campaign.manifest.appeal_days} working days), and an appeal may need the batch opened again"
        )


def erase(file: Path) -> None:
    """Overwrite and remove. A disk may keep old blocks: what lay in the file is encrypted, and stays so."""
    with file.open("r+b") as opened:
        opened.write(secrets.token_bytes(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()
