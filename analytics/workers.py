"""The same work on many items in several processes, joined by pipes only: nothing is written to disk.

A process pool of the standard library would do the same with named semaphores; here an item in and a result out are
all that passes, through anonymous pipes.
"""

import itertools
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_processes(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[tuple[int, Result]]:
    """(index, result) as they come; in this process if one is enough. ``work`` is a function of a module.

    An item is taken from ``items`` when a worker is free for it. An exception in a worker is raised here, and the other
    workers are ended.
    """
    numbered = enumerate(items)
    if processes < 2:  # noqa: PLR2004 (one process)
        yield from ((index, work(item)) for index, item in numbered)
        return
    first = list(itertools.islice(numbered, processes))
    if len(first) < 2:  # noqa: PLR2004 (one item)
        yield from ((index, work(item)) for index, item in first)
        return
    context = multiprocessing.get_context("spawn")
    connections: list[Connection] = []
    workers = []
    try:
        for item in first:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(work, theirs), daemon=True)
            worker.start()
            theirs.close()
            connections.append(ours)
            workers.append(worker)
            ours.send(item)
        yield from _distribute(connections, numbered)
    finally:
        for connection in connections:
            connection.close()
        for worker in workers:
            worker.join(timeout=1)
            worker.terminate()
            worker.join()


def _distribute(connections: Sequence[Connection], waiting: Iterator[tuple[int, Item]]) -> Iterator[tuple[int, Any]]:
    """Results of what every connection is busy with, and of what is waiting."""
    busy = list(connections)
    while busy:
        ready = wait(busy)
        for connection in [one for one in busy if one in ready]:
            index, result, error = connection.recv()
            if error is not None:
                raise error
            item = next(waiting, None)
            if item is None:
                busy.remove(connection)
            else:
                connection.send(item)
            yield index, result


def _serve(work: Callable[[Item], Result], connection: Connection) -> None:
    """A worker's life: until the other end is closed."""
    while True:
        try:
            index, item = connection.recv()
        except EOFError:
            return
        try:
            connection.send((index, work(item), None))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where the work was asked for)
            connection.send((index, None, error))
