"""Work that one process or thread of the office does at a time, by a lock in its key folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from survey_app.identity.office import IssuerOffice


@contextmanager
def turn(office: IssuerOffice, name: str, *, waits: bool = False) -> Iterator[bool]:
    """Whether the work called ``name`` is ours now; nobody else of this host gets it before the block ends.

    With ``waits`` it is, when the others have ended.
    """
    folder = office.config.keys
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
