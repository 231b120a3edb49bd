"""A limit on all requests together, in memory: no address is kept to enforce it. And when to try again."""

import threading
import time
from collections.abc import Callable

from flask import Flask, Response, abort

BUSY = 503
RETRY_SECONDS = 15


class TokenBucket:
    """Lets ``rate`` requests a second through, in bursts of twice as many."""

    def __init__(self, rate: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._capacity, self._monotonic = rate, 2.0 * rate, monotonic
        self._level, self._last = self._capacity, monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether one more request may pass now."""
        with self._lock:
            now = self._monotonic()
            self._level = min(self._capacity, self._level + (now - self._last) * self._rate)
            self._last = now
            if self._level < 1:
                return False
            self._level -= 1
            return True


def install_limit(app: Flask, rate: int) -> None:
    """Answer 429 beyond ``rate`` requests a second over all clients; tell who meets a 503 to try again soon."""
    bucket = TokenBucket(rate)

    @app.before_request
    def limit() -> None:
        if not bucket.take():
            abort(429)

    @app.after_request
    def say_when(response: Response) -> Response:
        if response.status_code == BUSY:
            response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
        return response
