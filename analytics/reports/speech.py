"""The language of a printed document, also where there is no web page: on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, g, has_app_context
from flask_babel import force_locale

from survey_app.web.languages import install_languages

PACKAGE = Path(__file__).resolve().parents[1]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything that is translated inside the block is in ``language`` (kk, ru, en)."""
    if not has_app_context():
        app = Flask("analytics", static_folder=None, template_folder=None)
        install_languages(app, [PACKAGE / "translations"])
        with app.app_context(), speaking(language):
            yield
        return
    before = g.get("lang")
    g.lang = language
    try:
        with force_locale(language):
            yield
    finally:
        g.lang = before
