"""Typeset PDF documents: Typst templates of this package, filled with data that is never read as markup.

The same data give the same bytes. Fonts are our own file; where a name has a character that they lack, the
typesetter's built-in ones. Documents are tagged (PDF/UA-1), so that a screen reader reads them too.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).resolve().parents[1] / "fonts"
MEDIA_TYPE = "application/pdf"


def typeset(template: str, data: Mapping[str, Any], moment: datetime) -> bytes:
    """PDF of ``template`` (a file's name in typst/) over ``data``; ``moment`` is the document's date."""
    text = json.dumps(data, ensure_ascii=False)
    pdf = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": text},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=moment,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one document")
    return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
