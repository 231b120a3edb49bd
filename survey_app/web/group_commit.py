"""Several threads' writes in one durable transaction: whoever has the turn also commits what others wait with.

A commit waits for the disk about as long whether it holds one row or ten. Nobody is told that something is stored
before it is durable.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from survey_app.domain.errors import PikirError

Stored = TypeVar("Stored")
Transaction = Callable[[], AbstractContextManager[Session]]


class CommitInterrupted(PikirError):
    """The thread that committed for several was ended in between; whether it was stored is not known."""

    slug = "commit-interrupted"


class GroupCommit:
    """One for each database and process."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting: deque[_Job] = deque()

    def run(self, transaction: Transaction, work: Callable[[Session], Stored]) -> Stored:
        """What ``work`` gives, once it is durable; it shares its transaction with what other threads do meanwhile.

        If any of them fails, each is done again in a transaction of its own, so that one's error is not another's.
        """
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            if not job.is_done:
                self._commit(transaction)
        if job.error is not None:
            raise job.error
        stored: Stored = job.stored
        return stored

    def _commit(self, transaction: Transaction) -> None:
        jobs = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            _do(transaction, jobs)
        except Exception:  # noqa: BLE001 (each job meets its own error again, alone)
            for job in jobs:
                _do_alone(transaction, job)
        finally:
            for job in jobs:
                if not job.is_done:
                    job.error, job.is_done = CommitInterrupted("the process is being ended"), True


class _Job:
    """One thread's work: what it gave, or the error that it met."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self.work = work
        self.is_done = False
        self.stored: Any = None
        self.error: Exception | None = None


def _do(transaction: Transaction, jobs: list[_Job]) -> None:
    with transaction() as session:
        for job in jobs:
            job.stored = job.work(session)
    for job in jobs:
        job.is_done = True


def _do_alone(transaction: Transaction, job: _Job) -> None:
    try:
        _do(transaction, [job])
    except Exception as error:  # noqa: BLE001 (raised in the thread whose work it is)
        job.error, job.is_done = error, True
