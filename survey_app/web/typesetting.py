"""Typeset PDF documents: Typst templates filled with data that are never read as markup, all in memory.

The same data give the same bytes. Fonts are our own file; where a name has a character that they lack, the
typesetter's built-in ones. Nothing is written: neither the data nor the PDF touches a disk here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).parent / "fonts"
MEDIA_TYPE = "application/pdf"


def typeset(template: Path, data: Mapping[str, Any], moment: datetime, *, tagged: bool = True) -> bytes:
    """PDF of ``template`` over ``data``; ``moment`` is the document's date.

    ``tagged``: for screen readers too (PDF/UA-1); leave it out for what only a printer will read. Templates import
    what they share by paths from the folder that holds our packages, such as ``/survey_app/web/typst/paper.typ``.
    """
    pdf = typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"] if tagged else [],
        pdf_tags=tagged,
        timestamp=moment,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one document")
    return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
