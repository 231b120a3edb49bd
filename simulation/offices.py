"""What the story asks of the offices. Whoever starts the simulation hands in people who can do it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from simulation.plan import PlannedCampaign


class Offices(Protocol):
    """Steps of staff, each through an office's own doors. Campaigns are 32 hex digits; several go in one call."""

    def create_round(self, code: str) -> None:
        """The agency begins a round."""

    def draft(self, campaign: PlannedCampaign, roster: bytes) -> str:
        """The agency drafts; the issuer takes the roster (CSV) and enrols, the collector enrols. Gives the campaign."""

    def announce(self, campaigns: Sequence[str]) -> None:
        """The agency makes the sealing keys and signs the manifests; issuer and collector accept them."""

    def invite(self, campaign: str) -> list[str]:
        """The issuer's invitation links, one a roster entry, in the roster's order."""

    def publish_drawn(self, campaigns: Sequence[str]) -> None:
        """The issuer states how many tokens were drawn; the collector accepts that."""

    def close(self, campaigns: Sequence[str]) -> None:
        """The collector freezes the batches and publishes the boards."""

    def open(self, campaigns: Sequence[str]) -> None:
        """The agency opens the batches to draft releases."""

    def certify(self, campaigns: Sequence[str]) -> None:
        """The agency signs releases and scoring records."""

    def void(self, campaign: str, reason: str) -> None:
        """The agency declares a campaign void."""


class SettableClock:
    """The clock that all offices are given while the story is told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment that was set last."""
        return self.now
