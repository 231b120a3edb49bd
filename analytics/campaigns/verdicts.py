"""The verdict of the attack on a campaign's latest Release, with how long it took; kept from the opening on."""

from dataclasses import dataclass

from sqlalchemy import select

from analytics.figures import Verdict
from analytics.models import AttackRow, ReleaseRow
from analytics.office import AgencyOffice
from analytics.release import Release, read_release
from survey_app.domain.documents import read_self_signed


@dataclass(frozen=True)
class KeptVerdict:
    """``milliseconds`` is None of a draft that was opened on another machine."""

    verdict: Verdict
    certified: bool
    milliseconds: int | None


def latest_verdict(office: AgencyOffice, campaign_id: str) -> KeptVerdict | None:
    """Of the newest Release, draft or certified; None before the batch is opened."""
    with office.database.read() as session:
        chosen = select(ReleaseRow).where(ReleaseRow.campaign_id == campaign_id).order_by(ReleaseRow.number.desc())
        row = session.scalars(chosen.limit(1)).first()
        if row is None:
            return None
        attack = session.get(AttackRow, (campaign_id, row.number))
        release = (
            read_release(str(row.draft).encode())
            if row.jws is None
            else read_self_signed(Release, row.jws, "agency_key")
        )
        return KeptVerdict(release.verdict, row.jws is not None, None if attack is None else attack.milliseconds)
