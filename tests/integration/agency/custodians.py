"""Custodians of a split key, and campaigns under one: for the tests of custody."""

from collections.abc import Sequence
from pathlib import Path

from analytics.campaigns.announcing import announce
from analytics.campaigns.split_keys import SplitMade, keygen_split, read_shares
from analytics.custody.key_files import SplitKeys
from analytics.custody.plan import Group, make_plan
from analytics.office import AgencyOffice
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.partners import DISPLEASED, PLEASED, Partners

NAMES = "Aigul,Bolat,Dana,Yerlan,Zarina"
THREE_OF_FIVE = make_plan("3/5", (), NAMES)
TWO_INSTITUTIONS = make_plan(None, ("agency:2/3", "ombudsman:1/2"), NAMES)
ANSWERS = [PLEASED] * 9 + [DISPLEASED] * 3


def nobody(custodian: str) -> str:
    raise AssertionError(f"{custodian} was asked for a passphrase")


def by(office: AgencyOffice, made: SplitMade, *numbers: int) -> SplitKeys:
    """The shares with these places in the list of custodians, from 0."""
    return SplitKeys(office.config.keys, read_shares([made.files[number] for number in numbers], nobody))


def closed_under_split(  # noqa: PLR0917
    office: AgencyOffice,
    partners: Partners,
    clock: FakeClock,
    folder: Path,
    plan: Sequence[Group] = THREE_OF_FIVE,
    code: str = "min-water",
) -> tuple[str, SplitMade]:
    """A campaign whose batch waits for its custodians."""
    campaign_id = play.draft_campaign(office, code)
    partners.enrol(campaign_id, 20)
    made = keygen_split(office, [campaign_id], plan, folder)
    announce(office, campaign_id)
    partners.publish_drawn(campaign_id, len(ANSWERS))
    clock.now = partners.manifest(campaign_id).schedule.collection_closes
    partners.close(campaign_id, ANSWERS, len(ANSWERS))
    return campaign_id, made
