"""Where a round as a whole stands, and what may be done."""

import pytest

from analytics.campaigns.round_state import (
    RoundMissing,
    RoundPapers,
    RoundState,
    RoundStep,
    missing_text,
    require_round,
    round_situation,
)
from analytics.campaigns.state import StepOutOfOrder

OPEN, CERTIFY = RoundStep.OPEN, RoundStep.CERTIFY


@pytest.mark.parametrize(
    ("papers", "state", "allowed", "missing"),
    [
        (RoundPapers(), "under-way", (), {"ANY_BATCH", "OPENED"}),
        (RoundPapers(pending=("a",)), "under-way", (), {"CLOSED_BATCH", "OPENED"}),
        (RoundPapers(closed=("a",), pending=("b",)), "under-way", (), {"CLOSED_BATCH", "OPENED"}),
        (RoundPapers(closed=("a",)), "closed", (OPEN,), {"OPENED"}),
        (RoundPapers(closed=("a",), draft=True, uncertified=("a",)), "opened", (OPEN,), {"CERTIFIED"}),
        (RoundPapers(closed=("a",), draft=True, changed=("a",)), "opened", (OPEN,), {"OPENED_AGAIN"}),
        (RoundPapers(closed=("a",), draft=True), "opened", (OPEN, CERTIFY), set()),
        (RoundPapers(closed=("a",), certified=True), "certified", (OPEN,), set()),
        (RoundPapers(gone=("a",), certified=True), "certified", (), set()),
        (RoundPapers(closed=("a",), certified=True, outdated=("b",)), "outdated", (OPEN,), {"OPENED_AGAIN"}),
        (
            RoundPapers(closed=("a",), gone=("c",), certified=True, outdated=("b",)),
            "outdated",
            (),
            {"OPENED_AGAIN", "BATCH_AGAIN"},
        ),
        (RoundPapers(closed=("a",), gone=("c",)), "closed", (), {"BATCH_AGAIN", "OPENED"}),
    ],
)
def test_each_situation(papers: RoundPapers, state: str, allowed: tuple[RoundStep, ...], missing: set[str]) -> None:
    present = round_situation(papers)
    assert present.state == RoundState(state)
    assert present.allowed == allowed
    assert {what.name for what in present.missing} == missing
    for step in RoundStep:
        if step in allowed:
            require_round(step, present)
        else:
            with pytest.raises(StepOutOfOrder, match=f"cannot {step}"):
                require_round(step, present)


def test_many_bodies_are_named_in_part() -> None:
    present = round_situation(RoundPapers(pending=tuple(f"body-{n:02d}" for n in range(60))))
    text = missing_text(present)
    assert text.startswith("body-00, body-01, ")
    assert "and 52 more: " + RoundMissing.CLOSED_BATCH.value in text
    assert "body-08" not in text
