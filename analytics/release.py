"""The Release: the only figures of a campaign that are ever stored or shown, after disclosure control.

Frozen and signed. Percentages are texts, so that every reader sees the same digits. What disclosure control
withheld is None, and says by which rule.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import metadata
from typing import ClassVar, Literal

from analytics.figures import (
    Driver,
    Drivers,
    Figures,
    GroupCell,
    GroupFigures,
    HiddenBy,
    KpiFigure,
    PercentRange,
    QuestionTotal,
    Verdict,
)
from analytics.percent import percent_text
from survey_app.domain import documents
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import Body, LocalisedText, QuestionnaireReference, Visits

__all__ = [
    "Driver",
    "Drivers",
    "Figures",
    "GroupCell",
    "GroupFigures",
    "HiddenBy",
    "KpiFigure",
    "PercentRange",
    "QuestionTotal",
    "Release",
    "Verdict",
]

Standing = Literal["official", "provisional"]
SINGLE_VISIT = "single_visit"
DRAWN_NOT_STATED = "drawn_not_stated"


class NotAttackedTogether(PikirError):
    """A correction whose figures were not tried together with those that it corrects."""

    slug = "not-attacked-together"


@dataclass(frozen=True)
class Release:
    """Figures of one campaign. ``eligible`` is N, ``drawn`` M, ``received`` K, ``n`` the responses that count.

    ``manifest`` is the fingerprint, ``root`` the batch's tree root, ``board`` the SHA-256 of the board's JWS,
    ``supersedes`` that of the Release which this one corrects, with its ``reason``.
    """

    format: ClassVar[str] = "pikir-release/1"

    campaign_id: str
    round: str
    body: Body
    head: LocalisedText
    agency_key: bytes
    manifest: bytes
    questionnaire: QuestionnaireReference
    method: str
    minimum_group: int
    minimum_turnout: int
    visits: Visits
    eligible: int
    drawn: int | None
    disputes: int | None
    received: int
    n: int
    unusable: int
    rejected: dict[str, int]
    turnout: str
    standing: Standing
    flags: tuple[str, ...]
    kpis: tuple[KpiFigure, ...]
    totals: tuple[QuestionTotal, ...]
    breakdowns: tuple[GroupFigures, ...]
    drivers: Drivers | None
    verdict: Verdict
    root: bytes
    board: bytes
    countersigned: str | None
    software: str
    supersedes: bytes | None
    reason: str | None

    @property
    def pinned(self) -> KpiFigure | None:
        """The KPI by the method that the manifest fixed; None if nobody's response counts."""
        return self.figure(self.method)

    def figure(self, method: str) -> KpiFigure | None:
        """The KPI by one method, None if it is not shown."""
        return next((figure for figure in self.kpis if figure.method == method), None)

    @property
    def figures(self) -> Figures:
        """What the answers decide."""
        return Figures(self.kpis, self.totals, self.breakdowns, self.drivers)

    @property
    def all_totals_shown(self) -> bool:
        """Whether disclosure control left every question's total in."""
        return all(total.hidden is None for total in self.totals)


@functools.cache
def software_version() -> str:
    """Name and version of the program that computes a Release."""
    return f"pikir {metadata.version('pikir')}"


def release_bytes(release: Release) -> bytes:
    """JSON of a Release, byte for byte the same for the same figures."""
    return documents.to_payload(release)


def read_release(payload: bytes) -> Release:
    """A Release from its JSON. Raises Malformed."""
    return documents.from_payload(Release, payload)


def supersede(release: Release, previous: bytes, reason: str) -> Release:
    """The same figures as a correction of the Release whose JWS has the SHA-256 ``previous``.

    Raises Malformed without a reason.
    """
    if not reason.strip():
        raise Malformed("a correction must say why")
    return replace(release, supersedes=previous, reason=reason.strip())


def require_attacked(release: Release, digest: bytes, superseded: Release) -> None:
    """A correction was attacked together with the Release that it supersedes, whose JWS has the SHA-256 ``digest``.

    The same figures tell nothing new, and a score row alone is what the Order requires. Raises NotAttackedTogether.
    That its own attack was survived needs no check: a Verdict has no other word.
    """
    if release.verdict.result == "row_only" or release.figures == superseded.figures:
        return
    if digest not in release.verdict.together:
        raise NotAttackedTogether(
            "this draft was not attacked together with the certified Release that it corrects: open the batch again"
        )


def is_official(n: int, eligible: int, minimum_group: int, minimum_turnout: int) -> bool:
    """Enough responses, and enough of those eligible (``minimum_turnout`` in percent)."""
    return n >= minimum_group and n * 100 >= minimum_turnout * eligible


def turnout_text(n: int, eligible: int) -> str:
    """Turnout n / N in percent, two decimals; 0.00 of nobody."""
    return percent_text(Fraction(n, eligible) if eligible else Fraction(0))


def campaign_flags(visits: Visits, drawn_stated: bool) -> tuple[str, ...]:
    """What every page and record of a campaign must say about how it was run."""
    stated = {SINGLE_VISIT: visits == "single", DRAWN_NOT_STATED: not drawn_stated}
    return tuple(flag for flag, holds in stated.items() if holds)


def sorted_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Non-zero counts by reason, in the one order that depends on nothing else."""
    return {reason: counts[reason] for reason in sorted(counts) if counts[reason]}
