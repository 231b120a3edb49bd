"""Writes of several threads in one transaction: fewer waits for the disk, and still each thread's own outcome."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey_app.web.database import Database, open_database
from survey_app.web.group_commit import CommitInterrupted, GroupCommit, _Job

PATIENCE = 20


class Ledger:
    """A table of numbers, each allowed once; counts transactions and can hold the next one open."""

    def __init__(self, database: Database) -> None:
        self.database, self.group, self.transactions = database, GroupCommit(), 0
        self.may_go_on, self.is_held = threading.Event(), threading.Event()
        self.may_go_on.set()
        with database.write() as session:
            session.execute(text("CREATE TABLE ledger (number INTEGER PRIMARY KEY) WITHOUT ROWID"))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.database.write() as session:
            self.transactions += 1
            yield session

    def enters(self, number: int) -> int:
        def work(session: Session) -> int:
            session.execute(text("INSERT INTO ledger VALUES (:number)"), {"number": number})
            self.is_held.set()
            self.may_go_on.wait(PATIENCE)
            return number * 2

        return self.group.run(self.transaction, work)

    def entered(self) -> list[int]:
        with self.database.read() as session:
            return list(session.execute(text("SELECT number FROM ledger ORDER BY number")).scalars())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    database = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield Ledger(database)
    database.dispose()


def enter_together(ledger: Ledger, first: int, others: list[int]) -> list[int | Exception]:
    """``first`` holds its transaction open until all ``others`` wait; what came of each, in that order."""
    ledger.may_go_on.clear()
    with ThreadPoolExecutor(1 + len(others)) as threads:
        leading = threads.submit(ledger.enters, first)
        assert ledger.is_held.wait(PATIENCE)
        waiting = [threads.submit(ledger.enters, number) for number in others]
        while len(ledger.group._waiting) < len(others):
            assert not leading.done()
        ledger.may_go_on.set()
        return [future.exception() or future.result() for future in (leading, *waiting)]


def test_alone(ledger: Ledger) -> None:
    assert ledger.enters(7) == 14
    assert ledger.entered() == [7]


def test_who_waits_is_committed_together(ledger: Ledger) -> None:
    assert enter_together(ledger, 1, [2, 3, 4, 5]) == [2, 4, 6, 8, 10]
    assert ledger.entered() == [1, 2, 3, 4, 5]
    assert ledger.transactions == 2


def test_one_threads_error_is_nobody_elses(ledger: Ledger) -> None:
    ledger.enters(4)

    outcomes = enter_together(ledger, 1, [2, 4, 5])

    assert [isinstance(outcome, IntegrityError) for outcome in outcomes] == [False, False, True, False]
    assert ledger.entered() == [1, 2, 4, 5]


def test_nobody_takes_an_interrupted_commit_for_a_write(ledger: Ledger) -> None:
    def ends(_session: Session) -> None:
        ledger.is_held.set()
        ledger.may_go_on.wait(PATIENCE)
        raise SystemExit

    ledger.may_go_on.clear()
    with ThreadPoolExecutor(2) as threads:
        leading = threads.submit(ledger.enters, 1)
        assert ledger.is_held.wait(PATIENCE)
        waiting = [threads.submit(ledger.group.run, ledger.transaction, ends)]
        while not ledger.group._waiting:
            assert not leading.done()
        ledger.group._waiting.append(other := _Job(lambda _: "stored"))
        ledger.may_go_on.set()
        assert isinstance(waiting[0].exception(PATIENCE), SystemExit)

    assert other.is_done
    assert isinstance(other.error, CommitInterrupted)
    assert ledger.entered() == [1]


def test_nobody_hears_of_a_write_before_it_is_durable(ledger: Ledger, tmp_path: Path) -> None:
    ledger.may_go_on.clear()
    with ThreadPoolExecutor(1) as threads:
        entering = threads.submit(ledger.enters, 3)
        assert ledger.is_held.wait(PATIENCE)
        another = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
        with another.read() as session:
            assert session.execute(text("SELECT count(*) FROM ledger")).scalar_one() == 0
        another.dispose()
        assert not entering.done()
        ledger.may_go_on.set()
        assert entering.result(PATIENCE) == 6
    assert ledger.entered() == [3]
