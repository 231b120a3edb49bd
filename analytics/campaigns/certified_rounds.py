"""Certified figures of rounds as they are shown and exported, with what has become of them since."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.certified import Certified, StoredReleaseUnreadable, standing_in_round
from analytics.models import RoundReleaseRow
from analytics.office import AgencyOffice
from analytics.round_release import RoundBody, RoundRelease
from survey_app.domain import signing
from survey_app.domain.documents import format_time, parse_time, read_self_signed
from survey_app.domain.errors import Malformed, PikirError

MOST_REMEMBERED = 50
Change = Literal["void", "corrected"]
RoundStatus = Literal["current", "outdated", "superseded"]


class RoundNotCertified(PikirError):
    """The figures of all bodies of a round together are not certified."""

    slug = "round-not-certified"


@dataclass(frozen=True)
class Outdated:
    """A body of the round whose campaign is void since, or whose Release is not the one that the round rests on."""

    body: RoundBody
    change: Change


@dataclass(frozen=True)
class CertifiedRound:
    """A signed RoundRelease with what happened to it since.

    ``number`` counts a round's from 1, ``superseded_by`` is the next one's number; ``outdated`` are bodies that have
    changed; ``absent`` are bodies with figures that count, which are not in this document at all.
    """

    release: RoundRelease
    number: int
    certified: datetime
    superseded_by: int | None
    outdated: tuple[Outdated, ...]
    absent: tuple[Certified, ...]
    jws: str

    @property
    def status(self) -> RoundStatus:
        """What these figures are now."""
        if self.superseded_by is not None:
            return "superseded"
        return "outdated" if self.outdated else "current"

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the signed RoundRelease, 32 bytes."""
        return signing.fingerprint(self.jws)


def certified_rounds(office: AgencyOffice, round_code: str) -> tuple[CertifiedRound, ...]:
    """Every certified RoundRelease of a round, first to last."""
    with office.database.read() as session:
        rows = certified_rows(session, round_code)
        standing = standing_in_round(session, round_code) if rows else {}
        return tuple(_certified(row, standing, len(rows)) for row in rows)


def present_round(office: AgencyOffice, round_code: str) -> CertifiedRound:
    """The one that stands, outdated or not. Raises RoundNotCertified."""
    return _require(certified_rounds(office, round_code)[-1:], round_code)


def one_round(office: AgencyOffice, round_code: str, number: int) -> CertifiedRound:
    """RoundRelease ``number``, superseded or not. Raises RoundNotCertified."""
    return _require([one for one in certified_rounds(office, round_code) if one.number == number], round_code)


def has_certified(office: AgencyOffice, round_code: str) -> bool:
    """Whether there is any."""
    chosen = select(RoundReleaseRow.number).where(RoundReleaseRow.round == round_code, RoundReleaseRow.jws.is_not(None))
    with office.database.read() as session:
        return session.scalars(chosen.limit(1)).first() is not None


def round_json(one: CertifiedRound) -> Mapping[str, Any]:
    """A RoundRelease as served: what became of it, its payload, and the signed text by which all can be checked."""
    code = one.release.round
    return {
        "id": f"{code}/{one.number}",
        "status": one.status,
        "superseded_by": None if one.superseded_by is None else f"{code}/{one.superseded_by}",
        "outdated": [
            {"campaign_id": changed.body.campaign_id, "body": changed.body.code, "change": changed.change}
            for changed in one.outdated
        ],
        "absent": [entry.release.campaign_id for entry in one.absent],
        "certified": format_time(one.certified),
        "release": json.loads(signing.peek(one.jws)[1]),
        "jws": one.jws,
    }


def certified_rows(session: Session, round_code: str) -> list[RoundReleaseRow]:
    """The stored ones, first to last."""
    chosen = select(RoundReleaseRow).where(RoundReleaseRow.round == round_code, RoundReleaseRow.jws.is_not(None))
    return list(session.scalars(chosen.order_by(RoundReleaseRow.number)))


def is_in_a_round(session: Session, round_code: str, campaign_id: str) -> bool:
    """Whether any certified RoundRelease, superseded or not, has this campaign's answers."""
    released = (verified(str(row.jws)) for row in certified_rows(session, round_code))
    return any(body.campaign_id == campaign_id for release in released for body in release.pooled)


def changes(release: RoundRelease, standing: dict[str, Certified]) -> tuple[Outdated, ...]:
    """Bodies of a RoundRelease that are not any more as it has them; ``standing`` are Releases by campaign.

    A void body without pooled answers changes nothing.
    """
    found = []
    for body in release.bodies:
        entry = standing.get(body.campaign_id)
        if entry is not None and entry.void_reason is not None:
            found += [Outdated(body, "void")] if body.pooled else []
        elif entry is None or entry.opened_sha256 != body.opened:
            found.append(Outdated(body, "corrected"))
    return tuple(found)


@functools.lru_cache(MOST_REMEMBERED)
def verified(jws: str) -> RoundRelease:
    """A RoundRelease whose signature holds. Raises SignatureInvalid, StoredReleaseUnreadable."""
    try:
        return read_self_signed(RoundRelease, jws, "agency_key")
    except Malformed as error:
        raise StoredReleaseUnreadable(str(error)) from error


def _certified(row: RoundReleaseRow, standing: dict[str, Certified], latest: int) -> CertifiedRound:
    release = verified(str(row.jws))
    if release.round != row.round:
        raise StoredReleaseUnreadable(f"what is stored as figures of round {row.round} is of round {release.round}")
    within = {body.campaign_id for body in release.bodies}
    return CertifiedRound(
        release=release,
        number=row.number,
        certified=parse_time(str(row.certified)),
        superseded_by=row.number + 1 if row.number < latest else None,
        outdated=changes(release, standing),
        absent=tuple(c for c in standing.values() if c.is_current and c.release.campaign_id not in within),
        jws=str(row.jws),
    )


def _require(found: "tuple[CertifiedRound, ...] | list[CertifiedRound]", round_code: str) -> CertifiedRound:
    for one in found:
        return one
    raise RoundNotCertified(f"the figures of all bodies of round {round_code} together are not certified")
