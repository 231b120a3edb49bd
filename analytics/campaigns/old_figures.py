"""Releases and scoring records are deleted three years after the last of a campaign was certified."""

from collections.abc import Collection, Sequence
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
ROUND_PATTERN = "round-release*.jws"
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


@dataclass(frozen=True)
class OldRound:
    """Figures of a round as a whole, kept to the end of the day ``until``; ``releases`` are rows."""

    round: str
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


def plan_old_rounds(office: AgencyOffice) -> tuple[OldRound, ...]:
    """The figures of every round that were certified as a whole, the oldest first."""
    chosen = select(RoundReleaseRow.round, func.max(RoundReleaseRow.certified), func.count())
    chosen = chosen.where(RoundReleaseRow.jws.is_not(None)).group_by(RoundReleaseRow.round)
    today, found = local_day(office.clock()), []
    with office.database.read() as session:
        for code, certified, count in session.execute(chosen):
            until = kept_until(local_day(parse_time(certified)))
            files = sorted(office.exchange.round_path(code, ".").glob(ROUND_PATTERN))
            found.append(OldRound(code, until, count, tuple(files), is_due=today > until))
    return tuple(sorted(found, key=lambda one: (one.until, one.round)))


def delete_old_rounds(
    office: AgencyOffice, only: Collection[str] | None = None, *, actor: str = journal.COMMAND_LINE
) -> tuple[str, ...]:
    """The figures of whole rounds that are due, three years after the last of a round was certified; which rounds.

    ``only`` leaves others alone.
    """
    due = tuple(one for one in plan_old_rounds(office) if one.is_due and (only is None or one.round in only))
    for one in due:
        with office.database.write() as session:
            session.execute(delete(RoundReleaseRow).where(RoundReleaseRow.round == one.round))
            journal.record(session, office.clock, actor, DELETE_FIGURES, one.round)
            _remove(one.files)
    return tuple(one.round for one in due)


def delete_old_figures(
    office: AgencyOffice, only: Collection[str] | None = None, *, actor: str = journal.COMMAND_LINE
) -> tuple[OldFigures, ...]:
    """Delete what is due; the journal says so, and the campaign's documents without figures stay.

    ``only`` leaves other campaigns alone.
    """
    due = tuple(one for one in plan_old_figures(office) if one.is_due and (only is None or one.campaign_id in only))
    for one in due:
        with office.database.write() as session:
            numbers = session.scalars(select(ReleaseRow.number).where(ReleaseRow.campaign_id == one.campaign_id)).all()
            delete_releases(session, one.campaign_id, numbers)
            session.execute(delete(SecondSignatureRow).where(SecondSignatureRow.campaign_id == one.campaign_id))
            session.get_one(ArchiveRow, one.campaign_id).figures_deleted = format_time(office.clock())
            journal.record(session, office.clock, actor, DELETE_FIGURES, one.campaign_id, releases=one.releases)
            _remove(one.files)
    return due


def _remove(files: Sequence[Path]) -> None:
    """To be called before the rows are gone for good: after a call that broke off they say what is still to be done."""
    for file in files:
        file.unlink(missing_ok=True)


def _files(office: AgencyOffice, campaign_id: str) -> list[Path]:
    folder = office.exchange.path(campaign_id, ".")
    return sorted(path for pattern in PATTERNS for path in folder.glob(pattern))
