"""Steps of a sign-in: who it is, the second factor, and what an account still owes before it may enter."""

from enum import StrEnum

from survey_app.domain.documents import parse_time
from survey_app.staff import journal
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import InitialPasswordExpired, SignInRefused
from survey_app.staff.models import StaffRow
from survey_app.staff.passwords import is_password
from survey_app.staff.sessions import StaffSession, open_session


class Step(StrEnum):
    """What comes next in a sign-in."""

    SECOND_FACTOR = "second-factor"
    NEW_PASSWORD = "new-password"  # noqa: S105 (the name of a step)
    ENROL = "enrol"
    DONE = "done"


def sign_in(desk: StaffDesk, login: str, password: str) -> str:
    """The secret of a new, incomplete session. Raises as check_password."""
    check_password(desk, login, password)
    return open_session(desk, login.strip().lower(), "password", is_confirmed=False)


def check_password(desk: StaffDesk, login: str, password: str) -> None:
    """Login and password belong together. Raises SignInRefused, InitialPasswordExpired, TooManyAttempts.

    Which of them is wrong is not said, and takes no other time. Only who has the right one learns that it has expired.
    """
    login = login.strip().lower()
    desk.attempts.begin(login)
    with desk.database.read() as session:
        row = session.get(StaffRow, login)
    is_right = is_password(None if row is None else row.password_hash, password)
    may_know = row is not None and is_right and not row.disabled
    if row is None or not may_know or _is_over(desk, row):
        if row is not None:
            note_lock_out(desk, login, login)
        if may_know:
            raise InitialPasswordExpired("the initial password has expired")
        raise SignInRefused("login or password is wrong")
    desk.attempts.succeeded(login)


def next_step(desk: StaffDesk, found: StaffSession) -> Step:
    """What the session still needs before it is complete."""
    account = found.account
    if account.has_second_factor and found.confirmed is None:
        return Step.SECOND_FACTOR
    if account.must_change and found.means == "password":
        return Step.NEW_PASSWORD
    if desk.second_factor_required and not account.has_second_factor:
        return Step.ENROL
    return Step.DONE


def note_lock_out(desk: StaffDesk, login: str, counted_as: str) -> None:
    """An account that has just used up its attempts is worth an entry; unknown logins would only fill the journal."""
    if desk.attempts.is_locked(counted_as):
        with desk.database.write() as session:
            journal.record(session, desk.clock, login, "locked-out", login)


def _is_over(desk: StaffDesk, row: StaffRow) -> bool:
    return row.valid_until is not None and parse_time(row.valid_until) <= desk.clock()
