"""Who may propose and approve: accounts of the desk's deciding roles that are in use, and were not changed meanwhile.

Whoever administers accounts could otherwise make, or take over, the second officer that a proposal waits for. The
journal says when an account was made or changed by somebody else; its numbers order events more exactly than any clock.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import AccountChangedSince, NoSecondOfficer, ProposerGone, RoleNotAllowed
from survey_app.staff.models import JournalRow, ProposalRow, StaffRow

CHANGES = ("add-staff", "enable-staff", "change-role", "reset-password", "reset-second-factor", "bind-subject")
"""Journal entries after which somebody else than before may be behind an account, or somebody with more rights."""


def deciders(session: Session, desk: StaffDesk) -> tuple[str, ...]:
    """The logins that may propose and approve, in their order."""
    chosen = select(StaffRow.login).where(StaffRow.role.in_(desk.deciders), StaffRow.disabled.is_(False))
    return tuple(session.scalars(chosen.order_by(StaffRow.login)))


def require_second(session: Session, desk: StaffDesk, proposer: str) -> None:
    """Raise NoSecondOfficer if nobody could approve what ``proposer`` proposes."""
    if not any(login != proposer for login in deciders(session, desk)):
        raise NoSecondOfficer("no other account of this office may approve it")


def require_proposer(session: Session, desk: StaffDesk, row: ProposalRow) -> None:
    """Raise ProposerGone unless who proposed it still may."""
    if row.proposer not in deciders(session, desk):
        raise ProposerGone("the account of who proposed it was disabled, or has another role now")


def require_approver(session: Session, desk: StaffDesk, approver: str) -> None:
    """Raise RoleNotAllowed unless who approves still may: his request may have taken long since it was let in."""
    if approver not in deciders(session, desk):
        raise RoleNotAllowed("the account of who approves was disabled, or has another role now")


def require_unchanged_account(session: Session, row: ProposalRow, approver: str) -> None:
    """Raise AccountChangedSince if the approver's account was made or changed after the proposal."""
    if approver in _changed_since(session, row):
        raise AccountChangedSince("the account was made, reset or changed after this was proposed")


def approvers_of(session: Session, desk: StaffDesk, row: ProposalRow) -> tuple[str, ...]:
    """Who could approve a proposal now."""
    changed = _changed_since(session, row)
    return tuple(one for one in deciders(session, desk) if one != row.proposer and one not in changed)


def _changed_since(session: Session, row: ProposalRow) -> frozenset[str]:
    """The accounts that were made or changed after the proposal; all of them if the journal knows no such proposal."""
    proposed = select(func.max(JournalRow.number)).where(
        JournalRow.action == f"propose-{row.action}", JournalRow.details.contains(row.proposal_id, autoescape=True)
    )
    number = session.scalar(proposed) or 0
    chosen = select(JournalRow.subject).where(JournalRow.number > number, JournalRow.action.in_(CHANGES))
    return frozenset(session.scalars(chosen))
