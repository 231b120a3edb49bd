"""Where a campaign stands: a pure function of its documents and the clock, and the only judge of what may be done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.domain.errors import PikirError
from survey_app.domain.manifest import Schedule


class State(StrEnum):
    """States in the order of a campaign's life. ISSUED and COLLECTED wait for the other office's document."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    ISSUING = "issuing"
    ISSUED = "issued"
    DRAWN_PUBLISHED = "drawn-published"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    CLOSED = "closed"
    OPENED = "opened"
    CERTIFIED = "certified"
    ARCHIVED = "archived"
    VOIDED = "voided"


class Step(StrEnum):
    """What the agency can do with a campaign; the names of the commands."""

    KEYGEN = "keygen"
    ANNOUNCE = "announce"
    OPEN = "open"
    CERTIFY = "certify"
    EXPORT = "export"
    ARCHIVE = "archive"
    VOID = "void"


class Missing(StrEnum):
    """What the campaign waits for; the value is the sentence that operators read."""

    SEALING_KEY = "the sealing key (pikir agency keygen)"
    ISSUER_ENROLMENT = "the issuer's enrolment (pikir issuer enrol)"
    COLLECTOR_ENROLMENT = "the collector's enrolment (pikir collector enrol)"
    ISSUING_TO_OPEN = "the time when issuing opens"
    ISSUING_TO_CLOSE = "the time when issuing closes"
    DRAWN_STATEMENT = "the issuer's statement of how many tokens were drawn (pikir issuer publish-drawn)"
    COLLECTING_TO_OPEN = "the time when collecting opens"
    COLLECTING_TO_CLOSE = "the time when collecting closes"
    BATCH = "the collector's batch and board (pikir collector close)"
    APPEALS = "the end of the time for appeals"
    HOLD = "the decision on an appeal: archiving is on hold (pikir agency unhold)"


class StepOutOfOrder(PikirError):
    """A step cannot be taken now; the text says what can, and what is missing; ``present`` is the situation."""

    slug = "step-out-of-order"

    def __init__(self, text: str, present: "Situation | None" = None) -> None:
        super().__init__(text)
        self.present = present


class NotAsAgreed(PikirError):
    """What would be done now is not what two officers agreed on: a document or a figure has changed since."""

    slug = "not-as-agreed"


@dataclass(frozen=True)
class Papers:
    """Which documents the agency has and accepts, and the schedule: all that a state depends on.

    ``draft_release`` means an opened Release that is not certified; ``certified`` that at least one is, which can be
    appealed until ``appeal_ends``. ``held`` means that an appeal is being decided.
    """

    schedule: Schedule
    sealing_key: bool = False
    issuer_enrolment: bool = False
    collector_enrolment: bool = False
    manifest: bool = False
    drawn: bool = False
    board: bool = False
    batch: bool = False
    draft_release: bool = False
    certified: bool = False
    void: bool = False
    appeal_ends: datetime | None = None
    held: bool = False
    archived: bool = False


@dataclass(frozen=True)
class Situation:
    """A campaign's state, the steps that the agency may take now, and what is waited for.

    ``until`` is the scheduled time that the first of ``missing`` refers to, if it is a time.
    """

    state: State
    allowed: tuple[Step, ...]
    missing: tuple[Missing, ...]
    until: datetime | None


def situation(papers: Papers, now: datetime) -> Situation:
    """The situation of a campaign with these ``papers`` at ``now``."""
    state = _state(papers, now)
    missing = _missing(state, papers, now)
    return Situation(state, _allowed(state, papers, missing), missing, _until(missing, papers))


def require(step: Step, present: Situation) -> None:
    """Raise StepOutOfOrder unless ``step`` may be taken in the present situation."""
    if step in present.allowed:
        return
    allowed = ", ".join(present.allowed) or "nothing"
    waited_for = "; ".join(present.missing) or "nothing"
    raise StepOutOfOrder(
        f"cannot {step}: the campaign is {present.state!s}. Allowed now: {allowed}. Missing: {waited_for}.", present
    )


