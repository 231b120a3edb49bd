"""Failed sign-ins of the last minutes, in memory: by login, and all together. No address is kept.

Fails closed: who guesses a lot locks the door for everyone for a while rather than getting more guesses.
"""

import threading
from collections import deque
from datetime import datetime, timedelta

from survey_app.domain.errors import PikirError
from survey_app.web.clock import Clock

WINDOW = timedelta(minutes=15)
MOST_BY_LOGIN = 5
MOST_TOGETHER = 200


class TooManyAttempts(PikirError):
    """One login, or all logins together, failed too often; sign-in pauses until the failures are old enough."""

    slug = "too-many-attempts"


class Attempts:
    """Counts failures; every attempt counts as one until it succeeds, so that parallel guesses gain nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[tuple[datetime, str]] = deque()

    def begin(self, login: str) -> None:
        """Take note of an attempt. Raises TooManyAttempts instead of letting it go on."""
        with self._lock:
            now = self._clock()
            while self._failures and self._failures[0][0] <= now - WINDOW:
                self._failures.popleft()
            of_login = sum(1 for _, failed in self._failures if failed == login)
            if of_login >= MOST_BY_LOGIN or len(self._failures) >= MOST_TOGETHER:
                raise TooManyAttempts("too many failed sign-ins; sign-in pauses")
            self._failures.append((now, login))

    def succeeded(self, login: str) -> None:
        """Forget the failures of a login that got in."""
        with self._lock:
            self._failures = deque(entry for entry in self._failures if entry[1] != login)

    def is_locked(self, login: str) -> bool:
        """Whether this login has used up its attempts."""
        with self._lock:
            return sum(1 for _, failed in self._failures if failed == login) >= MOST_BY_LOGIN
