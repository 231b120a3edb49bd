"""What a PostgreSQL server must not do with an office's rows: date them, copy their changes, or log them.

Checked each time before an office opens its database there. The server itself is set up by its administrator
(docs/operations.md, "PostgreSQL"); a setting that this office cannot see counts as unsuitable.

Transaction numbers are shared by all databases of one cluster, so whatever else lies there dates the rows of the
responses side. Each office therefore writes its side as the comment of its own database, which everybody in the same
cluster can read and nobody outside of it: no office learns anything of another that is where it should be.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from survey_app.domain.errors import PikirError
from survey_app.web.postgresql import read_settings, take_turn

RESPONSES = "responses"
RESPONDENTS_SIDES = ("identity", RESPONSES)
OLDEST_VERSION = 150000  # the first with the role pg_checkpoint


class StorageUnsuitable(PikirError):
    """The database could keep the order or the time of what people did; the office does not start on it."""

    slug = "storage-unsuitable"


class DatabaseUnreachable(PikirError):
    """The database server does not answer, or does not let this office in."""

    slug = "database-unreachable"


@dataclass(frozen=True)
class Rule:
    """A setting of the server, the values that it may have, and what any other would do."""

    setting: str
    allowed: tuple[str, ...]
    because: str
    is_core: bool = True


_DATES = "each line in the server's log would date what a person did"
_VALUES = "keys and tokens would reach the server's log"
RULES = (
    Rule("fsync", ("on",), "a receipt could outlive its response"),
    Rule("full_page_writes", ("on",), "a receipt could outlive its response"),
    Rule("track_commit_timestamp", ("off",), "the server would keep the time of each row"),
    Rule("wal_level", ("minimal",), "the write-ahead log, in which each commit has its time, could be copied"),
    Rule("archive_mode", ("off",), "the archived write-ahead log is a clock"),
    Rule("wal_recycle", ("off",), "old log segments would stay on the disk with the time of each commit"),
    Rule("wal_keep_size", ("0",), "old log segments would stay on the disk with the time of each commit"),
    Rule("log_statement", ("none", "ddl"), _VALUES),
    Rule("log_min_duration_statement", ("-1",), _VALUES),
    Rule("log_min_duration_sample", ("-1",), _VALUES),
    Rule("log_transaction_sample_rate", ("0",), _VALUES),
    Rule("log_parameter_max_length_on_error", ("0",), _VALUES),
    Rule("log_error_verbosity", ("terse",), "a refused row would be quoted in the server's log"),
    Rule("log_min_messages", ("info", "notice", "warning", "error", "log", "fatal", "panic"), _DATES),
    Rule("log_duration", ("off",), _DATES),
    Rule("log_checkpoints", ("off",), "the server's log would tell how much came in, and when"),
    Rule("log_lock_waits", ("off",), "transaction numbers would be logged with their time"),
    Rule("log_parser_stats", ("off",), _DATES),
    Rule("log_planner_stats", ("off",), _DATES),
    Rule("log_executor_stats", ("off",), _DATES),
    Rule("log_statement_stats", ("off",), _DATES),
    Rule("log_connections", ("off",), "addresses would be logged"),
    Rule("log_disconnections", ("off",), "addresses would be logged"),
    Rule("auto_explain.log_min_duration", ("-1",), _VALUES, is_core=False),
    Rule("pgaudit.log", ("none", ""), _VALUES, is_core=False),
)
_RIGHTS = text("SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE'), pg_has_role('pg_checkpoint', 'USAGE')")
_NEIGHBOURS = text(
    "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
    " WHERE NOT datistemplate AND datname <> current_database()"
)
_OWN = text(
    "SELECT datname, shobj_description(oid, 'pg_database'), pg_has_role(datdba, 'USAGE') FROM pg_database"
    " WHERE datname = current_database()"
)


def check_cluster(engine: Engine, side: str) -> None:
    """Refuse a server on which ``side`` (identity, responses, agency) must not store, and leave the side's mark.

    Raises StorageUnsuitable with everything that has to be changed, and nothing is stored; DatabaseUnreachable.
    """
    with _connected(engine) as connection:
        take_turn(connection)
        faults = [*_faults_of_place(connection, side)]
        if side in RESPONDENTS_SIDES:
            faults += _faults_of_server(connection)
        if faults:
            lines = "".join(f"\n  - {fault}" for fault in faults)
            raise StorageUnsuitable(
                f"this PostgreSQL server is not fit for the {side} database; nothing was stored:{lines}\n"
                'See docs/operations.md, "PostgreSQL"'
            )
        _leave_mark(connection, side)


def faults_of_settings(settings: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with these settings of a server, as text for its administrator."""
    for rule in RULES:
        found = settings.get(rule.setting)
        if found is None and rule.is_core:
            yield f"{rule.setting} cannot be read, must be {rule.allowed[0]}: {rule.because}"
        elif found is not None and found not in rule.allowed:
            yield f"{rule.setting} is {found}, must be {rule.allowed[0]}: {rule.because}"


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise DatabaseUnreachable(
            f"the database server of {engine.url.database} does not answer: {error.orig}"
        ) from error
    with connection, connection.begin():
        yield connection


def _faults_of_server(connection: Connection) -> Iterator[str]:
    version = connection.exec_driver_sql("SELECT current_setting('server_version_num')::int").scalar_one()
    if version < OLDEST_VERSION:
        yield f"its version is {version // 10000}, must be {OLDEST_VERSION // 10000} or later"
        return
    yield from faults_of_settings(read_settings(connection, [rule.setting for rule in RULES]))
    may_switch, may_checkpoint = connection.execute(_RIGHTS).one()
    if not may_switch:
        yield "this role may not drop the write-ahead log: GRANT EXECUTE ON FUNCTION pg_switch_wal() TO it"
    if not may_checkpoint:
        yield "this role may not drop the write-ahead log: GRANT pg_checkpoint TO it"


def _faults_of_place(connection: Connection, side: str) -> Iterator[str]:
    name, mark, is_owner = connection.execute(_OWN).one()
    if mark is not None and mark.startswith("Pikir: ") and mark != _mark(side):
        yield f"the database {name} is another office's ({mark}): each office has its own"
    if not is_owner:
        yield f"this role does not own the database {name}: ALTER DATABASE {name} OWNER TO it"
    for neighbour, neighbours_mark in connection.execute(_NEIGHBOURS):
        if neighbours_mark == _mark(RESPONSES) or (side == RESPONSES and not _is_spare(neighbour, neighbours_mark)):
            yield (
                f"the database {neighbour} is in the same cluster: transaction numbers are shared there, and what is "
                "stored in one database dates the responses in the other. The responses need a cluster of their own"
            )


def _is_spare(name: str, mark: str | None) -> bool:
    """Whether this is the empty database that every cluster has for its administrator."""
    return name == "postgres" and not (mark or "").startswith("Pikir: ")


def _leave_mark(connection: Connection, side: str) -> None:
    name, mark, _ = connection.execute(_OWN).one()
    if mark != _mark(side):
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        connection.exec_driver_sql(f"COMMENT ON DATABASE {quoted} IS '{_mark(side)}'")


def _mark(side: str) -> str:
    return f"Pikir: {side}"
