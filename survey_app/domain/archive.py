"""The end of a campaign at one office: a signed list of what was destroyed there, and when.

The agency goes first, once nobody can appeal any more (point 25 of the Order); its certificate is what lets the issuer
and the collector destroy theirs, which an appeal might still have needed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from survey_app.domain.documents import read_document
from survey_app.domain.errors import PikirError

OfficeName = Literal["agency", "issuer", "collector"]
YEARS_KEPT = 3
SATURDAY = 5


class ArchiveWrong(PikirError):
    """A certificate of archiving is signed, but by another office or about another campaign."""

    slug = "archive-wrong"


class AlreadyArchived(PikirError):
    """The campaign was archived: what this step needs was destroyed."""

    slug = "already-archived"


@dataclass(frozen=True)
class Destroyed:
    """One kind of thing that is no more. ``kind`` is key, file or rows; ``name`` a file's or a table's.

    ``count`` is the number of files (1) or rows; ``sha256`` that of a file's bytes, None for rows.
    """

    kind: str
    name: str
    count: int
    sha256: bytes | None


@dataclass(frozen=True, kw_only=True)
class PlannedArchive:
    """What archiving would do at the issuer or the collector, beside what each of them holds.

    ``awaited`` is what it waits for, None if it is due; ``earliest`` the first day on which that can come.
    """

    campaign_id: str
    round: str
    body: str
    awaited: str | None
    earliest: date | None
    done: bool


@dataclass(frozen=True)
class ArchiveCertificate:
    """``office`` declares, signed with its key in the manifest, that it holds ``destroyed`` no longer.

    ``manifest`` is the fingerprint; None if the campaign was declared void before it was announced.
    """

    format: ClassVar[str] = "pikir-archive/1"

    campaign_id: str
    manifest: bytes | None
    office: str
    destroyed: tuple[Destroyed, ...]
    moment: datetime
    reason: str


def read_archive(text: str, office: OfficeName, campaign_id: str, public_key: bytes) -> ArchiveCertificate:
    """The certificate of ``office`` for this campaign. Raises Malformed, SignatureInvalid, ArchiveWrong."""
    certificate = read_document(ArchiveCertificate, text, public_key)
    if (certificate.office, certificate.campaign_id) != (office, campaign_id):
        raise ArchiveWrong(f"this certificate is of the {certificate.office} for campaign {certificate.campaign_id}")
    return certificate


def kept_until(day: date) -> date:
    """The last day of the three years for which Release and record of a result of ``day`` are kept."""
    try:
        return day.replace(year=day.year + YEARS_KEPT)
    except ValueError:  # 29 February
        return day.replace(year=day.year + YEARS_KEPT, day=28) + timedelta(days=1)


def earliest_archiving(closed: date, appeal_days: int) -> date:
    """No campaign that closed on this day can be archived before: certified the same day, and no public holiday."""
    day, left = closed, appeal_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day + timedelta(days=1)
