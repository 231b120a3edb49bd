"""Database engines, the writer's turn and migrations, the same for the three offices.

SQLite keeps no journal that outlives a transaction, overwrites what is deleted, and makes no temporary files;
a lock file around each write transaction replaces SQLite's unfair sleeping (p99 of a write fell from 322 to 9 ms).
PostgreSQL keeps the same turn by an advisory lock; what else it needs is in ``postgresql`` and ``cluster``.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.orm import Session, sessionmaker

from survey_app.domain.errors import Malformed
from survey_app.web import cluster, postgresql
from survey_app.web.cluster import StorageUnsuitable
from survey_app.web.group_commit import GroupCommit

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=DELETE",
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "busy_timeout=10000",
)

Stored = TypeVar("Stored")


@dataclass(frozen=True)
class Database:
    """One office's database."""

    engine: Engine
    sessions: sessionmaker[Session]
    lock_file: Path | None
    group: GroupCommit = field(default_factory=GroupCommit, repr=False, compare=False)
    _thread: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading."""
        with self.sessions() as session:
            yield session

    @contextmanager
    def write(self, *, erasing: Sequence[str] = ()) -> Iterator[Session]:
        """A session in one write transaction: committed, durable, when the block ends; else rolled back.

        Nobody else writes meanwhile, in any thread or process. Of what the transaction deletes or changes in the
        tables ``erasing`` nothing remains: SQLite always overwrites it, PostgreSQL writes these tables anew (in the
        order of ``postgresql.shuffle``; raises DatabaseBusy).
        """
        with self._writers_turn(), self.sessions.begin() as session:
            if self.is_postgresql:
                postgresql.take_turn(session.connection())
            yield session
            if self.is_postgresql and erasing:
                session.flush()
                postgresql.shuffle(session.connection(), erasing)
        if self.is_postgresql and erasing:
            postgresql.drop_log(self.engine)

    def write_with_others(self, work: Callable[[Session], Stored]) -> Stored:
        """What ``work`` gives, once it is durable, from a transaction that others may share.

        Such works must be safe beside each other by the database's own constraints. In a SQLite file those that wait
        are committed together; a PostgreSQL server commits several transactions at once.
        """
        if not self.is_postgresql:
            return self.group.run(self.write, work)
        with self._writers_turn(), self.sessions.begin() as session:
            postgresql.take_turn(session.connection(), shared=True)
            return work(session)

    def rewrite(self, tables: Sequence[str]) -> None:
        """Write ``tables`` anew, so that nothing tells when a row came, nor what was deleted.

        SQLite: the whole file, rows in key order, no freed page. PostgreSQL: rows in random order, all of one
        transaction, and no older write-ahead log. Raises DatabaseBusy.
        """
        if self.is_postgresql:
            with self.write(erasing=tables):
                return
        with self._writers_turn(), self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def is_postgresql(self) -> bool:
        """Whether rows lie on a PostgreSQL server rather than in a SQLite file."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def _writers_turn(self) -> Iterator[None]:
        """One writer at a time over all threads and processes of a SQLite file.

        Who wants a second turn while he has one would wait for himself, and everybody with him, for ever.
        """
        if getattr(self._thread, "has_turn", False):
            raise AssertionError("this thread is writing already")
        self._thread.has_turn = True
        try:
            with self._file_lock():
                yield
        finally:
            self._thread.has_turn = False

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        if self.lock_file is None:
            yield
            return
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a process forked meanwhile keeps the lock beyond close
            os.close(descriptor)


def open_office_database(url: str, side: str) -> Database:
    """The database of ``side`` (identity, responses, agency), on storage that is fit for it, migrated to head.

    Raises StorageUnsuitable, DatabaseUnreachable.
    """
    database = open_database(url)
    try:
        _require_fit(database, side)
        migrate(database, side)
    except BaseException:
        database.dispose()
        raise
    return database


def open_database(url: str) -> Database:
    """An engine with this product's storage rules. Parameters never reach logs or error messages.

    Raises StorageUnsuitable for anything but SQLite and PostgreSQL.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        engine = create_engine(parsed, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True)
        postgresql.install_rules(engine)
        return Database(engine, sessionmaker(engine, expire_on_commit=False), None)
    if backend != "sqlite":
        raise StorageUnsuitable(f"databases are SQLite files or on PostgreSQL, not on {backend}")
    is_file = parsed.database not in (None, "", ":memory:")
    if is_file:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "handle_error", _as_malformed)
    lock_file = Path(f"{parsed.database}.lock") if is_file else None
    return Database(engine, sessionmaker(engine, expire_on_commit=False), lock_file)


def migrate(database: Database, tree: str) -> None:
    """Bring the schema of ``tree`` (identity, responses, agency) up to date."""
    _alembic(database, tree, lambda config: command.upgrade(config, "head"))


def migrate_down(database: Database, tree: str, revision: str) -> None:
    """Take the schema of ``tree`` down to ``revision`` ("base" removes everything)."""
    _alembic(database, tree, lambda config: command.downgrade(config, revision))


def _require_fit(database: Database, side: str) -> None:
    if database.is_postgresql:
        cluster.check_cluster(database.engine, side)
    elif side == cluster.RESPONSES and database.lock_file is None:
        raise StorageUnsuitable("the responses database must be a SQLite file or on PostgreSQL")


def _alembic(database: Database, tree: str, run: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / tree))
    with database._writers_turn(), database.engine.begin() as connection:  # noqa: SLF001 (of this module)
        if database.is_postgresql:
            postgresql.take_turn(connection)  # processes that start together migrate one after another
        config.attributes["connection"] = connection
        run(config)


def _as_malformed(context: ExceptionContext) -> Exception | None:
    """A number of more than 64 bits is a fault of who sent it, as PostgreSQL says it by itself."""
    if isinstance(context.original_exception, OverflowError):
        return Malformed("a value that the database cannot hold (OverflowError)")
    return None


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
