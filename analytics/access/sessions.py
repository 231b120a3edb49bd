"""Sign-in and sign-out of staff. A session is a random secret in the cookie, known here only by its hash.

Signing out deletes it, so that a copied cookie is worth nothing afterwards; a session ends after 15 idle minutes
(the cookie carries when it was last used) and in any case after 12 hours.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete
from sqlalchemy.orm import Session

from analytics import journal
from analytics.access.accounts import Account, Role
from analytics.access.attempts import Attempts
from analytics.access.passwords import is_password
from analytics.models import StaffRow, StaffSessionRow
from analytics.office import AgencyOffice
from survey_app.domain.documents import format_time, parse_time
from survey_app.domain.errors import PikirError

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)


class SignInRefused(PikirError):
    """Login and password do not belong together; which of them is wrong is not said."""

    slug = "sign-in-refused"


def sign_in(office: AgencyOffice, attempts: Attempts, login: str, password: str) -> str:
    """The secret of a new session. Raises SignInRefused, TooManyAttempts."""
    login = login.strip().lower()
    attempts.begin(login)
    with office.database.read() as session:
        row = session.get(StaffRow, login)
    if not is_password(None if row is None else row.password_hash, password):
        _note_lock_out(office, attempts, login, is_known=row is not None)
        raise SignInRefused("login or password is wrong")
    attempts.succeeded(login)
    secret = secrets.token_urlsafe(32)
    now = office.clock()
    with office.database.write() as session:
        _forget_old(session, now)
        session.add(StaffSessionRow(secret_sha256=_digest(secret), login=login, opened=format_time(now)))
        journal.record(session, office.clock, login, "sign-in", login)
    return secret


def sign_out(office: AgencyOffice, secret: str) -> None:
    """End a session for good; one that has ended already is fine."""
    with office.database.write() as session:
        row = session.get(StaffSessionRow, _digest(secret))
        if row is not None:
            journal.record(session, office.clock, row.login, "sign-out", row.login)
            session.delete(row)


def account_of(office: AgencyOffice, secret: str) -> Account | None:
    """Whose session this is, None if it has ended."""
    with office.database.read() as session:
        found = session.get(StaffSessionRow, _digest(secret))
        if found is None or parse_time(found.opened) <= office.clock() - LONGEST:
            return None
        row = session.get_one(StaffRow, found.login)
        return Account(row.login, cast("Role", row.role))


def _note_lock_out(office: AgencyOffice, attempts: Attempts, login: str, *, is_known: bool) -> None:
    """Only of logins that exist: a mistyped password in the login's field must not end up in the journal."""
    if is_known and attempts.is_locked(login):
        with office.database.write() as session:
            journal.record(session, office.clock, login, "locked-out", login)


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.opened <= format_time(now - LONGEST)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
