"""The story that a demonstration tells: which bodies, which rounds, how far each campaign has come by now."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from survey_app.domain.manifest import Body, LocalisedText, Schedule, Visits

BODIES = Path(__file__).parent / "bodies.json"
MORNING = time(4, tzinfo=UTC)  # nine o'clock in Almaty
YEAR = timedelta(days=364)  # whole weeks: a Monday stays a Monday
DRAFTED_BEFORE = timedelta(days=60)
Stage = Literal["draft", "announced", "issuing", "drawn", "collecting", "closed", "opened", "certified", "voided"]
STAGES: tuple[Stage, ...] = ("draft", "announced", "issuing", "drawn", "collecting", "closed", "opened", "certified")


@dataclass(frozen=True)
class PlannedCampaign:
    """One campaign of the story. ``turnout`` is the share that submits, ``level`` the mood in logits (opinions.py)."""

    round: str
    body: Body
    head: LocalisedText
    eligible: int
    turnout: float
    level: float
    visits: Visits
    drafted: datetime
    schedule: Schedule
    until: Stage
    disputes: int
    void_reason: str | None

    @property
    def key(self) -> tuple[str, str]:
        """(round, body): unique in a plan."""
        return self.round, self.body.code


@dataclass(frozen=True)
class Step:
    """Something that happens to a campaign at a moment."""

    moment: datetime
    stage: Stage
    campaign: PlannedCampaign


def make_plan(now: datetime, bodies: Iterable[Mapping[str, Any]] | None = None) -> tuple[PlannedCampaign, ...]:
    """All campaigns, scheduled so that at ``now`` they stand where the story has them; the last round is current."""
    stories = list(bodies) if bodies is not None else json.loads(BODIES.read_bytes())
    return tuple(
        _campaign(story, details, now, years_ago)
        for story in stories
        for years_ago, details in enumerate(reversed(story["rounds"]))
    )


def steps_of(campaign: PlannedCampaign) -> list[Step]:
    """What happens to a campaign, in order of time, up to where the story leaves it."""
    schedule, hour, day = campaign.schedule, timedelta(hours=1), timedelta(days=1)
    moments: dict[Stage, datetime] = {
        "draft": campaign.drafted,
        "announced": campaign.drafted + 4 * day,
        "issuing": schedule.issuance_opens + day,
        "drawn": schedule.issuance_closes + hour,
        "collecting": schedule.collection_opens + day + hour,
        "closed": schedule.collection_closes + hour,
        "opened": schedule.collection_closes + day,
        "certified": schedule.collection_closes + 2 * day,
    }
    last: Stage = "closed" if campaign.until == "voided" else campaign.until
    stages = STAGES[: STAGES.index(last) + 1]
    if campaign.visits == "single" and last == "collecting":  # M is stated once issuing has closed
        stages = tuple(stage for stage in stages if stage != "drawn")
    steps = [Step(moments[stage], stage, campaign) for stage in stages]
    return [*steps, Step(moments["opened"] - hour, "voided", campaign)] if campaign.until == "voided" else steps


def rounds_that_are_over(plan: Iterable[PlannedCampaign]) -> frozenset[str]:
    """Codes of rounds of which every campaign is certified or void, and all were opened on the same day."""
    campaigns = list(plan)
    under_way = {campaign.round for campaign in campaigns if campaign.until not in ("certified", "voided")}
    closes = {(campaign.round, campaign.schedule.collection_closes) for campaign in campaigns}
    codes = [code for code, _ in closes]
    return frozenset(code for code in codes if codes.count(code) == 1) - under_way


def anchor_of(now: datetime) -> datetime:
    """The last morning (09:00 in Almaty) up to ``now``."""
    morning = datetime.combine(now.astimezone(UTC).date(), MORNING)
    return morning if morning <= now else morning - timedelta(days=1)


def schedule_for(until: Stage, visits: Visits, anchor: datetime) -> Schedule:
    """Windows that have brought a campaign to ``until`` by ``anchor``; what is open now stays open for four weeks."""
    days = _WINDOWS["single" if visits == "single" else until]
    return Schedule(*(anchor + timedelta(days=offset) for offset in days))


_WINDOWS: Mapping[str, tuple[int, int, int, int]] = {
    "single": (-3, 35, -3, 42),
    "draft": (30, 44, 45, 59),
    "announced": (6, 20, 21, 35),
    "issuing": (-3, 28, 29, 43),
    "drawn": (-16, -2, 7, 35),
    "collecting": (-20, -6, -5, 35),
    "closed": (-31, -17, -16, -2),
    "opened": (-33, -19, -18, -4),
    "certified": (-45, -31, -30, -14),
    "voided": (-45, -31, -30, -14),
}


def _campaign(story: Mapping[str, Any], details: Mapping[str, Any], now: datetime, years_ago: int) -> PlannedCampaign:
    visits: Visits = details.get("visits", "two")
    anchor = anchor_of(now - years_ago * YEAR)
    return PlannedCampaign(
        round=str(now.year - years_ago),
        body=Body(story["code"], LocalisedText(**story["name"])),
        head=LocalisedText(**story["head"]),
        eligible=details["eligible"],
        turnout=details["turnout"],
        level=details["mood"],
        visits=visits,
        drafted=anchor - DRAFTED_BEFORE,
        schedule=schedule_for(details["until"], visits, anchor),
        until=details["until"],
        disputes=details.get("disputes", 0),
        void_reason=details.get("void_reason"),
    )
