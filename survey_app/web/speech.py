"""The language of a printed text, also where there is no web page: on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, g, has_app_context
from flask_babel import force_locale

from survey_app.web.languages import install_languages


@contextmanager
def speaking(language: str, translations: Path) -> Iterator[None]:
    """Everything that is translated inside the block is in ``language`` (kk, ru, en).

    ``translations`` is the catalogue folder of the side that speaks; an application that is there already has its own.
    """
    if not has_app_context():
        app = Flask("pikir", static_folder=None, template_folder=None)
        install_languages(app, [translations])
        with app.app_context(), speaking(language, translations):
            yield
        return
    before = g.get("lang")
    g.lang = language
    try:
        with force_locale(language):
            yield
    finally:
        g.lang = before
