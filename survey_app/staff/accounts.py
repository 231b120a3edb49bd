"""Staff accounts of an office: made, listed, disabled, changed. Every change is in the journal and ends sessions."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed
from survey_app.staff import journal
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import AccountExists, SubjectUnknown, UnknownAccount
from survey_app.staff.models import PasskeyRow, RecoveryCodeRow, StaffRow, StaffSessionRow
from survey_app.staff.passwords import hash_password

INVITATION_STANDS = timedelta(days=7)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")


_SUBJECT = re.compile(r"(?:oidc|certificate):\S{1,180}")


@dataclass(frozen=True)
class Account:
    """One of an office's staff. ``bodies`` are the codes of the bodies that a limited role may touch.

    ``subject`` is the identity that others vouch for and that may sign in as this account.
    """

    login: str
    role: str
    bodies: tuple[str, ...] = ()
    is_disabled: bool = False
    must_change: bool = False
    has_second_factor: bool = False
    subject: str | None = None


def add_staff(
    desk: StaffDesk,
    login: str,
    role: str,
    password: str,
    *,
    bodies: Sequence[str] = (),
    actor: str = journal.COMMAND_LINE,
) -> Account:
    """A new account with its own password. The login is kept in lower case. Raises AccountExists, Malformed."""
    return _add(desk, _row(desk, login, role, password, bodies), actor)


def invite(
    desk: StaffDesk, login: str, role: str, *, bodies: Sequence[str] = (), actor: str = journal.COMMAND_LINE
) -> str:
    """A new account with an initial password, shown once: valid for seven days, and to be changed at first use.

    Raises AccountExists, Malformed.
    """
    password = _initial_password()
    row = _row(desk, login, role, password, bodies)
    _make_initial(desk, row)
    _add(desk, row, actor)
    return password


def accounts(desk: StaffDesk) -> tuple[Account, ...]:
    """All accounts by login, disabled ones too: the journal names them."""
    with desk.database.read() as session:
        rows = session.scalars(select(StaffRow).order_by(StaffRow.login)).all()
        return tuple(as_account(session, row) for row in rows)


def find_account(desk: StaffDesk, login: str) -> Account:
    """The account with this login. Raises UnknownAccount."""
    with desk.database.read() as session:
        return as_account(session, find_row(session, login))


def disable(desk: StaffDesk, login: str, *, actor: str = journal.COMMAND_LINE) -> None:
    """From now on nobody signs in with this account; its sessions end. Raises UnknownAccount."""
    with desk.database.write() as session:
        row = find_row(session, login)
        row.disabled = True
        end_sessions(session, row.login)
        journal.record(session, desk.clock, actor, "disable-staff", row.login)


def enable(desk: StaffDesk, login: str, *, actor: str = journal.COMMAND_LINE) -> None:
    """Undo disabling. Raises UnknownAccount."""
    with desk.database.write() as session:
        row = find_row(session, login)
        row.disabled = False
        journal.record(session, desk.clock, actor, "enable-staff", row.login)


def reset_password(desk: StaffDesk, login: str, *, actor: str = journal.COMMAND_LINE) -> str:
    """A new initial password, shown once; the account's sessions end. Raises UnknownAccount."""
    password = _initial_password()
    password_hash = hash_password(password)
    with desk.database.write() as session:
        row = find_row(session, login)
        row.password_hash = password_hash
        _make_initial(desk, row)
        end_sessions(session, row.login)
        journal.record(session, desk.clock, actor, "reset-password", row.login)
    return password


def reset_second_factor(desk: StaffDesk, login: str, *, actor: str = journal.COMMAND_LINE) -> None:
    """Forget the account's second factors, passkeys and recovery codes; its sessions end. Raises UnknownAccount."""
    with desk.database.write() as session:
        row = find_row(session, login)
        row.totp, row.totp_step = None, None
        for table in (PasskeyRow, RecoveryCodeRow):
            session.execute(delete(table).where(table.login == row.login))
        end_sessions(session, row.login)
        journal.record(session, desk.clock, actor, "reset-second-factor", row.login)


def change_role(
    desk: StaffDesk, login: str, role: str, *, bodies: Sequence[str] = (), actor: str = journal.COMMAND_LINE
) -> Account:
    """Another role or other bodies; the account's sessions end. Raises UnknownAccount, Malformed."""
    chosen = _check_role(desk, role, bodies)
    with desk.database.write() as session:
        row = find_row(session, login)
        row.role, row.bodies = role, json.dumps(chosen)
        end_sessions(session, row.login)
        journal.record(session, desk.clock, actor, "change-role", row.login, **_granted(row))
        return as_account(session, row)


