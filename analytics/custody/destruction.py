"""Destroying a sealing key when its campaign is archived: the certificate, and when the time has come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar


@dataclass(frozen=True)
class DestroyedFile:
    """A key file that is no more: the label it was under, its name, and the SHA-256 of its (encrypted) bytes."""

    label: str
    file: str
    sha256: bytes


@dataclass(frozen=True)
class Destruction:
    """The agency declares, signed, that a campaign's sealing key was destroyed; ``sealing_key`` is its public part."""

    format: ClassVar[str] = "pikir-destruction/1"

    campaign_id: str
    sealing_key: bytes
    destroyed: tuple[DestroyedFile, ...]
    moment: datetime
    reason: str


def last_day_of_appeal(certified: date, working_days: int, is_working_day: Callable[[date], bool]) -> date:
    """The last of so many working days after the day of certification."""
    day, left = certified, working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day
