"""Bearer tokens of programs that pull scoring records: 256 random bits, shown once; only the SHA-256 is stored."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from analytics.models import ApiTokenRow
from analytics.office import AgencyOffice
from survey_app.domain.documents import format_time
from survey_app.domain.errors import Malformed, PikirError
from survey_app.staff import journal

PREFIX = "pikir_"
RANDOM_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class ApiTokenExists(PikirError):
    """There is a token of this name; a name says who holds it."""

    slug = "api-token-exists"


class UnknownApiToken(PikirError):
    """No token has this name."""

    slug = "unknown-api-token"


class BearerRefused(PikirError):
    """A request without a bearer token, or with one that is not or no longer valid."""

    slug = "bearer-refused"


@dataclass(frozen=True)
class ApiToken:
    """A token that is valid, without its secret; ``created`` is RFC 3339 in UTC."""

    name: str
    created: str


def add_api_token(office: AgencyOffice, name: str, *, actor: str = journal.COMMAND_LINE) -> str:
    """A new token's secret, which nobody can ever show again. Raises ApiTokenExists, Malformed."""
    if not _NAME.fullmatch(name):
        raise Malformed("a token's name has 1 to 80 of: Latin letters, digits, '.', '_', '-'")
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    with office.database.write() as session:
        if session.get(ApiTokenRow, name) is not None:
            raise ApiTokenExists(f"there is a token {name!r} already; revoke it first, or choose another name")
        session.add(ApiTokenRow(name=name, secret_sha256=_digest(secret), created=format_time(office.clock())))
        journal.record(session, office.clock, actor, "add-api-token", name)
    return secret


def revoke_api_token(office: AgencyOffice, name: str, *, actor: str = journal.COMMAND_LINE) -> None:
    """From now on the token opens nothing. Raises UnknownApiToken."""
    with office.database.write() as session:
        row = session.get(ApiTokenRow, name)
        if row is None:
            raise UnknownApiToken(f"there is no token {name!r}")
        session.delete(row)
        journal.record(session, office.clock, actor, "revoke-api-token", name)


def api_tokens(office: AgencyOffice) -> tuple[ApiToken, ...]:
    """All valid tokens by name."""
    with office.database.read() as session:
        rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.name))
        return tuple(ApiToken(row.name, row.created) for row in rows)


def check_bearer(office: AgencyOffice, authorization: str | None) -> ApiToken:
    """The token that an Authorization header carries. Raises BearerRefused."""
    scheme, _, secret = (authorization or "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        with office.database.read() as session:
            chosen = select(ApiTokenRow).where(ApiTokenRow.secret_sha256 == _digest(secret.strip()))
            row = session.scalars(chosen).one_or_none()
        if row is not None:
            return ApiToken(row.name, row.created)
    raise BearerRefused("a valid bearer token is needed")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
