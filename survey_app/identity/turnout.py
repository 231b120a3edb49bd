"""Turnout as a band, as it stood at the last midnight in Asia/Almaty: nobody can watch a count go up by one.

The band is written before the first draw of a day or when somebody first asks on that day, whichever comes first:
both times nothing has been drawn since midnight, so asking more often, or at a chosen moment, shows nothing more.
"""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey_app.domain import documents
from survey_app.domain.manifest import DrawnStatement
from survey_app.identity.campaigns import find_active
from survey_app.identity.inserting import insert_once
from survey_app.identity.models import CampaignRow, IssuanceRow, RosterEntryRow, TurnoutBandRow
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.web.languages import TIME_ZONE

Band = Literal["<25", "25-50", "50-75", ">75"]
SMALLEST_BODY = 50
_ZONE = ZoneInfo(TIME_ZONE)


def turnout(office: IssuerOffice, campaign_id: str) -> Band | None:
    """Share of the roster that has drawn, in percent; None for a body of fewer than 50, of which none is shown.

    Once M is published, its band. Raises UnknownCampaign, CampaignVoid.
    """
    campaign = find_active(office, campaign_id)
    eligible = campaign.manifest.eligible
    if eligible < SMALLEST_BODY:
        return None
    with office.database.write() as session:
        drawn = session.get_one(CampaignRow, campaign_id).drawn
        if drawn is not None:
            statement = documents.read_document(DrawnStatement, drawn, campaign.manifest.issuer_statement_key)
            return band_of(statement.drawn, eligible)
        noted = session.get(TurnoutBandRow, campaign_id)
        note_midnight(office, campaign, session, noted.day if noted else None)
        band: Band = session.get_one(TurnoutBandRow, campaign_id).band  # type: ignore[assignment]
        return band


def note_midnight(office: IssuerOffice, campaign: AcceptedCampaign, session: Session, noted: date | None) -> None:
    """Write the band of the last midnight, once a day, before anything is drawn; ``noted`` is the day of the last."""
    campaign_id, eligible = campaign.campaign_id, campaign.manifest.eligible
    if eligible < SMALLEST_BODY:
        return
    today = office.clock().astimezone(_ZONE).date()
    if noted is not None and noted >= today:
        return
    band = band_of(count_drawn(session, campaign_id), eligible)
    if not insert_once(session, TurnoutBandRow, {"campaign_id": campaign_id, "day": today, "band": band}):
        earlier = (TurnoutBandRow.campaign_id == campaign_id) & (TurnoutBandRow.day < today)
        session.execute(update(TurnoutBandRow).where(earlier).values(day=today, band=band))


def count_drawn(session: Session, campaign_id: str) -> int:
    """How many entries of the campaign have drawn: M."""
    return session.execute(
        select(func.count())
        .select_from(IssuanceRow)
        .join(RosterEntryRow, RosterEntryRow.entry_id == IssuanceRow.entry_id)
        .where(RosterEntryRow.campaign_id == campaign_id)
    ).scalar_one()


def band_of(drawn: int, eligible: int) -> Band:
    """The band of drawn / eligible: below 25 %, from 25, from 50 to 75, above 75."""
    if 4 * drawn < eligible:
        return "<25"
    if 2 * drawn < eligible:
        return "25-50"
    return "50-75" if 4 * drawn <= 3 * eligible else ">75"
