"""What a demonstration leaves for its visitors: ready token files, and demo.json that says what is where."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from simulation.demo import Told
from survey_app.domain.token import TRANSIT_FORMAT, Token, pack_token

MOST_LINKS = 12
MOST_TOKENS = 12


def describe(base_url: str, told: Iterable[Told], tokens: Path) -> dict[str, Any]:
    """The beginning of demo.json; writes the token files into the folder ``tokens``."""
    campaigns = [describe_campaign(campaign, write_token_files(tokens, campaign)) for campaign in told]
    return {"base_url": base_url, "campaigns": campaigns}


def write_token_files(folder: Path, told: Told) -> list[Path]:
    """One `pikir-token/1` file, as the issuer's page saves it, for each token that a visitor may use up."""
    if told.plan.until != "collecting" or told.plan.visits != "two":
        return []
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, token in enumerate(told.tokens[:MOST_TOKENS], 1):
        path = folder / f"{told.plan.body.code}-{number:02d}.json"
        content = token_file(token, told.collector_url, told.plan.body.name.kk)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def token_file(token: Token, collector_url: str, body: str) -> dict[str, str]:
    """A token as a file carries it from the issuer's page to the collector's."""
    return {
        "format": TRANSIT_FORMAT,
        "campaign_id": token.campaign_id,
        "body": body,
        "collector": collector_url,
        "open_with": f"{collector_url}/kk/c/{token.campaign_id}",
        "token": pack_token(token),
    }


def describe_campaign(told: Told, token_files: Iterable[Path]) -> dict[str, Any]:
    """A campaign's entry in demo.json; ``links`` only where somebody can draw now."""
    plan = told.plan
    is_issuing = plan.until == "issuing" or plan.visits == "single"
    return {
        "campaign_id": told.campaign_id,
        "round": plan.round,
        "body": plan.body.code,
        "name": {"kk": plan.body.name.kk, "ru": plan.body.name.ru, "en": plan.body.name.en},
        "state": plan.until,
        "visits": plan.visits,
        "eligible": plan.eligible,
        "links": told.links[:MOST_LINKS] if is_issuing else [],
        "token_files": [str(path.resolve()) for path in token_files],
    }


def write_description(path: Path, description: Mapping[str, Any]) -> None:
    """Write demo.json, in one step: it says that the demonstration is complete."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(description, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
