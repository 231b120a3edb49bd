"""PostgreSQL, where it differs from a SQLite file: the session, the writers' turn, errors, and rewriting tables.

A row version carries the number of its transaction (xmin), a row that others refer to also that of the last one that
did (xmax), and the write-ahead log the time of each commit. Only rewriting the rows and dropping that log removes them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from survey_app.domain.errors import Malformed, PikirError

TURN = 0x50696B6972  # one number for all advisory locks of this product; they are counted by database
LONGEST_WAIT = "10s"
_LOCK_NOT_AVAILABLE = "55P03"
_SESSION = (
    "SET synchronous_commit = on",  # an answer is given only after what it says is durable
    "SET debug_print_parse = off",
    "SET debug_print_rewritten = off",
    "SET debug_print_plan = off",
)


class DatabaseBusy(PikirError):
    """Tables cannot be rewritten while somebody reads them; nothing was changed, and the step can be repeated."""

    slug = "database-busy"


def install_rules(engine: Engine) -> None:
    """Give every connection the session that the storage rules need, and every error a text without values."""
    event.listen(engine, "connect", _set_session)
    event.listen(engine, "handle_error", _without_values)


def take_turn(connection: Connection, *, shared: bool = False) -> None:
    """Wait until no other transaction writes here; or, if ``shared``, none but those that share the turn as well."""
    mode = "_shared" if shared else ""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{mode}({TURN})")


def shuffle(connection: Connection, tables: Sequence[str]) -> None:
    """Write ``tables`` anew in this transaction: rows in random order, all of one transaction, none that was deleted.

    Everything else about them stays (constraints, rights, identity). A table comes after those that it refers to, and
    none outside of ``tables`` may refer to one of them. Raises DatabaseBusy.
    """
    names = ", ".join(tables)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    try:
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise DatabaseBusy(
            f"somebody has been reading {names} for {LONGEST_WAIT}, perhaps a backup: do this again when it has ended"
        ) from error
    for table in tables:
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE shuffled_{table} ON COMMIT DROP AS SELECT * FROM {table} ORDER BY random()"  # noqa: S608
        )
    connection.exec_driver_sql(f"TRUNCATE {names}")
    for table in tables:
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM shuffled_{table}")  # noqa: S608


def drop_log(engine: Engine) -> None:
    """Have the server delete the write-ahead log up to now, and with it the time of each commit.

    Needs what ``cluster.check_cluster`` asks for: the right to switch segments and to ask for checkpoints, and
    ``wal_recycle = off``.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SELECT pg_switch_wal()")
        connection.exec_driver_sql("CHECKPOINT")


def read_settings(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Values of the server's settings that this role may see, in their base units."""
    found = connection.execute(text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"), {"names": names})
    return {row.name: row.setting for row in found}


def _set_session(connection: Any, _record: Any) -> None:
    was_autocommit, connection.autocommit = connection.autocommit, True
    for statement in _SESSION:
        connection.execute(statement)
    connection.autocommit = was_autocommit


def _without_values(context: ExceptionContext) -> Exception | None:
    """The same error without the rows that the server quotes in it (DETAIL: Key (email)=(…) already exists)."""
    original, error = context.original_exception, context.sqlalchemy_exception
    if isinstance(error, DataError):
        original.args = (f"a value that the database cannot hold ({type(original).__name__})",)
        return Malformed(str(original))
    message = getattr(getattr(original, "diag", None), "message_primary", None)
    if message is None or not isinstance(error, DBAPIError):
        return None
    original.args = (message,)
    return type(error)(
        error.statement, None, original, hide_parameters=True, connection_invalidated=error.connection_invalidated
    )
