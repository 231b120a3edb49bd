"""Files with everybody's link, as they are handed to an officer: counted, and the links as a table only once.

Whoever holds such a file can draw in anyone's name, so a second copy needs a reason.
"""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.identity.errors import ReasonNeeded
from survey_app.identity.invitations import Invitation, invitations
from survey_app.identity.models import BounceRow, HandoutRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice

Kind = Literal["links", "letters"]
LEAST_REASON = 10


def times_handed_out(office: IssuerOffice, campaign_id: str, kind: Kind) -> int:
    """How often such a file was handed out."""
    with office.database.read() as session:
        row = session.get(HandoutRow, (campaign_id, kind))
        return 0 if row is None else row.times


def note_handout(session: Session, campaign_id: str, kind: Kind, reason: str = "") -> int:
    """Count a file that is about to be handed out; which one it is. Raises ReasonNeeded (links, a second time)."""
    row = session.get(HandoutRow, (campaign_id, kind))
    if row is None:
        session.add(HandoutRow(campaign_id=campaign_id, kind=kind, times=1))
        return 1
    if kind == "links" and len(reason.strip()) < LEAST_REASON:
        raise ReasonNeeded("the links were handed out before: say in a sentence why they are needed again")
    row.times += 1
    return row.times


def count_handout(office: IssuerOffice, campaign_id: str, kind: Kind) -> int:
    """Count a file that is made on the command line, where whoever sits holds the keys as well; which one it is."""
    with office.database.write() as session:
        row = session.get(HandoutRow, (campaign_id, kind))
        if row is None:
            row = HandoutRow(campaign_id=campaign_id, kind=kind, times=0)
            session.add(row)
        row.times += 1
        return row.times


def take_links(office: IssuerOffice, campaign_id: str) -> list[Invitation]:
    """Everybody's invitation, counted as handed out. Raises StepOutOfOrder, CampaignVoid, KeyMissing."""
    found = invitations(office, campaign_id)
    count_handout(office, campaign_id, "links")
    return found


def unreached_by_mail(office: IssuerOffice, campaign_id: str) -> list[Invitation]:
    """Invitations of people without an address, or whom mail does not reach: those who need a letter.

    Raises StepOutOfOrder, CampaignVoid, KeyMissing.
    """
    bounced = select(BounceRow.entry_id)
    wanted = select(RosterEntryRow.reference).where(
        RosterEntryRow.campaign_id == campaign_id,
        RosterEntryRow.email.is_(None) | RosterEntryRow.entry_id.in_(bounced),
    )
    found = invitations(office, campaign_id)
    with office.database.read() as session:
        references = set(session.scalars(wanted))
    return [one for one in found if one.reference in references]
