"""What a rehearsal reports: how long each phase took, what went wrong on purpose and how it was told, and figures."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Ledger:
    """``phases`` in seconds by name, ``incidents`` with what was said of each, ``figures`` by name."""

    phases: dict[str, float] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    talks: bool = False

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

    def incident(self, name: str, said: object) -> None:
        """One line of what the office said."""
        self.incidents[name] = " ".join(str(said).split())
        if self.talks:
            print(f"  incident: {name}: {self.incidents[name]}", flush=True)

    @property
    def seconds(self) -> float:
        return round(sum(self.phases.values()), 1)
