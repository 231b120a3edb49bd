"""Second factors that are typed: codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

A TOTP secret is stored encrypted; a code serves once, as does each recovery code, of which only hashes are kept.
"""

import base64
import hashlib
import re
import secrets
from hmac import compare_digest

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey_app.staff import journal
from survey_app.staff.accounts import find_row
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import SecondFactorRefused
from survey_app.staff.models import RecoveryCodeRow, StaffRow
from survey_app.staff.signing_in import note_lock_out
from survey_app.staff.vault import lock, unlock

SECONDS, DIGITS = 30, 6
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_SEPARATORS = re.compile(r"[\s-]+")


def new_secret() -> str:
    """A TOTP secret of 160 bits, base32."""
    return pyotp.random_base32()


def provisioning_uri(desk: StaffDesk, login: str, secret: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"Pikir {desk.office}")


def enrol_totp(desk: StaffDesk, login: str, secret: str, code: str) -> tuple[str, ...]:
    """Keep the secret once a code shows that the app has it; gives new recovery codes, shown once.

    Raises SecondFactorRefused, TooManyAttempts.
    """
    _begin(desk, login)
    step = _step_of(desk, secret, code, after=None)
    if step is None:
        _refuse(desk, login)
    desk.attempts.succeeded(attempts_key(login))
    with desk.database.write() as session:
        row = find_row(session, login)
        row.totp, row.totp_step = lock(desk, _purpose(row.login), secret.encode()), step
        journal.record(session, desk.clock, row.login, "enrol-totp", row.login)
        return _new_recovery_codes(session, row.login)


def check_code(desk: StaffDesk, login: str, code: str) -> None:
    """The code is a present one of the app, or an unused recovery code; it is used up by this.

    Raises SecondFactorRefused, TooManyAttempts, SecretUnreadable.
    """
    _begin(desk, login)
    typed = _SEPARATORS.sub("", code).lower()
    with desk.database.write() as session:
        row = find_row(session, login)
        is_right = _use_totp(desk, row, typed) or _use_recovery_code(desk, session, row.login, typed)
    if not is_right:
        _refuse(desk, login)
    desk.attempts.succeeded(attempts_key(login))


def renew_recovery_codes(desk: StaffDesk, login: str) -> tuple[str, ...]:
    """New recovery codes, shown once; earlier ones open nothing any more."""
    with desk.database.write() as session:
        journal.record(session, desk.clock, login, "renew-recovery-codes", login)
        return _new_recovery_codes(session, login)


def recovery_codes_left(desk: StaffDesk, login: str) -> int:
    """How many unused recovery codes there are."""
    with desk.database.read() as session:
        chosen = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.login == login)
        return session.scalars(chosen).one()


def has_totp(desk: StaffDesk, login: str) -> bool:
    """Whether the account has an authenticator app."""
    with desk.database.read() as session:
        return find_row(session, login).totp is not None


def _use_totp(desk: StaffDesk, row: StaffRow, typed: str) -> bool:
    if row.totp is None or len(typed) != DIGITS:
        return False
    secret = unlock(desk, _purpose(row.login), row.totp).decode()
    step = _step_of(desk, secret, typed, after=row.totp_step)
    if step is not None:
        row.totp_step = step
    return step is not None


def _step_of(desk: StaffDesk, secret: str, code: str, *, after: int | None) -> int | None:
    """The time step of a code, now or one step beside now, later than the last one that was used."""
    typed, now = _SEPARATORS.sub("", code), int(desk.clock().timestamp()) // SECONDS
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    steps = [step for step in (now, now - 1, now + 1) if after is None or step > after]
    return next((step for step in steps if compare_digest(generator.generate_otp(step).encode(), typed.encode())), None)


def _use_recovery_code(desk: StaffDesk, session: Session, login: str, typed: str) -> bool:
    row = session.get(RecoveryCodeRow, _digest(login, typed))
    if row is None:
        return False
    session.delete(row)
    journal.record(session, desk.clock, login, "use-recovery-code", login)
    return True


def _new_recovery_codes(session: Session, login: str) -> tuple[str, ...]:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.login == login))
    made = [base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCodeRow(code_sha256=_digest(login, code), login=login) for code in made)
    return tuple("-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in made)


def _digest(login: str, code: str) -> str:
    return hashlib.sha256(f"{login}:{code}".encode()).hexdigest()


def _purpose(login: str) -> str:
    return f"totp of {login}"


def attempts_key(login: str) -> str:
    """Second factors are counted apart from passwords: a right password must not forgive wrong codes."""
    return f"{login} second factor"


def _begin(desk: StaffDesk, login: str) -> None:
    desk.attempts.begin(attempts_key(login))


def _refuse(desk: StaffDesk, login: str) -> None:
    note_lock_out(desk, login, attempts_key(login))
    raise SecondFactorRefused("the code is not right, or was used before")