def _state(papers: Papers, now: datetime) -> State:
    if papers.void:
        return State.VOIDED
    if papers.archived:
        return State.ARCHIVED
    if papers.certified:
        return State.CERTIFIED
    if papers.draft_release:
        return State.OPENED
    if papers.board:
        return State.CLOSED
    return _scheduled_state(papers, now) if papers.manifest else State.DRAFT


def _scheduled_state(papers: Papers, now: datetime) -> State:
    schedule = papers.schedule
    if now >= schedule.collection_closes:
        return State.COLLECTED
    if schedule.is_collecting(now):
        return State.COLLECTING
    if schedule.is_issuing(now):
        return State.ISSUING
    if now < schedule.issuance_opens:
        return State.ANNOUNCED
    return State.DRAWN_PUBLISHED if papers.drawn else State.ISSUED


def _missing(state: State, papers: Papers, now: datetime) -> tuple[Missing, ...]:
    waiting = {
        State.DRAFT: {
            Missing.SEALING_KEY: not papers.sealing_key,
            Missing.ISSUER_ENROLMENT: not papers.issuer_enrolment,
            Missing.COLLECTOR_ENROLMENT: not papers.collector_enrolment,
        },
        State.ANNOUNCED: {Missing.ISSUING_TO_OPEN: True},
        State.ISSUING: {Missing.ISSUING_TO_CLOSE: True},
        State.ISSUED: {Missing.DRAWN_STATEMENT: True, Missing.COLLECTING_TO_OPEN: True},
        State.DRAWN_PUBLISHED: {Missing.COLLECTING_TO_OPEN: True},
        State.COLLECTING: {Missing.COLLECTING_TO_CLOSE: True},
        State.COLLECTED: {Missing.DRAWN_STATEMENT: not papers.drawn, Missing.BATCH: True},
        State.CLOSED: {Missing.BATCH: not papers.batch},
        State.CERTIFIED: {
            Missing.APPEALS: papers.appeal_ends is not None and now < papers.appeal_ends,
            Missing.HOLD: papers.held,
        },
        State.VOIDED: {Missing.HOLD: papers.held and not papers.archived},
    }
    return tuple(paper for paper, awaited in waiting.get(state, {}).items() if awaited)


def _allowed(state: State, papers: Papers, missing: tuple[Missing, ...]) -> tuple[Step, ...]:
    is_closed = state in (State.CLOSED, State.OPENED, State.CERTIFIED)
    steps = {
        Step.KEYGEN: state is State.DRAFT and not papers.sealing_key,
        Step.ANNOUNCE: state is State.DRAFT and not missing,
        Step.OPEN: is_closed and papers.batch,
        Step.CERTIFY: is_closed and papers.draft_release,
        Step.EXPORT: papers.certified,
        Step.ARCHIVE: _may_archive(state, papers, missing),
        Step.VOID: state is not State.VOIDED,
    }
    return tuple(step for step, may in steps.items() if may)


def _may_archive(state: State, papers: Papers, missing: tuple[Missing, ...]) -> bool:
    if papers.archived or papers.held:
        return False
    return state is State.VOIDED or (state is State.CERTIFIED and not missing and not papers.draft_release)


def _until(missing: tuple[Missing, ...], papers: Papers) -> datetime | None:
    schedule = papers.schedule
    times = {
        Missing.ISSUING_TO_OPEN: schedule.issuance_opens,
        Missing.ISSUING_TO_CLOSE: schedule.issuance_closes,
        Missing.COLLECTING_TO_OPEN: schedule.collection_opens,
        Missing.COLLECTING_TO_CLOSE: schedule.collection_closes,
        Missing.APPEALS: papers.appeal_ends,
    }
    return next((times[what] for what in missing if what in times), None)
