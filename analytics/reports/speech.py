"""The language of the agency's printed documents."""

from contextlib import AbstractContextManager
from pathlib import Path

from survey_app.web import speech

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"


def speaking(language: str) -> AbstractContextManager[None]:
    """Everything that is translated inside the block is in ``language`` (kk, ru, en)."""
    return speech.speaking(language, TRANSLATIONS)
