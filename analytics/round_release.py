"""The RoundRelease: the figures of all bodies of a round together, after disclosure control; frozen and signed.

Counts are pooled over bodies, percentages never averaged. A body with too few responses is left out of everything.
"""

from dataclasses import dataclass
from typing import ClassVar

from analytics.figures import Drivers, Figures, GroupFigures, KpiFigure, QuestionTotal, Verdict
from survey_app.domain import documents
from survey_app.domain.manifest import QuestionnaireReference


@dataclass(frozen=True)
class RoundBody:
    """One body's part. ``manifest`` is the fingerprint, ``board`` the SHA-256 of the board's JWS.

    Not ``pooled`` is a body with too few responses. The questions ``not_in_totals`` and ``not_in_breakdowns`` are those
    of which this body's answers are not part of the round's, since the rest would give away what is hidden.
    """

    campaign_id: str
    code: str
    manifest: bytes
    board: bytes
    pooled: bool
    not_in_totals: tuple[str, ...]
    not_in_breakdowns: tuple[str, ...]


@dataclass(frozen=True)
class RoundRelease:
    """Figures of a round. ``eligible`` is N, ``received`` K and ``n`` the responses that count, of the pooled bodies.

    A body's answers to a question are part of the totals and breakdowns unless its RoundBody names the question.
    """

    format: ClassVar[str] = "pikir-round-release/1"

    round: str
    agency_key: bytes
    questionnaire: QuestionnaireReference
    method: str
    minimum_group: int
    bodies: tuple[RoundBody, ...]
    eligible: int
    received: int
    n: int
    turnout: str
    kpis: tuple[KpiFigure, ...]
    totals: tuple[QuestionTotal, ...]
    breakdowns: tuple[GroupFigures, ...]
    drivers: Drivers | None
    verdict: Verdict
    software: str

    @property
    def figures(self) -> Figures:
        """What the answers decide."""
        return Figures(self.kpis, self.totals, self.breakdowns, self.drivers)


def round_release_bytes(release: RoundRelease) -> bytes:
    """JSON of a RoundRelease, byte for byte the same for the same figures."""
    return documents.to_payload(release)


def read_round_release(payload: bytes) -> RoundRelease:
    """A RoundRelease from its JSON. Raises Malformed."""
    return documents.from_payload(RoundRelease, payload)
