"""The same work on many items in several processes, joined by pipes only: nothing is written to disk.

A process pool of the standard library would do the same with named semaphores; here an item in and a result out are
all that passes, through anonymous pipes.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_processes(
    work: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[tuple[int, Result]]:
    """(index, result) as they come; in this process if one is enough. ``work`` is a function of a module.

    An exception in a worker is raised here, and the other workers are ended.
    """
    if processes < 2 or len(items) < 2:  # noqa: PLR2004 (one process, or one item)
        yield from ((index, work(item)) for index, item in enumerate(items))
        return
    context = multiprocessing.get_context("spawn")
    connections: list[Connection] = []
    workers = []
    try:
        for _ in range(min(processes, len(items))):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(work, theirs), daemon=True)
            worker.start()
            theirs.close()
            connections.append(ours)
            workers.append(worker)
        yield from _distribute(connections, items)
    finally:
        for connection in connections:
            connection.close()
        for worker in workers:
            worker.join(timeout=1)
            worker.terminate()
            worker.join()


def _distribute(connections: Sequence[Connection], items: Sequence[Item]) -> Iterator[tuple[int, Result]]:
    waiting = iter(enumerate(items))
    for connection in connections:
        connection.send(next(waiting))
    left = len(items)
    while left:
        ready = wait(connections)
        for connection in connections:
            if connection not in ready:
                continue
            index, result, error = connection.recv()
            if error is not None:
                raise error
            left -= 1
            item = next(waiting, None)
            if item is not None:
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
