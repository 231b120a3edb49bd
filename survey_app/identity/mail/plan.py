"""Which mailings a campaign has: one invitation, and reminders on days that are fixed before anybody was invited.

A reminder goes to everybody whom the invitation went to, at one hour of its day, whoever has drawn by then: nothing
here can see who has, and nobody can hold one back. So neither the relay's log, nor a colleague's mailbox, nor the hour
tells who was still missing. All that an officer can do is to cancel them all, or to stop all mail for part of a day
(see stopping).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey_app.domain.manifest import Schedule
from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.models import HandoutRow, MailingRow, MailQueueRow
from survey_app.identity.office import IssuerOffice
from survey_app.web.languages import TIME_ZONE

INVITATION = 0
MOST_REMINDERS = 5
HOUR = 9  # of a reminder's day, in the country's time zone
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

    Raises StepOutOfOrder if the days are fixed (see are_days_fixed), if one is outside of the issuing window, or if
    there are too many. UnknownCampaign, CampaignVoid.
    """
    schedule = find_active(office, campaign_id).manifest.schedule
    wanted = sorted(set(days))
    first, last = issuing_days(schedule)
    if len(wanted) > MOST_REMINDERS or any(not first <= day <= last for day in wanted):
        raise StepOutOfOrder(
            f"at most {MOST_REMINDERS} reminders, each on a day of the issuing window from {first} to {last}"
        )
    with office.database.write() as session:
        if _are_fixed(office, session, campaign_id, schedule):
            raise StepOutOfOrder(
                "somebody has been invited, by mail or on paper, or drawing is open: from then on the days of the "
                "reminders are fixed, so that nobody can choose them by who has drawn"
            )
        session.execute(delete(MailingRow).where(MailingRow.campaign_id == campaign_id))
        for number, day in enumerate(wanted, start=1):
            session.add(MailingRow(campaign_id=campaign_id, number=number, day=day))
    return mailings(office, campaign_id)


def are_days_fixed(office: IssuerOffice, campaign_id: str) -> bool:
    """Whether somebody may have drawn by now: a first invitation is out, by mail, letter or table, or drawing is open.

    Raises UnknownCampaign, CampaignVoid.
    """
    schedule = find_active(office, campaign_id).manifest.schedule
    with office.database.read() as session:
        return _are_fixed(office, session, campaign_id, schedule)


def cancel_reminders(office: IssuerOffice, campaign_id: str) -> int:
    """Take all reminders that have not begun from the plan, for everybody and for good; how many.

    One that has begun goes to its end: to break it off would make a difference between people. Raises StepOutOfOrder
    (none is left), UnknownCampaign, CampaignVoid.
    """
    find_active(office, campaign_id)
    chosen = (MailingRow.campaign_id == campaign_id) & (MailingRow.number != INVITATION) & MailingRow.total.is_(None)
    with office.database.write() as session:
        numbers = session.scalars(select(MailingRow.number).where(chosen)).all()
        if not numbers:
            raise StepOutOfOrder("no reminder is to come: there is none to cancel")
        session.execute(delete(MailingRow).where(chosen))
    return len(numbers)


def day_of(moment: datetime) -> date:
    """The day by which reminders go, in the country's time zone."""
    return moment.astimezone(_ZONE).date()


def due_at(day: date) -> datetime:
    """The moment at which a reminder of this day goes out."""
    return datetime.combine(day, time(HOUR), _ZONE)


def suggested_days(schedule: Schedule) -> tuple[date, ...]:
    """Days that suit most windows: its middle, and the day before its last. None for a window of under four days."""
    first, last = issuing_days(schedule)
    if (last - first).days < 3:  # noqa: PLR2004
        return ()
    middle, before_last = first + (last - first) / 2, last - timedelta(days=1)
    return tuple(sorted({middle, before_last}))


def issuing_days(schedule: Schedule) -> tuple[date, date]:
    """First and last day, in the country's time zone, on which a token can be drawn at a reminder's hour or later."""
    opens = schedule.issuance_opens.astimezone(_ZONE)
    last_hour = schedule.issuance_closes.astimezone(_ZONE) - timedelta(hours=HOUR, microseconds=1)
    return opens.date(), max(opens.date(), last_hour.date())


def _are_fixed(office: IssuerOffice, session: Session, campaign_id: str, schedule: Schedule) -> bool:
    is_mailed = session.get(MailingRow, (campaign_id, INVITATION)) is not None
    handed_out = select(HandoutRow.kind).where(HandoutRow.campaign_id == campaign_id)
    return is_mailed or session.scalars(handed_out).first() is not None or office.clock() >= schedule.issuance_opens


def _count_waiting(session: Session, campaign_id: str) -> dict[int, int]:
    counted = select(MailQueueRow.number, func.count()).where(MailQueueRow.campaign_id == campaign_id)
    return {row[0]: row[1] for row in session.execute(counted.group_by(MailQueueRow.number))}
