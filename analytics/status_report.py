"""What the command line prints of campaigns and Releases, as text and as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from analytics.campaigns.moments import local_text
from analytics.campaigns.reading import Campaign, Round
from analytics.figures import Verdict
from analytics.release import Release, release_bytes
from survey_app.domain.documents import format_time

_WINDOWS = ("issuance_opens", "issuance_closes", "collection_opens", "collection_closes")


def as_json(campaign: Campaign) -> dict[str, Any]:
    """One campaign's standing."""
    draft, present = campaign.draft, campaign.situation
    return {
        "campaign_id": draft.campaign_id,
        "round": draft.round,
        "body": draft.body.code,
        "state": present.state.value,
        "visits": draft.visits,
        "eligible": None if campaign.manifest is None else campaign.manifest.eligible,
        "fingerprint": None if campaign.fingerprint is None else campaign.fingerprint.hex(),
        "schedule": {window: format_time(getattr(draft.schedule, window)) for window in _WINDOWS},
        "allowed": [step.value for step in present.allowed],
        "missing": [what.value for what in present.missing],
        "until": None if present.until is None else format_time(present.until),
        "void_reason": None if campaign.void is None else campaign.void.reason,
        "doubts": list(campaign.doubts),
    }


def round_as_json(known: Round, campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """A round with its campaigns' identifiers."""
    rows = [
        {"campaign_id": c.campaign_id, "body": c.draft.body.code, "state": c.situation.state.value} for c in campaigns
    ]
    return {"round": known.code, "title": known.title, "campaigns": rows}


def as_table(campaigns: Sequence[Campaign]) -> Table:
    """A table for the terminal; times in Asia/Almaty."""
    table = Table("Round", "Body", "Campaign", "State", "N", "Allowed now", "Waiting for", box=None)
    for campaign in campaigns:
        present, draft = campaign.situation, campaign.draft
        until = "" if present.until is None else f" ({local_text(present.until)})"
        table.add_row(
            draft.round,
            draft.body.code,
            draft.campaign_id,
            present.state.value,
            "" if campaign.manifest is None else str(campaign.manifest.eligible),
            ", ".join(present.allowed),
            "; ".join(what.value for what in present.missing) + until,
        )
    return table


def release_as_json(release: Release) -> dict[str, Any]:
    """The Release's own JSON."""
    fields: dict[str, Any] = json.loads(release_bytes(release))
    return fields


def attack_as_text(verdict: Verdict, milliseconds: int | None) -> str:
    """What came of the attack, how close it came, what is hidden by which mark, and how long it took."""
    time = "" if milliseconds is None else f" in {milliseconds / 1000:.2f} s"
    if verdict.result == "row_only":
        return f"Attack{time}: nothing but the score row is published."
    margin = "" if verdict.worst_margin is None else f"; worst margin {verdict.worst_margin}"
    hidden = ", ".join(f"{mark} {count}" for mark, count in verdict.hidden.items())
    return f"Attack withstood{time}{margin}; hidden: {hidden or 'nothing'}."


def release_as_text(release: Release) -> str:
    """The few figures that an officer wants to see at once."""
    drawn = "not stated" if release.drawn is None else release.drawn
    lines = [
        f"{release.body.code}, round {release.round}",
        f"N = {release.eligible}, M = {drawn}, K = {release.received}, n = {release.n}",
        f"turnout {release.turnout} %, {release.standing}",
    ]
    if release.rejected or release.unusable:
        reasons = {**release.rejected, "too-few-answers": release.unusable}
        lines.append("Not counted: " + ", ".join(f"{reason} {count}" for reason, count in reasons.items() if count))
    for figure in release.kpis:
        mark = "*" if figure.method == release.method else " "
        value = "withheld" if figure.percent is None else f"{figure.percent} %"
        interval = "" if figure.interval is None else f", 95 % interval {figure.interval.low} to {figure.interval.high}"
        lines.append(f"{mark} {figure.method}: {value}{interval}; row {figure.row}, score {figure.score_range}")
    if not release.kpis:
        lines.append("Nobody's response counts: there is no KPI.")
    return "\n".join(lines)
