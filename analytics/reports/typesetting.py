"""Typeset PDF documents of the agency: the templates of this package."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from survey_app.web import typesetting

TEMPLATES = Path(__file__).parent / "typst"
MEDIA_TYPE = typesetting.MEDIA_TYPE


def typeset(template: str, data: Mapping[str, Any], moment: datetime) -> bytes:
    """PDF of ``template`` (a file's name in typst/) over ``data``; ``moment`` is the document's date."""
    return typesetting.typeset(TEMPLATES / template, data, moment)
