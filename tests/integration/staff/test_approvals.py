"""Four eyes: what one officer proposes, another one approves, exactly and in time."""

import pytest

from survey_app.staff import journal
from survey_app.staff.accounts import (
    add_staff,
    change_role,
    disable,
    enable,
    reset_password,
    reset_second_factor,
)
from survey_app.staff.approvals import approve, find_proposal, look, pending, propose, withdraw
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import (
    AccountChangedSince,
    NoSecondOfficer,
    ProposalChanged,
    ProposalOver,
    ProposerGone,
    RoleNotAllowed,
    SameOfficer,
    UnknownProposal,
)
from tests.clock import FakeClock
from tests.integration.staff.people import PASSWORD

DETAILS = {"campaigns": ["a" * 32, "b" * 32], "eligible": 120}


@pytest.fixture(autouse=True)
def officers(desk: StaffDesk) -> None:
    for login in ("aigerim", "bolat"):
        add_staff(desk, login, "officer", PASSWORD)


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
    assert [(row.actor, row.action, row.subject) for row in rows if row.action != "add-staff"] == [
        ("aigerim", "propose-announce", "2026"),
        ("bolat", "approve-announce", "2026"),
    ]
    assert all(made.digest in row.details for row in rows if row.action != "add-staff")


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


class TestTheProposer:
    """A proposal is as good as the officer whose it is."""

    def test_who_was_disabled_or_has_another_role_proposes_nothing_any_more(self, desk: StaffDesk) -> None:
        made = propose(desk, "aigerim", "announce", "2026", DETAILS)
        disable(desk, "aigerim")
        with pytest.raises(ProposerGone):
            approve(desk, "bolat", made.proposal_id)
        assert isinstance(look(desk, "bolat", made.proposal_id).refused, ProposerGone)
        enable(desk, "aigerim")
        change_role(desk, "aigerim", "analyst")
        with pytest.raises(ProposerGone):
            approve(desk, "bolat", made.proposal_id)
        change_role(desk, "aigerim", "officer")
        assert look(desk, "bolat", made.proposal_id).refused is None
        assert approve(desk, "bolat", made.proposal_id).state == "approved"

    def test_it_can_be_refused_all_the_same(self, desk: StaffDesk) -> None:
        made = propose(desk, "aigerim", "announce", "2026", DETAILS)
        disable(desk, "aigerim")
        assert withdraw(desk, "bolat", made.proposal_id).state == "withdrawn"

    def test_nothing_is_proposed_where_nobody_could_approve_it(self, desk: StaffDesk) -> None:
        disable(desk, "bolat")
        add_staff(desk, "dana", "administrator", PASSWORD)
        with pytest.raises(NoSecondOfficer):
            propose(desk, "aigerim", "announce", "2026", DETAILS)
        assert pending(desk) == ()


class TestTheApprover:
    """Who administers accounts makes no second officer for a proposal that waits."""

    def test_no_account_that_was_made_or_changed_after_the_proposal(self, desk: StaffDesk) -> None:
        add_staff(desk, "chingiz", "analyst", PASSWORD)
        for change in (
            lambda: reset_password(desk, "bolat"),
            lambda: reset_second_factor(desk, "bolat"),
            lambda: enable(desk, "bolat"),
            lambda: change_role(desk, "bolat", "officer"),
        ):
            made = propose(desk, "aigerim", "announce", "2026", DETAILS)
            change()
            with pytest.raises(AccountChangedSince):
                approve(desk, "bolat", made.proposal_id)
            seen = look(desk, "bolat", made.proposal_id)
            assert (seen.approvers, type(seen.refused)) == ((), AccountChangedSince)
            withdraw(desk, "aigerim", made.proposal_id)
        made = propose(desk, "aigerim", "announce", "2026", DETAILS)
        add_staff(desk, "dana", "officer", PASSWORD)
        change_role(desk, "chingiz", "officer")
        for login in ("dana", "chingiz"):
            with pytest.raises(AccountChangedSince):
                approve(desk, login, made.proposal_id)
        assert look(desk, "aigerim", made.proposal_id).approvers == ("bolat",)
        assert approve(desk, "bolat", made.proposal_id).decided_by == "bolat"

    def test_nobody_whose_account_was_disabled_or_has_another_role_while_his_request_went_on(
        self, desk: StaffDesk
    ) -> None:
        """Opening keys takes seconds between looking at the session and approving."""
        made = propose(desk, "aigerim", "announce", "2026", DETAILS)
        for change in (lambda: disable(desk, "bolat"), lambda: change_role(desk, "bolat", "analyst")):
            change()
            with pytest.raises(RoleNotAllowed):
                approve(desk, "bolat", made.proposal_id)
        assert [one.proposal_id for one in pending(desk)] == [made.proposal_id]

    def test_proposed_again_it_can_be_approved_with_it(self, desk: StaffDesk) -> None:
        made = propose(desk, "aigerim", "announce", "2026", DETAILS)
        reset_password(desk, "bolat")
        withdraw(desk, "aigerim", made.proposal_id)
        again = propose(desk, "aigerim", "announce", "2026", DETAILS)
        assert approve(desk, "bolat", again.proposal_id).decided_by == "bolat"
