"""The RoundRelease: the figures of all bodies of a round together, after disclosure control; frozen and signed.

Counts are pooled over bodies, percentages never averaged. A body with too few responses is left out of everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from analytics.figures import Drivers, Figures, GroupFigures, KpiFigure, QuestionTotal, Verdict
from analytics.release import NotAttackedTogether
from survey_app.domain import documents
from survey_app.domain.errors import Malformed
from survey_app.domain.manifest import QuestionnaireReference


@dataclass(frozen=True)
class RoundBody:
    """One body's part. ``manifest`` is the fingerprint, ``board`` the SHA-256 of the board's JWS.

    ``opened`` is the SHA-256 of the body's Release as it came out of an opening: the one that was attacked together
    with the round's figures.

    Not ``pooled`` is a body with too few responses. The questions ``not_in_totals`` and ``not_in_breakdowns`` are those
    of which this body's answers are not part of the round's, since the rest would give away what is hidden.
    """

    campaign_id: str
    code: str
    manifest: bytes
    board: bytes
    opened: bytes
    pooled: bool
    not_in_totals: tuple[str, ...]
    not_in_breakdowns: tuple[str, ...]


@dataclass(frozen=True)
class RoundRelease:
    """Figures of a round. ``eligible`` is N, ``received`` K and ``n`` the responses that count, of the pooled bodies.

    A body's answers to a question are part of the totals and breakdowns unless its RoundBody names the question.
    ``supersedes`` is the SHA-256 of the JWS of the RoundRelease that this one corrects, with its ``reason``.
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
    supersedes: bytes | None
    reason: str | None

    @property
    def figures(self) -> Figures:
        """What the answers decide."""
        return Figures(self.kpis, self.totals, self.breakdowns, self.drivers)

    @property
    def pinned(self) -> KpiFigure | None:
        """The KPI by the method that the manifests fixed; None if no body has enough responses."""
        return next((figure for figure in self.kpis if figure.method == self.method), None)

    @property
    def pooled(self) -> tuple[RoundBody, ...]:
        """Bodies whose answers are in."""
        return tuple(body for body in self.bodies if body.pooled)

    @property
    def left_out(self) -> tuple[RoundBody, ...]:
        """Bodies with too few responses."""
        return tuple(body for body in self.bodies if not body.pooled)


def round_release_bytes(release: RoundRelease) -> bytes:
    """JSON of a RoundRelease, byte for byte the same for the same figures."""
    return documents.to_payload(release)


def read_round_release(payload: bytes) -> RoundRelease:
    """A RoundRelease from its JSON. Raises Malformed."""
    return documents.from_payload(RoundRelease, payload)


def supersede_round(release: RoundRelease, previous: bytes, reason: str) -> RoundRelease:
    """The same figures as a correction of the RoundRelease whose JWS has the SHA-256 ``previous``.

    Raises Malformed without a reason.
    """
    if not reason.strip():
        raise Malformed("a correction must say why")
    return replace(release, supersedes=previous, reason=reason.strip())


def require_no_more(figures: Figures, known: Iterable[Figures]) -> None:
    """A body's correction shows nothing beyond what the round's figures were attacked together with: ``known``.

    Raises NotAttackedTogether.
    """
    before: set[tuple[str, ...]] = set()
    for earlier in known:
        before |= _shown(earlier)
    if more := _shown(figures) - before:
        raise NotAttackedTogether(
            f"this correction shows {len(more)} figures that were hidden when the figures of the whole round were "
            "certified, and nobody tried those together; it cannot be certified"
        )


def _shown(figures: Figures) -> set[tuple[str, ...]]:
    """What is not hidden, by name."""
    shown = {("kpi", kpi.method) for kpi in figures.kpis if kpi.percent is not None}
    shown |= {("fraction", kpi.method) for kpi in figures.kpis if kpi.fraction is not None}
    shown |= {("total", total.question) for total in figures.totals if total.hidden is None}
    shown |= {("options", total.question) for total in figures.totals if total.options is not None}
    return shown | {
        ("cell", group.variable, group.level, cell.question)
        for group in figures.breakdowns
        for cell in group.cells
        if cell.hidden is None
    }


def require_published_once(release: RoundRelease, superseded: Iterable[RoundRelease]) -> None:
    """A correction shows the figures of all before it, or the score row only. Raises NotAttackedTogether.

    Anything else would tell, as the difference, what some body's correction changed (see protect_round).
    """
    if release.verdict.result != "row_only" and any(earlier.figures != release.figures for earlier in superseded):
        raise NotAttackedTogether(
            "this draft was not attacked together with the round's figures certified before: open the round again"
        )
