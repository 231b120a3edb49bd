"""The queue of a mailing: who has not got it yet. Filled when it begins, emptied row by row, empty when it is done.

It knows neither codes (they are derived for each message) nor times, nor who has drawn; and once a mailing is complete
it knows nobody.
"""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import find_active
from survey_app.identity.errors import CampaignVoid, StepOutOfOrder
from survey_app.identity.inserting import insert_once
from survey_app.identity.invitations import require_invitable
from survey_app.identity.mail.plan import INVITATION, due_at
from survey_app.identity.mail.stopping import require_going, stopped
from survey_app.identity.models import BounceRow, MailingRow, MailQueueRow, MailStopRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice

UNCLEAR = "unclear"


@dataclass(frozen=True)
class Recipient:
    """Somebody whom a mailing has to reach yet."""

    entry_id: str
    email: str
    language: str


def begin(office: IssuerOffice, campaign_id: str, number: int) -> int:
    """Queue the mailing for everybody whom mail reaches; how many. Again: nothing new.

    Reminders that were due before this one, or by the time the invitation begins, and have not begun are left out:
    they would come on top of it. Raises StepOutOfOrder (not accepted, nobody has an address, issuing is over, a
    reminder before its hour or before the invitation), SendingStopped, UnknownCampaign, CampaignVoid.
    """
    _require_time(office, campaign_id)  # not in the transaction below: who notices that it is void writes that down
    with office.database.write() as session:
        require_invitable(session, campaign_id)
        require_going(session, campaign_id)
        mailing = session.get(MailingRow, (campaign_id, number))
        if mailing is not None and mailing.total is not None:
            return mailing.total
        if number != INVITATION:
            _require_due(office, session, mailing)
        _leave_out_missed(office, session, campaign_id, number)
        mailing = mailing or MailingRow(campaign_id=campaign_id, number=number)
        mailing.total = len(reached := _reached(session, campaign_id))
        if not reached:
            raise StepOutOfOrder("nobody on the roster has an address that mail reaches: print letters for them")
        session.add(mailing)
        session.flush()
        rows = [{"campaign_id": campaign_id, "number": number, "entry_id": entry_id} for entry_id in reached]
        session.execute(insert(MailQueueRow), rows)
        return mailing.total


def waiting_mailings(office: IssuerOffice) -> list[tuple[str, int]]:
    """(campaign, number) of each mailing that has begun, is not complete and can go on now, invitations first."""
    with office.database.read() as session:
        found = session.execute(select(MailQueueRow.campaign_id, MailQueueRow.number).distinct()).all()
    return sorted(_in_time(office, ((row[0], row[1]) for row in found)), key=lambda one: (one[1], one[0]))


def due_reminders(office: IssuerOffice) -> list[tuple[str, int]]:
    """(campaign, number) of each invited campaign's last reminder whose hour has come, if it has not begun."""
    invited = select(MailingRow.campaign_id).where(MailingRow.number == INVITATION, MailingRow.total.is_not(None))
    wanted = select(MailingRow.campaign_id, MailingRow.number, MailingRow.day).where(
        MailingRow.total.is_(None), MailingRow.day.is_not(None), MailingRow.campaign_id.in_(invited)
    )
    with office.database.read() as session:
        found = session.execute(wanted).all()
    now = office.clock()
    last = dict(sorted((row[0], row[1]) for row in found if row[2] and due_at(row[2]) <= now))
    return _in_time(office, last.items())


def waiting_entries(office: IssuerOffice, campaign_id: str, number: int) -> list[str]:
    """Identifiers of all who wait, in random order."""
    wanted = select(MailQueueRow.entry_id).where(MailQueueRow.campaign_id == campaign_id, MailQueueRow.number == number)
    with office.database.read() as session:
        found = list(session.scalars(wanted))
    secrets.SystemRandom().shuffle(found)
    return found


def recipients(office: IssuerOffice, campaign_id: str, number: int, entries: Sequence[str]) -> list[Recipient]:
    """Those of the entries who wait still, in this order. Raises StepOutOfOrder (issuing is over), CampaignVoid."""
    _require_time(office, campaign_id)
    wanted = (
        select(RosterEntryRow.entry_id, RosterEntryRow.email, RosterEntryRow.language)
        .join(MailQueueRow, MailQueueRow.entry_id == RosterEntryRow.entry_id)
        .where(MailQueueRow.campaign_id == campaign_id, MailQueueRow.number == number)
        .where(RosterEntryRow.entry_id.in_(entries), RosterEntryRow.email.is_not(None))
    )
    with office.database.read() as session:
        found = {
            row.entry_id: Recipient(row.entry_id, row.email or "", row.language) for row in session.execute(wanted)
        }
    return [found[entry_id] for entry_id in entries if entry_id in found]


