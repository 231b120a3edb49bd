"""Freezing many rosters: an officer wants it, and it is done one after another while he looks at other pages.

Making a campaign's keys takes about a second, so forty do not fit into a request. What is wanted stands in the
database: another process, or the next one after a restart, goes on with it, and enrolling can be repeated.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from survey_app.identity.enrolment import enrol
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.inserting import insert_once
from survey_app.identity.models import CampaignRow, FreezingRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.turns import turn
from survey_app.staff import journal

_LOCK = "freezing"


@dataclass(frozen=True)
class Freezing:
    """A roster that waits to be frozen, or that could not be: ``problem`` names the error."""

    campaign_id: str
    problem: str | None


def want(office: IssuerOffice, campaign_ids: Sequence[str], officer: str) -> int:
    """Have these rosters frozen for ``officer``; how many. What could not be done before is forgotten.

    Raises StepOutOfOrder if none of them has a roster.
    """
    with office.database.write() as session:
        session.execute(delete(FreezingRow).where(FreezingRow.problem.is_not(None)))
        open_ones = session.scalars(
            select(CampaignRow.campaign_id).where(
                CampaignRow.campaign_id.in_(campaign_ids), CampaignRow.enrolment.is_(None)
            )
        ).all()
        if not open_ones:
            raise StepOutOfOrder("none of these campaigns has a roster that can be frozen")
        for campaign_id in open_ones:
            insert_once(session, FreezingRow, {"campaign_id": campaign_id, "officer": officer})
    return len(open_ones)


def freezings(office: IssuerOffice) -> list[Freezing]:
    """What waits, and what could not be done."""
    with office.database.read() as session:
        rows = session.scalars(select(FreezingRow).order_by(FreezingRow.campaign_id)).all()
        return [Freezing(row.campaign_id, row.problem) for row in rows]


def waiting_for_it(office: IssuerOffice) -> frozenset[str]:
    """Campaigns whose rosters wait to be frozen."""
    return frozenset(one.campaign_id for one in freezings(office) if one.problem is None)


def freeze_next(office: IssuerOffice) -> bool:
    """Freeze one of those that wait, and note it in the journal as its officer's; False if none waits."""
    with office.database.read() as session:
        row = session.scalars(select(FreezingRow).where(FreezingRow.problem.is_(None))).first()
    if row is None:
        return False
    try:
        made = enrol(office, row.campaign_id)
    except Exception as error:  # noqa: BLE001 (one that always fails must not stop those after it)
        _note_problem(office, row.campaign_id, getattr(error, "slug", "other"))
        return True
    commitment = made.roster_commitment.hex()
    with office.database.write() as session:
        session.execute(delete(FreezingRow).where(FreezingRow.campaign_id == row.campaign_id))
        journal.record(
            session, office.clock, row.officer, "enrol", row.campaign_id, eligible=made.eligible, commitment=commitment
        )
    return True


def _note_problem(office: IssuerOffice, campaign_id: str, problem: str) -> None:
    with office.database.write() as session:
        row = session.get(FreezingRow, campaign_id)
        if row is not None:
            row.problem = problem


@dataclass
class Freezer:
    """The thread of this process that freezes; it ends when nothing waits.

    While another process does it, or the database or the lock cannot be had, it looks again every ``look_again``
    seconds.
    """

    office: IssuerOffice
    look_again: float = 1.0
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wake(self) -> None:
        """Go on until nothing waits."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="freezer", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait until it ended."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while not self._has_ended():
            if not self._freeze_all():
                time.sleep(self.look_again)

    def _freeze_all(self) -> bool:
        """Whether this process did it to the end."""
        with suppress(Exception), turn(self.office, _LOCK) as is_ours:
            while is_ours and freeze_next(self.office):
                pass
            return is_ours
        return False

    def _has_ended(self) -> bool:
        """Whether nothing waits; decided while nobody wakes, so that no wish comes between."""
        with self._lock, suppress(Exception):
            if not waiting_for_it(self.office):
                self._thread = None
                return True
        return False
