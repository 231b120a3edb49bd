# ruff: noqa: INP001 (scripts of the client, no package)
"""Golos Text for printed pages, as TrueType files that the typesetter reads: every character that the npm package has.

On paper stand names of bodies and people, so nothing is left out but hinting. From the same package as the fonts on
screen; deterministic, like those. ``survey_app/web/fonts`` holds the results.
"""

import argparse
import tempfile
from pathlib import Path

import fonts
from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = {400: "Regular", 600: "SemiBold"}
fonts.PARTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")


def whole_font(font: TTFont) -> TTFont:
    """All characters, with kerning and tabular figures, without hinting."""
    options = subset.Options()
    options.layout_features = fonts.FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    return font


def build_print_fonts(target: Path) -> None:
    """Write GolosText-Regular.ttf and GolosText-SemiBold.ttf into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        with tempfile.TemporaryDirectory() as folder:
            font = whole_font(fonts.merged_font(weight, Path(folder)))
            font["head"].created = font["head"].modified = fonts.FIXED_TIME
            font.recalcTimestamp = False
            font.flavor = None
            font.save(target / f"GolosText-{name}.ttf")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    build_print_fonts(parser.parse_args().target)
