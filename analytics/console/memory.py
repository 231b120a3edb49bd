"""What the console keeps in this process only, and forgets after a while: ceremonies, gatherings, running openings."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from survey_app.domain.errors import PikirError
from survey_app.web.clock import Clock

T = TypeVar("T")
MOST = 200


class NotInMemory(PikirError):
    """What was asked for ended, took too long, or was lost with a restart."""

    slug = "not-in-memory"


class Memory(Generic[T]):
    """Values by a random key, each for ``lasting``; never written anywhere."""

    def __init__(self, clock: Clock, lasting: timedelta) -> None:
        self._clock = clock
        self._lasting = lasting
        self._lock = threading.RLock()
        self._values: dict[str, tuple[datetime, T]] = {}

    def keep(self, value: T) -> str:
        """The key under which ``value`` is kept. The oldest is forgotten if there are too many."""
        with self._lock:
            self._forget_old()
            if len(self._values) >= MOST:
                del self._values[min(self._values, key=lambda key: self._values[key][0])]
            key = secrets.token_hex(16)
            self._values[key] = (self._clock() + self._lasting, value)
            return key

    def find(self, key: str) -> T:
        """Raises NotInMemory."""
        with self._lock:
            self._forget_old()
            if key not in self._values:
                raise NotInMemory("it is not kept any more: its time was over, it ended, or the server was restarted")
            return self._values[key][1]

    def change(self, key: str, change: Callable[[T], T]) -> T:
        """Replace a value by what ``change`` makes of it; nobody else changes it meanwhile. Raises NotInMemory."""
        with self._lock:
            value = change(self.find(key))
            self._values[key] = (self._values[key][0], value)
            return value

    def until(self, key: str) -> datetime:
        """When it will be forgotten. Raises NotInMemory."""
        with self._lock:
            self.find(key)
            return self._values[key][0]

    def take(self, key: str) -> T:
        """Find and forget: of several who ask at once only one gets it. Raises NotInMemory."""
        with self._lock:
            value = self.find(key)
            del self._values[key]
            return value

    def forget(self, key: str) -> None:
        """Now."""
        with self._lock:
            self._values.pop(key, None)

    def items(self) -> tuple[tuple[str, T], ...]:
        """Everything kept now."""
        with self._lock:
            self._forget_old()
            return tuple((key, value) for key, (_, value) in self._values.items())

    def _forget_old(self) -> None:
        now = self._clock()
        for key in [key for key, (until, _) in self._values.items() if until <= now]:
            del self._values[key]
