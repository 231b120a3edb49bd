"""What Pikir is, and the way to each office; in a demonstration also what a visitor can try, with sign-ins.

Knows no office: it only links to where wsgi.py puts them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app.web.application import make_application
from survey_app.web.languages import current_language
from survey_app.web.security import AnonymousFlask

PACKAGE = Path(__file__).parent
REQUESTS_PER_SECOND = 200
MOST_LINKS = 6
EXHIBITION = "pikir-exhibition"

pages = Blueprint("pages", __name__)


@dataclass(frozen=True)
class Door:
    """A campaign that a visitor can take part in now, with paths on this machine; "{lang}" stands for the language."""

    campaign: Mapping[str, Any]
    draws: tuple[str, ...]
    answers: tuple[str, ...]
    token_files: tuple[str, ...]


@dataclass(frozen=True)
class Exhibition:
    """What a demonstration shows: open campaigns, all of the current round, and who may sign in."""

    doors: tuple[Door, ...]
    round: str
    campaigns: tuple[Mapping[str, Any], ...]
    staff: tuple[Mapping[str, str], ...]
    sealing_passphrase: str


def create_front_door(description: Mapping[str, Any] | None) -> Flask:
    """The application at /. ``description`` is what demo.json says; None where things are in earnest."""
    app = make_application(
        AnonymousFlask,
        PACKAGE,
        demo=description is not None,
        requests_per_second=REQUESTS_PER_SECOND,
        form_action="none",
        problem_texts={},
    )
    app.extensions[EXHIBITION] = None if description is None else make_exhibition(description)
    app.register_blueprint(pages)
    return app


def make_exhibition(description: Mapping[str, Any]) -> Exhibition:
    """Arrange demo.json for visitors; reads the token files that it names."""
    campaigns = description["campaigns"]
    current = max(campaign["round"] for campaign in campaigns)
    doors = [_door(campaign) for campaign in campaigns if campaign["links"] or campaign["token_files"]]
    return Exhibition(
        doors=tuple(sorted(doors, key=lambda door: (door.campaign["visits"] != "single", not door.draws))),
        round=current,
        campaigns=tuple(campaign for campaign in campaigns if campaign["round"] == current),
        staff=tuple(description["staff"]),
        sealing_passphrase=description["sealing_passphrase"],
    )


@pages.get("/")
def root() -> Response:
    """To the reader's language."""
    return redirect(url_for("pages.home", lang=current_language()))


@pages.get("/<language:lang>/")
def home() -> str:
    """The front door."""
    return render_template("front_door.html", exhibition=current_app.extensions[EXHIBITION])


def _door(campaign: Mapping[str, Any]) -> Door:
    files = tuple(path for path in campaign["token_files"][:MOST_LINKS] if Path(path).exists())
    return Door(
        campaign=campaign,
        draws=tuple(_any_language(link) for link in campaign["links"][:MOST_LINKS]),
        answers=tuple(_answering_path(json.loads(Path(path).read_bytes())) for path in files),
        token_files=files,
    )


def _answering_path(token: Mapping[str, str]) -> str:
    return f"{_any_language(token['open_with'])}#{token['token']}"


def _any_language(url: str) -> str:
    """Path and fragment of {origin}/{office}/{language}/…, open to any language."""
    parts = urlsplit(url)
    _, office, _, rest = parts.path.split("/", 3)
    return f"/{office}/{{lang}}/{rest}" + (f"#{parts.fragment}" if parts.fragment else "")
