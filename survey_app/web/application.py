"""Puts the shared parts together: every office's application starts here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from survey_app.domain.errors import PikirError
from survey_app.web import assets, compression, languages, limits, problems, security

if TYPE_CHECKING:
    from flask.json.provider import DefaultJSONProvider

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_REQUEST = 16 * 1024


def make_application(
    kind: type[Flask],
    office: Path,
    *,
    demo: bool,
    requests_per_second: int,
    form_action: Literal["none", "self"],
    problem_texts: Mapping[type[PikirError], problems.Problem],
    parts: Sequence[Path] = (),
) -> Flask:
    """An application with headers, limits, languages, error pages and static files.

    ``office`` is the package folder that holds the side's own templates/, static/ and translations/; ``parts`` are
    folders of further packages with the same, whose files an office's own go before.
    """
    app = kind(office.name, static_folder=None, template_folder=None, root_path=str(office))
    folders = [*(folder / "templates" for folder in (office, *parts)), TEMPLATES]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    cast("DefaultJSONProvider", app.json).ensure_ascii = False  # Cyrillic in a page's data as it is: half the bytes
    security.install_headers(app, form_action=form_action)
    languages.install_languages(app, [folder / "translations" for folder in (*parts, office)])
    assets.install_assets(app, assets.load_assets(assets.SHARED, *(folder / "static" for folder in (*parts, office))))
    problems.install_problems(app, problem_texts)
    limits.install_limit(app, requests_per_second)
    app.context_processor(lambda: {"demo": demo})
    if isinstance(app, security.AnonymousFlask):
        security.log_without_time(app)
        compression.install_compression(app)  # not where a staff session's secrets are on the page
    return app
