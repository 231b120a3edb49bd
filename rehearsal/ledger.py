"""What a rehearsal reports: how long each phase took, what went wrong on purpose and how it was told, and figures."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SLOWEST = 10
_ONE_OF_MANY = re.compile(r"[0-9a-f]{32}")


class StepFailed(Exception):
    """A step that must succeed did not, or one that must be refused was not; the text is what the office said."""


@dataclass
class Ledger:
    """``phases`` in seconds by name, ``incidents`` with what an office said of each, ``figures`` by name.

    ``requests`` counts requests to consoles by office, ``longest`` is the longest answer in seconds by page.
    """

    phases: dict[str, float] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    talks: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """The block's duration."""
        if self.talks:
            print(f"{name} …", flush=True)
        began = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = round(time.monotonic() - began, 1)
            if self.talks:
                print(f"  {self.phases[name]} s", flush=True)

    def incident(self, name: str, said: object) -> None:
        """What an office's page, or its command, said."""
        self.incidents[name] = " ".join(str(said).split())
        if self.talks:
            print(f"  incident: {name}: {self.incidents[name]}", flush=True)

    def request(self, office: str, page: str, seconds: float) -> None:
        """One request to a console; ``page`` is its method and path."""
        page = f"{office} {_ONE_OF_MANY.sub('…', page)}"
        with self._lock:
            self.requests[office] += 1
            self.longest[page] = max(seconds, self.longest.get(page, 0.0))

    def count(self, name: str, number: int = 1) -> None:
        """Add to a figure."""
        self.figures[name] = self.figures.get(name, 0) + number

    @property
    def seconds(self) -> float:
        return round(sum(self.phases.values()), 1)

    def report(self) -> dict[str, Any]:
        """Everything, for JSON."""
        slowest = sorted(self.longest.items(), key=lambda one: one[1], reverse=True)[:SLOWEST]
        requests = {f"requests to the {office}'s console": number for office, number in self.requests.items()}
        return {
            "seconds": self.seconds,
            "phases": self.phases,
            "figures": self.figures | requests,
            "incidents": self.incidents,
            "slowest pages": {page: round(seconds, 2) for page, seconds in slowest},
        }
