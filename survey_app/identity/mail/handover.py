"""One message on its way to the mail server, as the queue knows it: in hand, accepted, or unclear after a crash.

Each is noted durably, before the message goes and after the server's answer. So whatever the server accepted is never
sent again, wherever the process dies. What it was given and had not answered when the process died may have arrived or
not: it is not sent again either, but shown to the issuing officer.
"""

from sqlalchemy import ColumnElement, delete, select, update

from survey_app.identity.inserting import insert_once
from survey_app.identity.mail.plan import INVITATION
from survey_app.identity.mail.queue import UNCLEAR
from survey_app.identity.mail.stopping import require_going
from survey_app.identity.models import BounceRow, MailQueueRow
from survey_app.identity.office import IssuerOffice


def take_in_hand(office: IssuerOffice, campaign_id: str, number: int, entry_id: str) -> bool:
    """Note that the message goes now; False if nobody waits for it any more, or another sender has it in hand.

    Raises SendingStopped.
    """
    with office.database.write() as session:
        require_going(session, campaign_id)
        found = session.get(MailQueueRow, (campaign_id, number, entry_id))
        if found is None or found.is_in_hand:
            return False
        found.is_in_hand = True
        return True


def put_back(office: IssuerOffice, campaign_id: str, number: int, entry_id: str) -> None:
    """Note that the mail server did not accept it: it waits again."""
    with office.database.write() as session:
        session.execute(
            update(MailQueueRow).where(*_one(campaign_id, number, entry_id)).values(is_in_hand=False),
        )


def note_accepted(office: IssuerOffice, campaign_id: str, number: int, entry_id: str) -> None:
    """Take it from the queue; whose earlier message was unclear has his link now."""
    with office.database.write() as session:
        session.execute(delete(MailQueueRow).where(*_one(campaign_id, number, entry_id)))
        session.execute(delete(BounceRow).where(BounceRow.entry_id == entry_id, BounceRow.status == UNCLEAR))


def set_unclear_apart(office: IssuerOffice, campaign_id: str, number: int) -> None:
    """Take from the queue what a process had in hand when it died. To be called by the only sender of the office.

    An invitation is listed as unclear among those that did not arrive. A reminder is not: people have the invitation.
    """
    in_hand = (MailQueueRow.campaign_id == campaign_id) & (MailQueueRow.number == number) & MailQueueRow.is_in_hand
    with office.database.read() as session:
        if session.scalars(select(MailQueueRow.entry_id).where(in_hand)).first() is None:
            return
    with office.database.write(erasing=[MailQueueRow.__tablename__]) as session:
        for entry_id in session.scalars(select(MailQueueRow.entry_id).where(in_hand)).all():
            if number == INVITATION:
                insert_once(session, BounceRow, {"entry_id": entry_id, "status": UNCLEAR})
        session.execute(delete(MailQueueRow).where(in_hand))


def _one(campaign_id: str, number: int, entry_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        MailQueueRow.campaign_id == campaign_id,
        MailQueueRow.number == number,
        MailQueueRow.entry_id == entry_id,
    )