def account_of_subject(desk: StaffDesk, subject: str) -> Account:
    """The account that is bound to a subject, and may sign in. Raises SubjectUnknown."""
    with desk.database.read() as session:
        row = session.scalars(select(StaffRow).where(StaffRow.subject == subject)).first()
        if row is None or row.disabled:
            raise SubjectUnknown("no account is bound to this identity")
        return as_account(session, row)


def bind_subject(desk: StaffDesk, login: str, subject: str | None, *, actor: str = journal.COMMAND_LINE) -> None:
    """Say by which identifier an identity provider or a certificate names this person.

    ``subject`` is "oidc:" and the provider's subject, or "certificate:" and the serial number in the certificate's
    subject. Raises UnknownAccount, Malformed, AccountExists if another account has it.
    """
    if subject is not None and not _SUBJECT.fullmatch(subject):
        raise Malformed("a subject is written oidc:IDENTIFIER or certificate:SERIAL-NUMBER")
    with desk.database.write() as session:
        row = find_row(session, login)
        taken = session.scalars(
            select(StaffRow).where(StaffRow.subject == subject, StaffRow.login != row.login)
        ).first()
        if subject is not None and taken is not None:
            raise AccountExists(f"{subject} is {taken.login} already")
        row.subject = subject
        journal.record(session, desk.clock, actor, "bind-subject", row.login, bound=int(subject is not None))


def change_password(desk: StaffDesk, login: str, password: str) -> None:
    """The account's own new password; an initial one is no longer needed. Raises UnknownAccount, Malformed."""
    password_hash = hash_password(password)
    with desk.database.write() as session:
        row = find_row(session, login)
        row.password_hash, row.must_change, row.valid_until = password_hash, False, None
        journal.record(session, desk.clock, row.login, "change-password", row.login)


def find_row(session: Session, login: str) -> StaffRow:
    """The stored account. Raises UnknownAccount."""
    row = session.get(StaffRow, login.strip().lower())
    if row is None:
        raise UnknownAccount(f"there is no account {login!r}")
    return row


def as_account(session: Session, row: StaffRow) -> Account:
    """The account without its secrets."""
    passkey = select(PasskeyRow.credential_id).where(PasskeyRow.login == row.login).limit(1)
    has_second_factor = row.totp is not None or session.scalars(passkey).first() is not None
    bodies = tuple(json.loads(row.bodies))
    return Account(row.login, row.role, bodies, row.disabled, row.must_change, has_second_factor, row.subject)


def end_sessions(session: Session, login: str) -> None:
    """Sign the account out everywhere."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.login == login))


def _row(desk: StaffDesk, login: str, role: str, password: str, bodies: Sequence[str]) -> StaffRow:
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Malformed("a login has 1 to 80 of: Latin letters, digits, '.', '_', '-', '@'")
    chosen = json.dumps(_check_role(desk, role, bodies))
    return StaffRow(
        login=login,
        password_hash=hash_password(password),
        role=role,
        bodies=chosen,
        must_change=False,
        valid_until=None,
        disabled=False,
    )


def _check_role(desk: StaffDesk, role: str, bodies: Sequence[str]) -> list[str]:
    if role not in desk.roles:
        raise Malformed(f"a role is one of {', '.join(desk.roles)}")
    chosen = sorted({code.strip() for code in bodies if code.strip()})
    if (role in desk.limited) != bool(chosen):
        raise Malformed(f"bodies are named for the roles {', '.join(sorted(desk.limited)) or '(none)'}, and only there")
    return chosen


def _add(desk: StaffDesk, row: StaffRow, actor: str) -> Account:
    with desk.database.write() as session:
        if session.get(StaffRow, row.login) is not None:
            raise AccountExists(f"there is an account {row.login!r} already")
        session.add(row)
        session.flush()
        journal.record(session, desk.clock, actor, "add-staff", row.login, **_granted(row))
        return as_account(session, row)


def _granted(row: StaffRow) -> dict[str, str]:
    bodies = " ".join(json.loads(row.bodies))
    return {"role": row.role} | ({"bodies": bodies} if bodies else {})


def _initial_password() -> str:
    """Four groups of four of 31 letters and digits that are not mistaken for each other: 79 random bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _make_initial(desk: StaffDesk, row: StaffRow) -> None:
    row.must_change, row.valid_until = True, format_time(desk.clock() + INVITATION_STANDS)
