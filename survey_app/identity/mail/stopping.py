"""A campaign's mail, held up by an issuing officer until one goes on: the brake for what goes wrong while it is sent.

It is no way to choose when people are reminded: what of a reminder is still held up when a day ends, is not sent any
more. Turnout is shown as of the last midnight, so within a day nobody learns anything that he could wait for.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import SendingStopped, StepOutOfOrder
from survey_app.identity.mail.plan import INVITATION, day_of
from survey_app.identity.models import MailingRow, MailQueueRow, MailStopRow
from survey_app.identity.office import IssuerOffice


@dataclass(frozen=True)
class LeftOut:
    """What was not sent, because a day ended meanwhile: so many reminders to nobody, and to so many people the rest."""

    reminders: int
    people: int


def stop_sending(office: IssuerOffice, campaign_id: str, officer: str) -> int:
    """Hold up all mail of the campaign, after the message under way; how many wait. Again: nothing new.

    Raises StepOutOfOrder (nobody waits), UnknownCampaign, CampaignVoid.
    """
    find_active(office, campaign_id)
    waiting = select(func.count()).select_from(MailQueueRow).where(MailQueueRow.campaign_id == campaign_id)
    with office.database.write() as session:
        people = session.execute(waiting).scalar_one()
        if session.get(MailStopRow, campaign_id) is None:
            if not people:
                raise StepOutOfOrder("nobody waits for a message: there is nothing to stop")
            today = day_of(office.clock())
            session.add(MailStopRow(campaign_id=campaign_id, officer=officer, day=today))
    return people


def go_on_sending(office: IssuerOffice, campaign_id: str) -> LeftOut:
    """Send again what waits, but no reminder that was held up beyond the end of a day: that goes to nobody any more.

    Raises StepOutOfOrder (it is not stopped), UnknownCampaign, CampaignVoid, DatabaseBusy.
    """
    find_active(office, campaign_id)
    with office.database.write(erasing=[MailQueueRow.__tablename__]) as session:
        stop = session.get(MailStopRow, campaign_id)
        if stop is None:
            raise StepOutOfOrder("sending is not stopped")
        session.delete(stop)
        today = day_of(office.clock())
        return _leave_out(session, campaign_id, today) if stop.day < today else LeftOut(0, 0)


def stopped_by(office: IssuerOffice, campaign_id: str) -> str | None:
    """The login of who stopped it; None if it is not stopped."""
    return stopped(office).get(campaign_id)


def stopped(office: IssuerOffice) -> dict[str, str]:
    """The campaigns whose mail is stopped, with the login of who did it."""
    with office.database.read() as session:
        return {row.campaign_id: row.officer for row in session.scalars(select(MailStopRow))}


def require_going(session: Session, campaign_id: str) -> None:
    """Raise SendingStopped if the campaign's mail is held up."""
    stop = session.get(MailStopRow, campaign_id)
    if stop is not None:
        raise SendingStopped(
            f"{stop.officer} stopped the mail of campaign {campaign_id}: `pikir issuer go-on-sending {campaign_id}`"
        )


def _leave_out(session: Session, campaign_id: str, today: date) -> LeftOut:
    """Take reminders of earlier days from plan and queue; one that some have got keeps them as its total."""
    reminders = people = 0
    for mailing in session.scalars(
        select(MailingRow).where(
            MailingRow.campaign_id == campaign_id, MailingRow.number != INVITATION, MailingRow.day < today
        )
    ).all():
        waiting = (MailQueueRow.campaign_id == campaign_id) & (MailQueueRow.number == mailing.number)
        left = session.execute(select(func.count()).select_from(MailQueueRow).where(waiting)).scalar_one()
        session.execute(delete(MailQueueRow).where(waiting))
        if mailing.total is None or mailing.total == left:
            session.delete(mailing)
            reminders += 1
        elif left:
            mailing.total -= left
            people += left
    return LeftOut(reminders, people)
