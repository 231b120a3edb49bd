"""A clock that stands still until a test moves it; the factories take it as ``clock``."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


class FakeClock:
    """Call it for the time, as the factories do; set ``now`` or call ``advance`` to move it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments, such as ``days=1``."""
        self.now += timedelta(**span)
        return self.now
