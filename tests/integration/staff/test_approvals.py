"""Four eyes: what one officer proposes, another one approves, exactly and in time."""

import pytest

from survey_app.staff import journal
from survey_app.staff.approvals import approve, find_proposal, pending, propose, withdraw
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import ProposalChanged, ProposalOver, SameOfficer, UnknownProposal
from tests.clock import FakeClock

DETAILS = {"campaigns": ["a" * 32, "b" * 32], "eligible": 120}


def test_another_officer_approves_what_was_proposed(desk: StaffDesk) -> None:
    made = propose(desk, "aigerim", "announce", "2026", DETAILS)
    with pytest.raises(SameOfficer):
        approve(desk, "aigerim", made.proposal_id)
    with pytest.raises(ProposalChanged):
        approve(desk, "bolat", made.proposal_id, digest="0" * 64)
    done = approve(desk, "bolat", made.proposal_id, digest=made.digest)

    assert (done.details, done.decided_by, done.state) == (DETAILS, "bolat", "approved")
    assert pending(desk) == ()
    with pytest.raises(ProposalOver):
        approve(desk, "bolat", made.proposal_id)
    with desk.database.read() as session:
        rows = journal.entries(session)
    journal.check_chain(rows)
    assert [(row.actor, row.action, row.subject) for row in rows] == [
        ("aigerim", "propose-announce", "2026"),
        ("bolat", "approve-announce", "2026"),
    ]
    assert all(made.digest in row.details for row in rows)


def test_the_digest_is_of_everything_that_is_to_be_done(desk: StaffDesk) -> None:
    proposals = [
        propose(desk, "aigerim", *what)
        for what in (
            ("announce", "2026", DETAILS),
            ("announce", "2026", {**DETAILS, "eligible": 121}),
            ("announce", "2027", DETAILS),
            ("certify", "2026", DETAILS),
        )
    ]
    assert len({one.digest for one in proposals}) == 4
    assert propose(desk, "aigerim", "announce", "2026", dict(reversed(DETAILS.items()))) == proposals[0], (
        "no second one"
    )


def test_it_is_withdrawn_or_ends_by_itself(desk: StaffDesk, clock: FakeClock) -> None:
    first, second = (propose(desk, "aigerim", "open", campaign, {}) for campaign in ("a" * 32, "b" * 32))
    withdraw(desk, "aigerim", first.proposal_id)
    assert [one.proposal_id for one in pending(desk)] == [second.proposal_id]
    clock.advance(days=3)
    assert pending(desk) == ()
    for one in (first, second):
        with pytest.raises(ProposalOver):
            approve(desk, "bolat", one.proposal_id)
    assert find_proposal(desk, first.proposal_id).state == "withdrawn"
    with pytest.raises(UnknownProposal):
        withdraw(desk, "aigerim", "0" * 32)
