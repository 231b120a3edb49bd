"""The same work on many items in several processes, joined by pipes only: nothing is written to disk.

A process pool of the standard library would do the same with named semaphores; here an item in and a result out are
all that passes, through anonymous pipes.
"""

import itertools
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Workers:
    """Up to ``processes`` of them, begun when first needed and ended with the ``with`` statement; one is this process.

    They live from one piece of work to the next, since beginning one costs a second or two of imports.
    """

    processes: int = 1
    _running: list[tuple[SpawnProcess, Connection]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Result]]:
        """(index, result) as they come; in this process if one is enough. ``work`` is a function of a module.

        An item is taken from ``items`` when a worker is free for it. An exception in a worker is raised here, and all
        workers are ended.
        """
        numbered = enumerate(items)
        first = list(itertools.islice(numbered, self.processes if self.processes > 1 else 0))
        if len(first) < 2:  # noqa: PLR2004 (one process, or one item)
            yield from ((index, work(item)) for index, item in itertools.chain(first, numbered))
            return
        finished = False
        try:
            busy = self._begin(len(first))
            for connection, (index, item) in zip(busy, first, strict=True):
                connection.send((work, index, item))
            yield from _distribute(busy, work, numbered)
            finished = True
        finally:
            if not finished:
                self.end()

    def end(self) -> None:
        """End all processes."""
        for _, connection in self._running:
            connection.close()
        for worker, _ in self._running:
            worker.join(timeout=1)
            worker.terminate()
            worker.join()
        self._running.clear()

    def _begin(self, wanted: int) -> list[Connection]:
        """Connections to so many workers."""
        context = multiprocessing.get_context("spawn")
        while len(self._running) < wanted:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(theirs,), daemon=True)
            worker.start()
            theirs.close()
            self._running.append((worker, ours))
        return [connection for _, connection in self._running[:wanted]]


IN_THIS_PROCESS = Workers()


def map_in_processes(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[tuple[int, Result]]:
    """Workers.map, with workers for this once."""
    with Workers(processes) as workers:
        yield from workers.map(work, items)


def _distribute(
    connections: Sequence[Connection], work: Callable[[Item], Any], waiting: Iterator[tuple[int, Item]]
) -> Iterator[tuple[int, Any]]:
    """Results of what every connection is busy with, and of what is waiting."""
    busy = list(connections)
    while busy:
        ready = wait(busy)
        for connection in [one for one in busy if one in ready]:
            index, result, error = connection.recv()
            if error is not None:
                raise error
            following = next(waiting, None)
            if following is None:
                busy.remove(connection)
            else:
                connection.send((work, *following))
            yield index, result


def _serve(connection: Connection) -> None:
    """A worker's life: until the other end is closed."""
    while True:
        try:
            work, index, item = connection.recv()
        except EOFError:
            return
        try:
            connection.send((index, work(item), None))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where the work was asked for)
            connection.send((index, None, error))
