"""Failed sign-ins of the last minutes, in memory: by whose they are, and all together. No address is kept.

Fails closed: who guesses a lot locks the door for everyone for a while rather than getting more guesses. Each door has
a count of its own, so that noise at one leaves the others open:

- what is typed (passwords, codes) can be guessed: few tries a login, in a quarter of an hour;
- passkeys that this office knows: the same for each of them. Only who has seen a passkey's identifier can use up its
  tries: its owner, or somebody who has the password already;
- passkeys that nobody has, and digital signatures, for which anybody can name another as the signer: they cannot be
  guessed, and nobody is counted for them. Together they have so many failures a minute, and the door opens again a
  minute after the noise has ended.
"""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey_app.domain.errors import PikirError
from survey_app.web.clock import Clock


class TooManyAttempts(PikirError):
    """One login, or all logins together, failed too often; sign-in pauses until the failures are old enough."""

    slug = "too-many-attempts"


class DoorBusy(TooManyAttempts):
    """So many signatures or unknown passkeys failed in the last minute that this way of signing in pauses for one."""

    slug = "door-busy"


@dataclass(frozen=True)
class Limit:
    """``by_key`` failures of one, and ``together`` of all, within ``window``."""

    window: timedelta
    by_key: int
    together: int
    error: type[TooManyAttempts] = TooManyAttempts


MOST_BY_LOGIN = 5
GUESSABLE = Limit(timedelta(minutes=15), MOST_BY_LOGIN, 200)
NOISE = Limit(timedelta(minutes=1), 60, 60, DoorBusy)


class Attempts:
    """Counts failures; every attempt counts as one until it succeeds, so that parallel guesses gain nothing."""

    def __init__(self, clock: Clock, limit: Limit = GUESSABLE) -> None:
        self._clock, self._limit = clock, limit
        self._lock = threading.Lock()
        self._failures: deque[tuple[datetime, str]] = deque()

    def begin(self, key: str) -> None:
        """Take note of an attempt. Raises TooManyAttempts or the limit's own kind instead of letting it go on."""
        with self._lock:
            now = self._clock()
            while self._failures and self._failures[0][0] <= now - self._limit.window:
                self._failures.popleft()
            of_key = sum(1 for _, failed in self._failures if failed == key)
            if of_key >= self._limit.by_key or len(self._failures) >= self._limit.together:
                raise self._limit.error("too many failed sign-ins; sign-in pauses")
            self._failures.append((now, key))

    def succeeded(self, key: str) -> None:
        """Forget the failures of one that got in."""
        with self._lock:
            self._failures = deque(entry for entry in self._failures if entry[1] != key)

    def is_locked(self, key: str) -> bool:
        """Whether this one has used up its attempts."""
        with self._lock:
            return sum(1 for _, failed in self._failures if failed == key) >= self._limit.by_key
