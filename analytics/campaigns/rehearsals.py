"""Which campaigns are rehearsed together under one split secret, and when a key was rehearsed last."""

import json
from dataclasses import dataclass
from datetime import datetime

from analytics.campaigns.custody import REHEARSE, has_key_file
from analytics.campaigns.reading import Campaign, campaigns, find_campaign
from analytics.campaigns.share_gathering import custody_of
from analytics.campaigns.state import Missing, State
from analytics.office import AgencyOffice
from survey_app.domain.documents import parse_time
from survey_app.staff import journal


@dataclass(frozen=True)
class Rehearsed:
    """What the journal says: ``counted`` mock responses came out as they went in."""

    moment: datetime
    actor: str
    counted: int


def can_rehearse(office: AgencyOffice, campaign: Campaign) -> bool:
    """Whether there is a key, and no Release yet that shows it working."""
    is_early = campaign.situation.state in (State.DRAFT, State.ANNOUNCED)
    is_made = Missing.SEALING_KEY not in campaign.situation.missing
    return is_early and is_made and has_key_file(office, campaign.campaign_id)


def rehearsed_together(office: AgencyOffice, campaign_id: str) -> tuple[str, ...]:
    """The campaigns of its round that can be rehearsed under the same secret as this one. Raises UnknownCampaign."""
    found = find_campaign(office, campaign_id)
    custody = custody_of(office, campaign_id)
    members = campaigns(office, found.draft.round)
    ready = [one.campaign_id for one in members if can_rehearse(office, one)]
    return tuple(one for one in ready if custody_of(office, one) == custody)


def last_rehearsal(office: AgencyOffice, campaign_id: str) -> Rehearsed | None:
    """The newest one, in the console or on the command line."""
    with office.database.read() as session:
        entries = journal.entries_about(session, REHEARSE, campaign_id)
        if not entries:
            return None
        newest = entries[-1]
        return Rehearsed(parse_time(newest.moment), newest.actor, json.loads(newest.details)["counted"])
