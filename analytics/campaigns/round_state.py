"""Where a round as a whole stands: a pure function of its campaigns' states and its documents.

A round's figures are published once. What is published later in their place shows the score row only, since the
difference would tell what one body's answers changed. So a round is opened when every campaign has come to its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.campaigns.state import StepOutOfOrder

MOST_NAMED = 8


class RoundState(StrEnum):
    """States in the order of a round's life; outdated is a certified one of which a body has changed since."""

    UNDER_WAY = "under-way"
    CLOSED = "closed"
    OPENED = "opened"
    CERTIFIED = "certified"
    OUTDATED = "outdated"


class RoundStep(StrEnum):
    """What the agency can do with a round as a whole; the names of the commands."""

    OPEN = "open-round"
    CERTIFY = "certify-round"


class RoundMissing(StrEnum):
    """What the round waits for, of which bodies; the value is the sentence that operators read."""

    CLOSED_BATCH = "not closed yet; wait, declare void (pikir agency void), or leave out for good (--without)"
    BATCH_AGAIN = "their batches are destroyed; they can only be left out (--without)"
    ANY_BATCH = "a campaign that is closed and not void"
    OPENED = "the round's own opening (pikir agency open-round)"
    CERTIFIED = "not certified as the round was opened with them (pikir agency certify)"
    OPENED_AGAIN = "changed since the round was opened (pikir agency open-round)"


@dataclass(frozen=True)
class RoundPapers:
    """All that a round's state depends on; bodies by their codes.

    ``closed`` can be opened, ``pending`` cannot yet, ``gone`` cannot any more, void ones are in none. ``draft`` is an
    opened RoundRelease that is not certified; of its bodies ``uncertified`` wait to be certified just so, and
    ``changed`` are void or have another Release. ``outdated`` are those of the certified one that have changed.
    """

    closed: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    draft: bool = False
    uncertified: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    certified: bool = False
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoundSituation:
    """A round's state, the steps that may be taken now, and what is waited for with the bodies concerned."""

    state: RoundState
    allowed: tuple[RoundStep, ...]
    missing: Mapping[RoundMissing, tuple[str, ...]]


def round_situation(papers: RoundPapers) -> RoundSituation:
    """The situation of a round with these ``papers``."""
    may_open = bool(papers.closed) and not papers.pending and not papers.gone
    is_done = papers.certified and not papers.outdated and not papers.draft
    may_certify = papers.draft and not papers.uncertified and not papers.changed
    steps = {RoundStep.OPEN: may_open, RoundStep.CERTIFY: may_certify}
    waiting = {
        RoundMissing.CLOSED_BATCH: papers.pending,
        RoundMissing.BATCH_AGAIN: () if is_done else papers.gone,
        RoundMissing.ANY_BATCH: () if is_done or papers.gone or papers.closed or papers.pending else ("",),
        RoundMissing.OPENED: () if papers.draft or papers.certified else ("",),
        RoundMissing.CERTIFIED: papers.uncertified,
        RoundMissing.OPENED_AGAIN: papers.changed or (() if papers.draft else papers.outdated),
    }
    missing = {what: tuple(filter(None, bodies)) for what, bodies in waiting.items() if bodies}
    return RoundSituation(_state(papers), tuple(step for step, may in steps.items() if may), missing)


def missing_text(situation: RoundSituation) -> str:
    """What is waited for, in one line."""
    return "; ".join(_line(what, bodies) for what, bodies in situation.missing.items()) or "nothing"


def require_round(step: RoundStep, present: RoundSituation) -> None:
    """Raise StepOutOfOrder unless ``step`` may be taken in the present situation."""
    if step not in present.allowed:
        allowed = ", ".join(present.allowed) or "nothing"
        raise StepOutOfOrder(
            f"cannot {step}: the round is {present.state!s}. Allowed now: {allowed}. Missing: {missing_text(present)}."
        )


def _state(papers: RoundPapers) -> RoundState:
    if papers.draft:
        return RoundState.OPENED
    if papers.certified:
        return RoundState.OUTDATED if papers.outdated else RoundState.CERTIFIED
    return RoundState.CLOSED if papers.closed and not papers.pending else RoundState.UNDER_WAY


def _line(what: RoundMissing, bodies: tuple[str, ...]) -> str:
    if not bodies:
        return what.value
    more = f" and {len(bodies) - MOST_NAMED} more" if len(bodies) > MOST_NAMED else ""
    return f"{', '.join(bodies[:MOST_NAMED])}{more}: {what.value}"
