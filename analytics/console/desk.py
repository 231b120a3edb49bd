"""What every view of the console needs: who acts, which proposals wait, and what is kept in memory."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request

from analytics.campaigns.key_ceremony import KeyCeremony
from analytics.campaigns.key_gathering import KeyGathering
from analytics.campaigns.reading import UnknownCampaign, campaigns
from analytics.console.memory import Memory
from analytics.console.openings import RunningOpening
from analytics.views.office import office
from survey_app.staff.approvals import Proposal
from survey_app.staff.guard import current_staff
from survey_app.web.clock import Clock

EXTENSION = "agency-console"
CEREMONIES_LAST = timedelta(hours=2)
GATHERINGS_LAST = timedelta(hours=2)
OPENINGS_STAY = timedelta(hours=8)


@dataclass(frozen=True)
class Gathering:
    """What opens the keys of some campaigns is being brought, for what ``officer`` approved as it was proposed.

    Without a ``proposal`` it is for a rehearsal that he began; no batch is touched then.
    """

    round_code: str
    campaign_ids: tuple[str, ...]
    officer: str
    keys: KeyGathering
    proposal: Proposal | None


@dataclass(frozen=True)
class Ceremony:
    """A key that is being made by ``officer`` for some campaigns of a round."""

    round_code: str
    officer: str
    key: KeyCeremony


@dataclass(frozen=True)
class Console:
    """In this process only."""

    ceremonies: Memory[Ceremony]
    gatherings: Memory[Gathering]
    openings: Memory[RunningOpening]


def make_console(clock: Clock) -> Console:
    """An empty memory."""
    return Console(Memory(clock, CEREMONIES_LAST), Memory(clock, GATHERINGS_LAST), Memory(clock, OPENINGS_STAY))


def console() -> Console:
    """The memory of the application that answers this request."""
    found: Console = current_app.extensions[EXTENSION]
    return found


def actor() -> str:
    """The login of who acts, for the journal."""
    return current_staff().login


def chosen_campaigns(round_code: str) -> list[str]:
    """The campaigns that the form names, all of this round: who reads its pages sees bodies. Raises UnknownCampaign."""
    chosen = request.form.getlist("campaign")
    if not {one.campaign_id for one in campaigns(office(), round_code)}.issuperset(chosen):
        raise UnknownCampaign(f"a campaign that was chosen is not of the round {round_code}")
    return chosen
