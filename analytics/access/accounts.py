"""Staff accounts of the agency: officers act, analysts look."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select

from analytics import journal
from analytics.access.passwords import hash_password
from analytics.models import ROLES, StaffRow
from analytics.office import AgencyOffice
from survey_app.domain.errors import Malformed, PikirError

Role = Literal["officer", "analyst"]
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")


class AccountExists(PikirError):
    """There is an account with this login."""

    slug = "account-exists"


@dataclass(frozen=True)
class Account:
    """One of the agency's staff."""

    login: str
    role: Role


def add_staff(
    office: AgencyOffice, login: str, role: Role, password: str, *, actor: str = journal.COMMAND_LINE
) -> Account:
    """A new account. The login is kept in lower case. Raises AccountExists, Malformed."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Malformed("a login has 1 to 80 of: Latin letters, digits, '.', '_', '-', '@'")
    if role not in ROLES:
        raise Malformed(f"a role is one of {', '.join(ROLES)}")
    password_hash = hash_password(password)
    with office.database.write() as session:
        if session.get(StaffRow, login) is not None:
            raise AccountExists(f"there is an account {login!r} already")
        session.add(StaffRow(login=login, password_hash=password_hash, role=role))
        journal.record(session, office.clock, actor, "add-staff", login, role=role)
    return Account(login, role)


def accounts(office: AgencyOffice) -> tuple[Account, ...]:
    """All accounts by login."""
    with office.database.read() as session:
        rows = session.scalars(select(StaffRow).order_by(StaffRow.login))
        return tuple(Account(row.login, cast("Role", row.role)) for row in rows)
