"""What the command line prints of campaigns and Releases, as text and as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from analytics.campaigns.moments import local_text
from analytics.campaigns.reading import Campaign, Round
from analytics.campaigns.round_state import RoundSituation, missing_text
from analytics.figures import KpiFigure, Verdict
from analytics.release import Release, release_bytes
from analytics.round_release import RoundBody, RoundRelease, round_release_bytes
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
        "doubts": [str(doubt) for doubt in campaign.doubts],
    }


def round_as_json(known: Round, campaigns: Sequence[Campaign], together: RoundSituation) -> dict[str, Any]:
    """A round with its campaigns' identifiers, and where its own figures stand."""
    rows = [
        {"campaign_id": c.campaign_id, "body": c.draft.body.code, "state": c.situation.state.value} for c in campaigns
    ]
    whole = {
        "state": together.state.value,
        "allowed": [step.value for step in together.allowed],
        "missing": [{"what": what.value, "bodies": list(bodies)} for what, bodies in together.missing.items()],
    }
    return {"round": known.code, "title": known.title, "together": whole, "campaigns": rows}


def round_situation_as_text(together: RoundSituation) -> str:
    """Where a round's own figures stand, in one line."""
    allowed = f"; allowed now: {', '.join(together.allowed)}" if together.allowed else ""
    missing = f"; waiting for: {missing_text(together)}" if together.missing else ""
    return f"{together.state.value}{allowed}{missing}"


def round_release_as_json(release: RoundRelease) -> dict[str, Any]:
    """The RoundRelease's own JSON."""
    fields: dict[str, Any] = json.loads(round_release_bytes(release))
    return fields


def round_release_as_text(release: RoundRelease) -> str:
    """The few figures of a round that an officer wants to see at once, and whose answers they are."""
    lines = [
        f"All bodies together, round {release.round}",
        f"N = {release.eligible}, K = {release.received}, n = {release.n}, turnout {release.turnout} %",
        f"Bodies: {_codes(release.pooled) or 'none'}",
    ]
    if release.left_out:
        lines.append(f"Left out, fewer than {release.minimum_group} responses: {_codes(release.left_out)}")
    lines += [_kpi_line(figure, release.method) for figure in release.kpis]
    if not release.kpis:
        lines.append("No body has enough responses: there is no KPI of all together.")
    elif release.verdict.result == "row_only":
        lines.append("Only the score row is published.")
    else:
        hidden = sum(release.verdict.hidden.values())
        lines.append(f"The attack on it and on every body's Release found nobody; {hidden} figures are hidden.")
    return "\n".join(lines)


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
    lines += [_kpi_line(figure, release.method) for figure in release.kpis]
    if not release.kpis:
        lines.append("Nobody's response counts: there is no KPI.")
    return "\n".join(lines)


def _kpi_line(figure: KpiFigure, pinned: str) -> str:
    mark = "*" if figure.method == pinned else " "
    value = "withheld" if figure.percent is None else f"{figure.percent} %"
    interval = "" if figure.interval is None else f", 95 % interval {figure.interval.low} to {figure.interval.high}"
    return f"{mark} {figure.method}: {value}{interval}; row {figure.row}, score {figure.score_range}"


def _codes(bodies: Sequence[RoundBody]) -> str:
    return ", ".join(sorted(body.code for body in bodies))
