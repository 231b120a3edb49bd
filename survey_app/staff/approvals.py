"""Four eyes: one officer proposes exactly what is to be done, another one approves it, and then it is done.

The proposal's digest is SHA-256 of the canonical JSON of action, subject and details, so that what is approved is what
was proposed. A proposal ends by itself after the desk's time, and is worth nothing once its proposer may not propose
any more; nobody approves it with an account that was made or changed since. Everything is in the journal.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.documents import format_time, parse_time
from survey_app.domain.errors import PikirError
from survey_app.staff import journal
from survey_app.staff.deciders import (
    approvers_of,
    deciders,
    require_approver,
    require_proposer,
    require_second,
    require_unchanged_account,
)
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import ProposalChanged, ProposalOver, SameOfficer, UnknownProposal
from survey_app.staff.models import ProposalRow


@dataclass(frozen=True)
class Proposal:
    """What somebody proposed; ``details`` are JSON values, ``digest`` is 64 hex digits."""

    proposal_id: str
    proposer: str
    action: str
    subject: str
    details: Mapping[str, Any]
    digest: str
    proposed: datetime
    until: datetime
    state: str
    decided_by: str | None


@dataclass(frozen=True)
class Deciding:
    """A proposal as one member of staff meets it: whose it is, who else can approve it, what keeps all from it."""

    is_own: bool
    approvers: tuple[str, ...]
    refused: PikirError | None


def needs_second_officer(desk: StaffDesk, action: str) -> bool:
    """Whether this office wants four eyes for the action."""
    return action in desk.four_eyes


def digest_of(action: str, subject: str, details: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of exactly what is to be done."""
    content = json.dumps([action, subject, details], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def propose(desk: StaffDesk, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> Proposal:
    """Store what is to be done until another officer decides. The same proposal of the same officer stands once.

    Raises NoSecondOfficer.
    """
    now, digest = desk.clock(), digest_of(action, subject, details)
    with desk.database.write() as session:
        same = select(ProposalRow).where(ProposalRow.digest == digest, ProposalRow.proposer == actor)
        for row in session.scalars(same.where(ProposalRow.state == "pending")):
            if parse_time(row.until) > now:
                return _as_proposal(row)
        require_second(session, desk, actor)
        row = ProposalRow(
            proposal_id=secrets.token_hex(16),
            proposer=actor,
            action=action,
            subject=subject,
            details=json.dumps(details, ensure_ascii=False, sort_keys=True),
            digest=digest,
            proposed=format_time(now),
            until=format_time(now + desk.proposals_stand),
            state="pending",
        )
        session.add(row)
        journal.record(
            session, desk.clock, actor, f"propose-{action}", subject, proposal=row.proposal_id, digest=digest
        )
        return _as_proposal(row)


def approve(desk: StaffDesk, approver: str, proposal_id: str, *, digest: str | None = None) -> Proposal:
    """Another officer agrees; the caller then does exactly what ``details`` say.

    ``digest`` is of what the approver saw. Raises UnknownProposal, ProposalOver, ProposerGone, SameOfficer,
    RoleNotAllowed, AccountChangedSince, ProposalChanged.
    """
    with desk.database.write() as session:
        row = _pending(session, desk, proposal_id)
        _require_approvable(session, desk, row, approver)
        if digest is not None and digest != row.digest:
            raise ProposalChanged("what was shown for approval is not what was proposed")
        _decide(session, desk, row, approver, "approved")
        return _as_proposal(row)


def withdraw(desk: StaffDesk, actor: str, proposal_id: str) -> Proposal:
    """Take a proposal back, or refuse it. Raises UnknownProposal, ProposalOver."""
    with desk.database.write() as session:
        row = _pending(session, desk, proposal_id)
        _decide(session, desk, row, actor, "withdrawn")
        return _as_proposal(row)


def pending(desk: StaffDesk) -> tuple[Proposal, ...]:
    """What waits for a second officer, the oldest first."""
    chosen = select(ProposalRow).where(ProposalRow.state == "pending", ProposalRow.until > format_time(desk.clock()))
    with desk.database.read() as session:
        rows = session.scalars(chosen.order_by(ProposalRow.proposed, ProposalRow.proposal_id))
        return tuple(_as_proposal(row) for row in rows)


def others(desk: StaffDesk, login: str) -> tuple[str, ...]:
    """Who else may approve what ``login`` proposes now."""
    with desk.database.read() as session:
        return tuple(one for one in deciders(session, desk) if one != login)


def look(desk: StaffDesk, viewer: str, proposal_id: str) -> Deciding:
    """How a proposal stands for ``viewer``. Raises UnknownProposal."""
    with desk.database.read() as session:
        row = _find(session, proposal_id)
        is_own, approvers = row.proposer == viewer, approvers_of(session, desk, row)
        if row.state != "pending" or is_own:
            return Deciding(is_own, approvers, None)
        try:
            _require_approvable(session, desk, row, viewer)
        except PikirError as error:
            return Deciding(is_own, approvers, error)
        return Deciding(is_own, approvers, None)


def find_proposal(desk: StaffDesk, proposal_id: str) -> Proposal:
    """A proposal, decided or not. Raises UnknownProposal."""
    with desk.database.read() as session:
        return _as_proposal(_find(session, proposal_id))


def _find(session: Session, proposal_id: str) -> ProposalRow:
    row = session.get(ProposalRow, proposal_id)
    if row is None:
        raise UnknownProposal("there is no such proposal")
    return row


def _pending(session: Session, desk: StaffDesk, proposal_id: str) -> ProposalRow:
    row = _find(session, proposal_id)
    if row.state != "pending" or parse_time(row.until) <= desk.clock():
        raise ProposalOver("it was decided already, or its time is over: propose it again if it is still wanted")
    return row


def _require_approvable(session: Session, desk: StaffDesk, row: ProposalRow, approver: str) -> None:
    require_proposer(session, desk, row)
    if row.proposer == approver:
        raise SameOfficer("another officer than the one who proposed it must approve")
    require_approver(session, desk, approver)
    require_unchanged_account(session, row, approver)


def _decide(session: Session, desk: StaffDesk, row: ProposalRow, actor: str, state: str) -> None:
    row.state, row.decided_by, row.decided = state, actor, format_time(desk.clock())
    verb = "approve" if state == "approved" else "withdraw"
    details = {"proposal": row.proposal_id, "digest": row.digest, "proposer": row.proposer}
    journal.record(session, desk.clock, actor, f"{verb}-{row.action}", row.subject, **details)


def _as_proposal(row: ProposalRow) -> Proposal:
    return Proposal(
        row.proposal_id,
        row.proposer,
        row.action,
        row.subject,
        json.loads(row.details),
        row.digest,
        parse_time(row.proposed),
        parse_time(row.until),
        row.state,
        row.decided_by,
    )
