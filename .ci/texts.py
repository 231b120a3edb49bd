# ruff: noqa: INP001 (a script, no package)
"""Bring every side's translation catalogues up to date with its templates and code, keeping what is translated.

A text that survey_app/web translates is not asked for again: every office reads that catalogue as well.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SHARED = "survey_app/web"
OFFICES = ("survey_app/front_door", "survey_app/staff", "survey_app/identity", "survey_app/responses", "analytics")
LANGUAGES = ("kk", "ru")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
SINGULAR, PLURAL = ("_", "_l", "gettext", "lazy_gettext", "N_"), ("ngettext", "_n", "lazy_ngettext")
KEYWORDS = {**dict.fromkeys(SINGULAR), **dict.fromkeys(PLURAL, (1, 2))}


def main() -> None:
    """Rewrite the catalogues."""
    shared = used(ROOT / SHARED)
    for side in (SHARED, *OFFICES):
        texts = used(ROOT / side) - (set() if side == SHARED else shared)
        for language in LANGUAGES:
            _update(ROOT / side / "translations" / language / "LC_MESSAGES/messages.po", texts)


def used(side: Path) -> set[str | tuple[str, ...]]:
    """The texts in a side's Python and templates."""
    found = extract_from_dir(str(side), METHODS, {}, KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def _update(path: Path, texts: set[str | tuple[str, ...]]) -> None:
    """The header stays as it stands."""
    header, _, _ = path.read_text(encoding="utf-8").partition("\n\n")
    with path.open("rb") as file:
        catalogue = read_po(file)
    template = Catalog()
    for text in texts:
        template.add(text)
    catalogue.update(template, no_fuzzy_matching=True)
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    path.write_text(f"{header}\n\n{out.getvalue().decode().strip()}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