def settle(office: IssuerOffice, campaign_id: str, number: int, bounced: dict[str, str]) -> int:
    """Note whom mail does not reach (entry id -> status), unless nobody waits any more; how many wait still.

    Publishing M forgets all mail, also while a few messages are under way: nothing is noted after it. With the last
    one the table is written anew, so that nothing tells who got the mailing when.
    """
    if bounced:
        with office.database.write() as session:
            for entry_id, status in bounced.items():
                if session.get(MailQueueRow, (campaign_id, number, entry_id)) is not None:
                    note_bounce(session, entry_id, status)
    with office.database.read() as session:
        left = _count(session, campaign_id, number)
    if not left:
        with office.database.write(erasing=[MailQueueRow.__tablename__]):
            pass
    return left


def note_bounce(session: Session, entry_id: str, status: str) -> bool:
    """Mail does not reach this entry: nothing waits for it any more. Whether that is new."""
    session.execute(delete(MailQueueRow).where(MailQueueRow.entry_id == entry_id))
    session.execute(delete(BounceRow).where(BounceRow.entry_id == entry_id, BounceRow.status == UNCLEAR))
    return insert_once(session, BounceRow, {"entry_id": entry_id, "status": status})


def forget_mail(session: Session, campaign_id: str) -> None:
    """Delete all that is known of a campaign's mailings and bounces."""
    entries = select(RosterEntryRow.entry_id).where(RosterEntryRow.campaign_id == campaign_id)
    session.execute(delete(MailStopRow).where(MailStopRow.campaign_id == campaign_id))
    session.execute(delete(MailQueueRow).where(MailQueueRow.campaign_id == campaign_id))
    session.execute(delete(MailingRow).where(MailingRow.campaign_id == campaign_id))
    session.execute(delete(BounceRow).where(BounceRow.entry_id.in_(entries)))


def _require_time(office: IssuerOffice, campaign_id: str) -> None:
    campaign = find_active(office, campaign_id)
    if office.clock() >= campaign.manifest.schedule.issuance_closes:
        raise StepOutOfOrder("issuing is over: nobody can use an invitation any more. Next: publish-drawn")


def _require_due(office: IssuerOffice, session: Session, mailing: MailingRow | None) -> None:
    if mailing is None or mailing.day is None:
        raise StepOutOfOrder("there is no such reminder: their days are fixed before the invitation is sent")
    if session.get(MailingRow, (mailing.campaign_id, INVITATION)) is None:
        raise StepOutOfOrder("the invitation comes first: pikir issuer send-invitations")
    if office.clock() < due_at(mailing.day):
        raise StepOutOfOrder(f"this reminder goes out on {mailing.day}, to everybody, and not before")


def _leave_out_missed(office: IssuerOffice, session: Session, campaign_id: str, number: int) -> None:
    planned = select(MailingRow).where(
        MailingRow.campaign_id == campaign_id, MailingRow.day.is_not(None), MailingRow.total.is_(None)
    )
    for row in session.scalars(planned):
        is_earlier = number == INVITATION or row.number < number
        if is_earlier and row.day is not None and due_at(row.day) <= office.clock():
            session.delete(row)


def _in_time(office: IssuerOffice, found: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those of campaigns in which an invitation is still of use, and sending is not stopped."""
    kept, held_up = [], stopped(office)
    for campaign_id, number in found:
        if campaign_id in held_up:
            continue
        with suppress(StepOutOfOrder, CampaignVoid):
            _require_time(office, campaign_id)
            kept.append((campaign_id, number))
    return kept


def _reached(session: Session, campaign_id: str) -> Sequence[str]:
    bounced = exists().where(BounceRow.entry_id == RosterEntryRow.entry_id, BounceRow.status != UNCLEAR)
    wanted = select(RosterEntryRow.entry_id).where(
        RosterEntryRow.campaign_id == campaign_id, RosterEntryRow.email.is_not(None), ~bounced
    )
    return session.scalars(wanted).all()


def _count(session: Session, campaign_id: str, number: int) -> int:
    wanted = select(func.count()).select_from(MailQueueRow)
    return session.execute(
        wanted.where(MailQueueRow.campaign_id == campaign_id, MailQueueRow.number == number)
    ).scalar_one()
