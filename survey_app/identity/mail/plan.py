"""Which mailings a campaign has: one invitation, and reminders on days that are fixed before the invitation goes out.

A reminder goes to everybody whom the invitation went to, on its day, whoever has drawn by then: nothing here can see
who has. So neither the relay's log nor a colleague's mailbox tells who was still missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey_app.domain.manifest import Schedule
from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.models import MailingRow, MailQueueRow
from survey_app.identity.office import IssuerOffice
from survey_app.web.languages import TIME_ZONE

INVITATION = 0
MOST_REMINDERS = 5
_ZONE = ZoneInfo(TIME_ZONE)


@dataclass(frozen=True)
class Mailing:
    """``total`` people get it (None before it has begun), ``waiting`` of them have not got it yet."""

    number: int
    day: date | None
    total: int | None
    waiting: int

    @property
    def is_begun(self) -> bool:
        """Whether its queue was filled."""
        return self.total is not None

    @property
    def is_complete(self) -> bool:
        """Whether everybody has got it whom it can reach."""
        return self.is_begun and not self.waiting


def mailings(office: IssuerOffice, campaign_id: str) -> tuple[Mailing, ...]:
    """The invitation and the planned reminders, in order; the invitation is there even before it has begun."""
    with office.database.read() as session:
        found = session.scalars(select(MailingRow).where(MailingRow.campaign_id == campaign_id)).all()
        waiting = _count_waiting(session, campaign_id)
    known = {row.number: Mailing(row.number, row.day, row.total, waiting.get(row.number, 0)) for row in found}
    known.setdefault(INVITATION, Mailing(INVITATION, None, None, 0))
    return tuple(known[number] for number in sorted(known))


def plan_reminders(office: IssuerOffice, campaign_id: str, days: Sequence[date]) -> tuple[Mailing, ...]:
    """Fix the days of the reminders, in place of an earlier plan; no days: no reminders.

    Raises StepOutOfOrder if the invitation has begun (a plan that can still change could be changed by turnout), if a
    day is outside of the issuing window, or if there are too many. UnknownCampaign, CampaignVoid.
    """
    schedule = find_active(office, campaign_id).manifest.schedule
    wanted = sorted(set(days))
    first, last = issuing_days(schedule)
    if len(wanted) > MOST_REMINDERS or any(not first <= day <= last for day in wanted):
        raise StepOutOfOrder(
            f"at most {MOST_REMINDERS} reminders, each on a day of the issuing window from {first} to {last}"
        )
    with office.database.write() as session:
        if session.get(MailingRow, (campaign_id, INVITATION)) is not None:
            raise StepOutOfOrder(
                "the invitation has been sent, and with it the days of the reminders are fixed: nobody can choose them "
                "by who has drawn"
            )
        session.execute(delete(MailingRow).where(MailingRow.campaign_id == campaign_id))
        for number, day in enumerate(wanted, start=1):
            session.add(MailingRow(campaign_id=campaign_id, number=number, day=day))
    return mailings(office, campaign_id)


def suggested_days(schedule: Schedule) -> tuple[date, ...]:
    """Days that suit most windows: its middle, and the day before its last. None for a window of under four days."""
    first, last = issuing_days(schedule)
    if (last - first).days < 3:  # noqa: PLR2004
        return ()
    middle, before_last = first + (last - first) / 2, last - timedelta(days=1)
    return tuple(sorted({middle, before_last}))


def issuing_days(schedule: Schedule) -> tuple[date, date]:
    """First and last day, in the country's time zone, on which tokens can be drawn."""
    opens = schedule.issuance_opens.astimezone(_ZONE)
    closes = (schedule.issuance_closes - timedelta(microseconds=1)).astimezone(_ZONE)
    return opens.date(), closes.date()


def today(office: IssuerOffice) -> date:
    """The day by this office's clock, in the country's time zone."""
    return office.clock().astimezone(_ZONE).date()


def _count_waiting(session: Session, campaign_id: str) -> dict[int, int]:
    counted = select(MailQueueRow.number, func.count()).where(MailQueueRow.campaign_id == campaign_id)
    return {row[0]: row[1] for row in session.execute(counted.group_by(MailQueueRow.number))}
