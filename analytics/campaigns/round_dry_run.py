"""What opening a round as a whole would do with each of its campaigns, changing nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.campaigns.custody import has_key_file, refuse_destroyed
from analytics.campaigns.reading import Campaign
from analytics.campaigns.round_reading import RoundStanding, round_standing
from analytics.campaigns.share_gathering import Custody, custody_of
from analytics.custody.errors import KeyDestroyed
from analytics.office import AgencyOffice


class Fate(StrEnum):
    """What becomes of a campaign when its round is opened."""

    OPENED = "opened"
    LEFT_OUT = "left-out"
    VOID = "void"
    NOT_CLOSED = "not-closed"
    BATCH_GONE = "batch-gone"
    KEY_DESTROYED = "key-destroyed"
    KEY_MISSING = "key-missing"


BLOCKING = (Fate.NOT_CLOSED, Fate.BATCH_GONE, Fate.KEY_DESTROYED, Fate.KEY_MISSING)


@dataclass(frozen=True)
class RoundLine:
    """One campaign; ``reason`` is why it is left out, ``custody`` how the key is held of one that is opened."""

    campaign: Campaign
    fate: Fate
    reason: str
    custody: Custody | None

    @property
    def is_blocking(self) -> bool:
        """Whether nothing is opened unless this one is left out, or comes to its end."""
        return self.fate in BLOCKING


@dataclass(frozen=True)
class RoundForeseen:
    """A round's campaigns by body, void ones last."""

    standing: RoundStanding
    lines: tuple[RoundLine, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the round can be opened as shown."""
        return bool(self.opened) and not any(line.is_blocking for line in self.lines)

    @property
    def opened(self) -> tuple[RoundLine, ...]:
        """Those whose batches are opened."""
        return tuple(line for line in self.lines if line.fate is Fate.OPENED)

    @property
    def left_out(self) -> dict[str, str]:
        """The reasons, by campaign."""
        return {line.campaign.campaign_id: line.reason for line in self.lines if line.fate is Fate.LEFT_OUT}


def foresee_round(office: AgencyOffice, round_code: str, without: Mapping[str, str]) -> RoundForeseen:
    """``without`` are reasons of campaigns that are to be left out for good. Raises UnknownRound, UnknownCampaign."""
    standing = round_standing(office, round_code, without)
    lines = [_of_closed(office, campaign) for campaign in standing.closed]
    lines += [RoundLine(one, Fate.NOT_CLOSED, "", None) for one in standing.pending]
    lines += [RoundLine(one, Fate.BATCH_GONE, "", None) for one in standing.gone]
    lines += [RoundLine(one, Fate.LEFT_OUT, without[one.campaign_id], None) for one in standing.without]
    ordered = sorted(lines, key=lambda line: (line.campaign.draft.body.code, line.campaign.campaign_id))
    void = [RoundLine(one, Fate.VOID, "", None) for one in standing.void]
    return RoundForeseen(standing, (*ordered, *void))


def _of_closed(office: AgencyOffice, campaign: Campaign) -> RoundLine:
    try:
        refuse_destroyed(office, campaign.campaign_id)
    except KeyDestroyed:
        return RoundLine(campaign, Fate.KEY_DESTROYED, "", None)
    if not has_key_file(office, campaign.campaign_id):
        return RoundLine(campaign, Fate.KEY_MISSING, "", None)
    return RoundLine(campaign, Fate.OPENED, "", custody_of(office, campaign.campaign_id))
