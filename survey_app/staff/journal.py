"""The journal of what staff did: append-only, each entry's hash covers the entry before.

    sha256 = SHA-256(JSON array of number, moment, actor, action, subject, details, previous)

Entries are written in the same transaction as the action. Never a respondent's action, never an address.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.domain.documents import format_time
from survey_app.domain.errors import PikirError
from survey_app.staff.models import JournalRow
from survey_app.web.clock import Clock

COMMAND_LINE = "command line"
NOTHING_BEFORE = "0" * 64


class JournalBroken(PikirError):
    """An entry was changed, taken out or put in afterwards; ``number`` is the first that does not hold."""

    slug = "journal-broken"

    def __init__(self, number: int) -> None:
        super().__init__(f"the journal does not hold from entry {number} on")
        self.number = number


class Entry(Protocol):
    """An entry, from the database or from an exported file; moments are RFC 3339, details JSON text, hashes hex."""

    @property
    def number(self) -> int:
        """From 1, without a gap."""
        ...

    @property
    def moment(self) -> str:
        """When."""
        ...

    @property
    def actor(self) -> str:
        """Who."""
        ...

    @property
    def action(self) -> str:
        """What was done."""
        ...

    @property
    def subject(self) -> str:
        """To what."""
        ...

    @property
    def details(self) -> str:
        """With what."""
        ...

    @property
    def previous(self) -> str:
        """Hash of the entry before."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of this one."""
        ...


def record(session: Session, clock: Clock, actor: str, action: str, subject: str, **details: str | int) -> None:
    """Append an entry; it stands if the caller's transaction does."""
    last = session.scalars(select(JournalRow).order_by(JournalRow.number.desc()).limit(1)).first()
    entry = JournalRow(
        number=1 if last is None else last.number + 1,
        moment=format_time(clock()),
        actor=actor,
        action=action,
        subject=subject,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        previous=NOTHING_BEFORE if last is None else last.sha256,
    )
    entry.sha256 = digest(entry)
    session.add(entry)
    session.flush()


def entries(session: Session) -> Sequence[JournalRow]:
    """The whole journal, oldest first."""
    return session.scalars(select(JournalRow).order_by(JournalRow.number)).all()


def entries_about(session: Session, action: str, subject: str) -> Sequence[JournalRow]:
    """Every entry of one action on one subject, oldest first."""
    chosen = select(JournalRow).where(JournalRow.action == action, JournalRow.subject == subject)
    return session.scalars(chosen.order_by(JournalRow.number)).all()


def page(
    session: Session, limit: int, *, before: int | None = None, actor: str = "", action: str = "", subject: str = ""
) -> Sequence[JournalRow]:
    """At most ``limit`` entries older than number ``before``, the newest first; an empty filter lets all pass."""
    chosen = select(JournalRow).order_by(JournalRow.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(JournalRow.number < before)
    for column, wanted in (
        (JournalRow.actor, actor),
        (JournalRow.action, action),
        (JournalRow.subject, subject),
    ):
        if wanted:
            chosen = chosen.where(func.lower(column).contains(wanted.lower(), autoescape=True))
    return session.scalars(chosen).all()


def check_chain(rows: Iterable[Entry]) -> None:
    """Every entry is as it was written and none is missing but at the end. Raises JournalBroken."""
    previous = NOTHING_BEFORE
    for number, row in enumerate(rows, 1):
        if row.number != number or row.previous != previous or row.sha256 != digest(row):
            raise JournalBroken(number)
        previous = row.sha256


def digest(row: Entry) -> str:
    """SHA-256, in hex, of an entry with the hash of the one before."""
    fields = [row.number, row.moment, row.actor, row.action, row.subject, row.details, row.previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
