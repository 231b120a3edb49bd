"""The state of a campaign: a pure function of documents and clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.campaigns.state import Missing, Papers, State, Step, StepOutOfOrder, require, situation
from survey_app.domain.manifest import Schedule

START = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TWO = Schedule(START, START + 5 * DAY, START + 7 * DAY, START + 14 * DAY)
SINGLE = Schedule(START, START + 14 * DAY, START, START + 14 * DAY)
ENROLLED = {"sealing_key": True, "issuer_enrolment": True, "collector_enrolment": True}
ANNOUNCED = {**ENROLLED, "manifest": True}
CLOSED = {**ANNOUNCED, "drawn": True, "board": True, "batch": True}
CERTIFIED = {**CLOSED, "certified": True, "appeal_ends": START + 40 * DAY}
FLAGS = [
    "sealing_key",
    "issuer_enrolment",
    "collector_enrolment",
    "manifest",
    "drawn",
    "board",
    "batch",
    "draft_release",
    "certified",
    "void",
    "held",
    "archived",
]


@pytest.mark.parametrize(
    ("papers", "days", "state", "allowed", "missing"),
    [
        ({}, 0, State.DRAFT, {Step.KEYGEN, Step.VOID}, 3),
        ({"sealing_key": True}, 0, State.DRAFT, {Step.VOID}, 2),
        (ENROLLED, 0, State.DRAFT, {Step.ANNOUNCE, Step.VOID}, 0),
        (ANNOUNCED, -1, State.ANNOUNCED, {Step.VOID}, 1),
        (ANNOUNCED, 0, State.ISSUING, {Step.VOID}, 1),
        (ANNOUNCED, 5, State.ISSUED, {Step.VOID}, 2),
        ({**ANNOUNCED, "drawn": True}, 5, State.DRAWN_PUBLISHED, {Step.VOID}, 1),
        (ANNOUNCED, 7, State.COLLECTING, {Step.VOID}, 1),
        (ANNOUNCED, 14, State.COLLECTED, {Step.VOID}, 2),
        ({**CLOSED, "batch": False}, 14, State.CLOSED, {Step.VOID}, 1),
        (CLOSED, 14, State.CLOSED, {Step.OPEN, Step.VOID}, 0),
        ({**CLOSED, "draft_release": True}, 14, State.OPENED, {Step.OPEN, Step.CERTIFY, Step.VOID}, 0),
        (CERTIFIED, 30, State.CERTIFIED, {Step.OPEN, Step.EXPORT, Step.VOID}, 1),
        (CERTIFIED, 40, State.CERTIFIED, {Step.OPEN, Step.EXPORT, Step.ARCHIVE, Step.VOID}, 0),
        ({**CERTIFIED, "held": True}, 40, State.CERTIFIED, {Step.OPEN, Step.EXPORT, Step.VOID}, 1),
        ({**CERTIFIED, "archived": True, "batch": False}, 50, State.ARCHIVED, {Step.EXPORT, Step.VOID}, 0),
        (
            {**CERTIFIED, "draft_release": True},
            40,
            State.CERTIFIED,
            {Step.OPEN, Step.CERTIFY, Step.EXPORT, Step.VOID},
            0,
        ),
        ({**CLOSED, "void": True}, 14, State.VOIDED, {Step.ARCHIVE}, 0),
        ({**CLOSED, "void": True, "archived": True}, 14, State.VOIDED, set(), 0),
    ],
)
def test_each_state(papers: dict[str, Any], days: int, state: State, allowed: set[Step], missing: int) -> None:
    present = situation(Papers(TWO, **papers), START + days * DAY)
    assert present.state is state
    assert set(present.allowed) == allowed
    assert len(present.missing) == missing


def test_single_visit_collects_while_it_issues() -> None:
    assert situation(Papers(SINGLE, **ANNOUNCED), START).state is State.COLLECTING


def test_waiting_for_a_time_names_it() -> None:
    present = situation(Papers(TWO, **ANNOUNCED), START - DAY)
    assert (present.missing, present.until) == ((Missing.ISSUING_TO_OPEN,), START)


def test_a_refusal_says_what_is_allowed_and_what_is_missing() -> None:
    with pytest.raises(StepOutOfOrder) as refused:
        require(Step.OPEN, situation(Papers(TWO, **ANNOUNCED), START + 14 * DAY))
    assert str(refused.value).startswith("cannot open: the campaign is collected. Allowed now: void. Missing: ")
    assert "pikir collector close" in str(refused.value)


@given(
    st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}),
    st.integers(min_value=-30, max_value=60),
    st.sampled_from([TWO, SINGLE]),
)
def test_in_any_situation(papers: dict[str, bool], days: int, schedule: Schedule) -> None:
    """Nothing opens without a batch, nothing is certified without an opening, and void is the end."""
    present = situation(Papers(schedule, **papers), START + days * DAY)
    if papers["void"]:
        assert set(present.allowed) <= {Step.EXPORT, Step.ARCHIVE}
    if papers["archived"]:
        assert set(present.allowed) <= {Step.EXPORT, Step.VOID}
    if papers["held"]:
        assert Step.ARCHIVE not in present.allowed
    if Step.OPEN in present.allowed:
        assert papers["batch"]
    if Step.CERTIFY in present.allowed:
        assert papers["draft_release"]
    if Step.ANNOUNCE in present.allowed:
        assert not papers["manifest"]
        assert papers["sealing_key"]
    assert Step.VOID in present.allowed or papers["void"]


@given(st.integers(min_value=-30, max_value=60))
def test_the_clock_alone_never_takes_a_step_back(days: int) -> None:
    order = list(State)
    now, later = (situation(Papers(TWO, **ANNOUNCED), START + d * DAY).state for d in (days, days + 1))
    assert order.index(now) <= order.index(later)
