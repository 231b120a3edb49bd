"""What the story asks of the offices: steps of their staff, handed in by whoever starts the simulation.

Each step is an office's own; which follows which in the life of a campaign is told here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulation.plan import PlannedCampaign

Step = Callable[..., Any]


@dataclass(frozen=True)
class AgencyDesk:
    """``create_campaign`` takes a draft's fields by name and gives the draft; ``keygen`` takes several campaigns.

    ``import_register`` takes a round's code and the number of servants by body code.

    ``open_round`` and ``certify_round`` take a round's code.
    """

    create_round: Step
    create_campaign: Step
    import_register: Step
    keygen: Step
    announce: Step
    open_batch: Step
    certify: Step
    void: Step
    open_round: Step
    certify_round: Step


@dataclass(frozen=True)
class IssuerDesk:
    """``import_roster`` takes a campaign and a CSV file's bytes; ``invitations`` gives objects with a ``link``."""

    import_roster: Step
    enrol: Step
    accept: Step
    invitations: Step
    publish_drawn: Step
    close: Step


@dataclass(frozen=True)
class CollectorDesk:
    """All steps take a campaign."""

    enrol: Step
    accept: Step
    accept_drawn: Step
    close: Step


@dataclass(frozen=True)
class Offices:
    """The three desks. Campaigns are named by 32 hex digits."""

    agency: AgencyDesk
    issuer: IssuerDesk
    collector: CollectorDesk

    def draft(self, campaign: PlannedCampaign, roster: bytes) -> str:
        """The agency drafts, the issuer takes the roster and enrols, the collector enrols. Gives the campaign.

        A campaign that stays a draft keeps its roster open: its personnel officer can correct it.
        """
        drafted = self.agency.create_campaign(
            round=campaign.round,
            body=campaign.body,
            head=campaign.head,
            visits=campaign.visits,
            schedule=campaign.schedule,
        )
        campaign_id = str(drafted.campaign_id)
        self.agency.import_register(campaign.round, {campaign.body.code: campaign.eligible})
        self.issuer.import_roster(campaign_id, roster)
        if campaign.until != "draft":
            self.issuer.enrol(campaign_id)
        self.collector.enrol(campaign_id)
        return campaign_id

    def announce(self, campaigns: Sequence[str]) -> None:
        """The agency makes the sealing keys and signs the manifests; issuer and collector accept them."""
        self.agency.keygen(campaigns)
        for step in (self.agency.announce, self.issuer.accept, self.collector.accept):
            _for_each(step, campaigns)

    def invite(self, campaign: str) -> list[str]:
        """The issuer's invitation links, one a roster entry."""
        return [str(invitation.link) for invitation in self.issuer.invitations(campaign)]

    def publish_drawn(self, campaigns: Sequence[str]) -> None:
        """The issuer states how many tokens were drawn; the collector accepts that."""
        _for_each(self.issuer.publish_drawn, campaigns)
        _for_each(self.collector.accept_drawn, campaigns)

    def close(self, campaigns: Sequence[str]) -> None:
        """The collector freezes the batch and publishes the board; the issuer forgets who has drawn."""
        _for_each(self.collector.close, campaigns)
        _for_each(self.issuer.close, campaigns)

    def open(self, campaigns: Sequence[str]) -> None:
        """The agency opens the batches to draft releases."""
        _for_each(self.agency.open_batch, campaigns)

    def certify(self, campaigns: Sequence[str]) -> None:
        """The agency signs releases and scoring records."""
        _for_each(self.agency.certify, campaigns)


class SettableClock:
    """The clock that all offices are given while the story is told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment that was set last."""
        return self.now


def _for_each(step: Step, campaigns: Sequence[str]) -> None:
    for campaign in campaigns:
        step(campaign)
