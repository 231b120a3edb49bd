"""Releases and scoring records are deleted three years after the last of a campaign was certified."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete, func, select

from analytics.campaigns.appeals import local_day
from analytics.campaigns.release_rows import delete_releases
from analytics.models import ArchiveRow, CampaignRow, ReleaseRow, RoundReleaseRow, SecondSignatureRow
from analytics.office import AgencyOffice
from survey_app.domain.archive import kept_until
from survey_app.domain.documents import format_time, parse_time
from survey_app.staff import journal

DELETE_FIGURES = "delete-figures"
PATTERNS = ("release*.jws", "scoring-record*.*", "countersignature-*.jws")


@dataclass(frozen=True)
class OldFigures:
    """Figures of an archived campaign: kept to the end of the day ``until``; ``releases`` are rows."""

    campaign_id: str
    round: str
    body: str
    until: date
    releases: int
    files: tuple[Path, ...]
    is_due: bool


def plan_old_figures(office: AgencyOffice) -> tuple[OldFigures, ...]:
    """The figures of every archived campaign that still has some, the oldest first."""
    chosen = (
        select(CampaignRow, func.max(ReleaseRow.certified), func.count())
        .join(ArchiveRow, ArchiveRow.campaign_id == CampaignRow.campaign_id)
        .join(ReleaseRow, ReleaseRow.campaign_id == CampaignRow.campaign_id)
        .group_by(CampaignRow.campaign_id)
    )
    today = local_day(office.clock())
    with office.database.read() as session:
        found = [
            OldFigures(
                campaign_id=row.campaign_id,
                round=row.round,
                body=row.body,
                until=(until := kept_until(local_day(parse_time(certified)))),
                releases=count,
                files=tuple(_files(office, row.campaign_id)),
                is_due=today > until,
            )
            for row, certified, count in session.execute(chosen)
        ]
    return tuple(sorted(found, key=lambda one: (one.until, one.campaign_id)))


def delete_old_rounds(office: AgencyOffice, *, actor: str = journal.COMMAND_LINE) -> tuple[str, ...]:
    """The figures of whole rounds, three years after the last of a round was certified; which rounds."""
    today, chosen = local_day(office.clock()), select(RoundReleaseRow.round, func.max(RoundReleaseRow.certified))
    with office.database.write() as session:
        found = session.execute(chosen.where(RoundReleaseRow.jws.is_not(None)).group_by(RoundReleaseRow.round))
        due = tuple(code for code, certified in found if today > kept_until(local_day(parse_time(certified))))
        for code in due:
            session.execute(delete(RoundReleaseRow).where(RoundReleaseRow.round == code))
            journal.record(session, office.clock, actor, DELETE_FIGURES, code)
    for code in due:
        for file in office.exchange.round_path(code, ".").glob("round-release*.jws"):
            file.unlink(missing_ok=True)
    return due


def delete_old_figures(office: AgencyOffice, *, actor: str = journal.COMMAND_LINE) -> tuple[OldFigures, ...]:
    """Delete what is due; the journal says so, and the campaign's documents without figures stay."""
    due = tuple(one for one in plan_old_figures(office) if one.is_due)
    for one in due:
        with office.database.write() as session:
            numbers = session.scalars(select(ReleaseRow.number).where(ReleaseRow.campaign_id == one.campaign_id)).all()
            delete_releases(session, one.campaign_id, numbers)
            session.execute(delete(SecondSignatureRow).where(SecondSignatureRow.campaign_id == one.campaign_id))
            session.get_one(ArchiveRow, one.campaign_id).figures_deleted = format_time(office.clock())
            journal.record(session, office.clock, actor, DELETE_FIGURES, one.campaign_id, releases=one.releases)
        for file in one.files:
            file.unlink(missing_ok=True)
    return due


def _files(office: AgencyOffice, campaign_id: str) -> list[Path]:
    folder = office.exchange.path(campaign_id, ".")
    return sorted(path for pattern in PATTERNS for path in folder.glob(pattern))
