"""What comes next in a campaign, whose turn it is, and whether it is late: by papers, schedule and clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from analytics.campaigns.reading import Campaign
from analytics.campaigns.state import Missing, Situation, State, Step

DAY = timedelta(days=1)


class Next(StrEnum):
    """What has to happen next."""

    MAKE_KEY = "make-key"
    ENROL = "enrol"
    ANNOUNCE = "announce"
    WAIT = "wait"
    STATE_DRAWN = "state-drawn"
    CLOSE = "close"
    DELIVER_BATCH = "deliver-batch"
    OPEN = "open"
    CERTIFY = "certify"
    WHOLE_ROUND = "whole-round"
    DECIDE_APPEAL = "decide-appeal"
    ARCHIVE = "archive"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Outlook:
    """``due`` is when the next thing should happen, None if there is nothing; ``late`` by how much that is over."""

    next: Next
    is_ours: bool
    due: datetime | None
    late: timedelta | None


def outlook(campaign: Campaign, now: datetime, *, round_waits: bool = False) -> Outlook:
    """The outlook of a campaign at ``now``; ``round_waits`` if the figures of its round still need its batch."""
    coming = _next(campaign)
    if coming is Next.ARCHIVE and round_waits:
        coming = Next.WHOLE_ROUND
    due = _due(coming, campaign)
    late = now - due if due is not None and now > due and coming is not Next.WAIT else None
    ours = coming in (Next.MAKE_KEY, Next.ANNOUNCE, Next.OPEN, Next.CERTIFY, Next.DECIDE_APPEAL, Next.ARCHIVE)
    return Outlook(coming, ours, due, late)


def _next(campaign: Campaign) -> Next:
    present = campaign.situation
    if present.state is not State.VOIDED and Step.CERTIFY in present.allowed:
        return Next.CERTIFY
    if present.state in (State.CERTIFIED, State.VOIDED, State.ARCHIVED):
        return _before_archiving(present)
    if present.state is State.DRAFT:
        return _before_announcing(present.missing)
    undrawn = present.state is State.COLLECTING and campaign.drawn is None
    if undrawn or Missing.DRAWN_STATEMENT in present.missing:
        return Next.STATE_DRAWN
    opening = Next.OPEN if Step.OPEN in present.allowed else Next.DELIVER_BATCH
    others = {
        State.COLLECTED: Next.CLOSE,
        State.CLOSED: opening,
    }
    return others.get(present.state, Next.WAIT)


def _before_announcing(missing: tuple[Missing, ...]) -> Next:
    if Missing.SEALING_KEY in missing:
        return Next.MAKE_KEY
    return Next.ENROL if missing else Next.ANNOUNCE


def _before_archiving(present: Situation) -> Next:
    if Step.ARCHIVE in present.allowed:
        return Next.ARCHIVE
    if Missing.APPEALS in present.missing:
        return Next.WAIT
    return Next.DECIDE_APPEAL if Missing.HOLD in present.missing else Next.NOTHING


def _due(coming: Next, campaign: Campaign) -> datetime | None:
    """Before issuing opens; a day after a window has closed; three days for opening, ten for certifying."""
    schedule = campaign.draft.schedule
    two_visits = campaign.draft.visits == "two"
    stated = schedule.collection_opens if two_visits else schedule.issuance_closes + DAY
    times = {
        Next.MAKE_KEY: schedule.issuance_opens - DAY,
        Next.ENROL: schedule.issuance_opens - DAY,
        Next.ANNOUNCE: schedule.issuance_opens,
        Next.WAIT: campaign.situation.until,
        Next.STATE_DRAWN: stated,
        Next.CLOSE: schedule.collection_closes + DAY,
        Next.DELIVER_BATCH: schedule.collection_closes + DAY,
        Next.OPEN: schedule.collection_closes + 3 * DAY,
        Next.CERTIFY: schedule.collection_closes + 10 * DAY,
    }
    return times.get(coming)
