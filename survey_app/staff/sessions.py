"""Sessions of staff. A session is a random secret in the cookie, known here only by its hash.

It ends when it is signed out or revoked, so that a copied cookie is worth nothing afterwards; after 15 idle minutes;
and in any case after 12 hours. A sign-in of several steps has an incomplete session, which opens no page.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from survey_app.domain.documents import format_time, parse_time
from survey_app.staff import journal
from survey_app.staff.accounts import Account, as_account, find_row
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import NotSignedIn, UnknownSession
from survey_app.staff.models import StaffRow, StaffSessionRow

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=5)


@dataclass(frozen=True)
class StaffSession:
    """A session that has not ended. ``session_id`` names it (a hash of its secret, no secret itself)."""

    session_id: str
    account: Account
    means: str
    opened: datetime
    used: datetime
    confirmed: datetime | None
    is_complete: bool


def open_session(desk: StaffDesk, login: str, means: str, *, is_confirmed: bool) -> str:
    """The secret of a new session that is not complete yet. ``is_confirmed``: the means include a second factor."""
    secret = secrets.token_urlsafe(32)
    now = format_time(desk.clock())
    with desk.database.write() as session:
        _forget_old(session, desk.clock())
        session.add(
            StaffSessionRow(
                secret_sha256=_digest(secret),
                login=login,
                means=means,
                opened=now,
                used=now,
                confirmed=now if is_confirmed else None,
                complete=False,
            )
        )
    return secret


def complete(desk: StaffDesk, secret: str) -> None:
    """All steps of the sign-in are done: from now on the session opens pages. Raises NotSignedIn.

    Where no second factor was asked for (a demonstration), the password just given is what confirms the session.
    """
    with desk.database.write() as session:
        row = _find(session, desk.clock(), _digest(secret))
        row.complete = True
        row.confirmed = row.confirmed or format_time(desk.clock())
        journal.record(session, desk.clock, row.login, "sign-in", row.login, means=row.means)


def confirm(desk: StaffDesk, secret: str) -> None:
    """A second factor was given just now. Raises NotSignedIn."""
    with desk.database.write() as session:
        row = _find(session, desk.clock(), _digest(secret))
        row.confirmed = format_time(desk.clock())


def find_session(desk: StaffDesk, secret: str) -> StaffSession:
    """The session with this secret, complete or not. Raises NotSignedIn if it has ended."""
    with desk.database.read() as session:
        return _as_session(session, _find(session, desk.clock(), _digest(secret)))


def note_use(desk: StaffDesk, found: StaffSession) -> None:
    """Let the idle time begin again; written once a minute at most."""
    now = desk.clock()
    if now - found.used < NOTED_EVERY:
        return
    with desk.database.write() as session:
        row = session.get(StaffSessionRow, found.session_id)
        if row is not None:
            row.used = format_time(now)


def is_fresh(desk: StaffDesk, found: StaffSession, within: timedelta = FRESH) -> bool:
    """Whether a second factor was given in the last minutes."""
    return found.confirmed is not None and desk.clock() - found.confirmed < within


def sign_out(desk: StaffDesk, secret: str) -> None:
    """End a session for good; one that has ended already is fine."""
    with desk.database.write() as session:
        row = session.get(StaffSessionRow, _digest(secret))
        if row is not None:
            if row.complete:
                journal.record(session, desk.clock, row.login, "sign-out", row.login)
            session.delete(row)


def sessions_of(desk: StaffDesk, login: str) -> tuple[StaffSession, ...]:
    """Where an account is signed in now, the last opened first."""
    now = desk.clock()
    chosen = select(StaffSessionRow).where(StaffSessionRow.login == login, StaffSessionRow.complete)
    with desk.database.read() as session:
        rows = session.scalars(chosen.order_by(StaffSessionRow.opened.desc())).all()
        return tuple(_as_session(session, row) for row in rows if not _is_over(row, now))


def revoke(desk: StaffDesk, login: str, session_id: str, *, actor: str) -> None:
    """End one session of an account. Raises UnknownSession."""
    with desk.database.write() as session:
        row = session.get(StaffSessionRow, session_id)
        if row is None or row.login != login:
            raise UnknownSession("there is no such session")
        session.delete(row)
        journal.record(session, desk.clock, actor, "revoke-session", login)


def revoke_others(desk: StaffDesk, login: str, secret: str) -> None:
    """End all sessions of an account but the one with this secret, as after a new password."""
    chosen = delete(StaffSessionRow).where(
        StaffSessionRow.login == login, StaffSessionRow.secret_sha256 != _digest(secret)
    )
    with desk.database.write() as session:
        session.execute(chosen)


def _find(session: Session, now: datetime, session_id: str) -> StaffSessionRow:
    row = session.get(StaffSessionRow, session_id)
    if row is None or _is_over(row, now) or find_row(session, row.login).disabled:
        raise NotSignedIn("the session has ended")
    return row


def _is_over(row: StaffSessionRow, now: datetime) -> bool:
    return parse_time(row.opened) <= now - LONGEST or parse_time(row.used) <= now - IDLE


def _as_session(session: Session, row: StaffSessionRow) -> StaffSession:
    confirmed = None if row.confirmed is None else parse_time(row.confirmed)
    account = as_account(session, session.get_one(StaffRow, row.login))
    opened, used = parse_time(row.opened), parse_time(row.used)
    return StaffSession(row.secret_sha256, account, row.means, opened, used, confirmed, row.complete)


def _forget_old(session: Session, now: datetime) -> None:
    is_old = or_(StaffSessionRow.opened <= format_time(now - LONGEST), StaffSessionRow.used <= format_time(now - IDLE))
    session.execute(delete(StaffSessionRow).where(is_old))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
