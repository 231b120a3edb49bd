# ruff: noqa: INP001 (scripts of the client, no package)
"""Golos Text as one small file a weight: the Latin, Cyrillic and extended Cyrillic parts merged, then subset.

Kept are printable ASCII, Russian, the nine letters that only Kazakh has, and
typographic punctuation. Everything is deterministic: the same npm package gives the same bytes.
"""

import argparse
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
SOURCES = HERE / "node_modules/@fontsource/golos-text/files"
WEIGHTS = (400, 700)
PARTS = ("latin", "cyrillic", "cyrillic-ext")
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
RUSSIAN = "".join(map(chr, range(0x410, 0x450))) + "Ёё"
PUNCTUATION = "«»„“”‘’–—…№·×•−§©°±\u00a0\u2009"
CHARACTERS = "".join(map(chr, range(0x20, 0x7F))) + RUSSIAN + KAZAKH + PUNCTUATION
FEATURES = ["kern", "tnum", "ccmp", "mark", "mkmk"]
FIXED_TIME = 3_786_912_000  # seconds since 1904: 2024-01-01, so that a rebuild gives the same bytes


def merged_font(weight: int, folder: Path) -> TTFont:
    """One font of the three parts of ``weight``."""
    parts = []
    for part in PARTS:
        font = TTFont(SOURCES / f"golos-text-{part}-{weight}-normal.woff2", recalcTimestamp=False)
        font.flavor = None
        for table in ("vhea", "vmtx", "STAT"):
            if table in font:
                del font[table]
        path = folder / f"{part}.ttf"
        font.save(path)
        parts.append(str(path))
    return Merger().merge(parts)


def subset_font(font: TTFont) -> TTFont:
    """Only the characters that the product writes, without hinting (screens of today do not use it)."""
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    return font


def build_fonts(target: Path) -> None:
    """Write golos-text-400.woff2 and golos-text-700.woff2 into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        with tempfile.TemporaryDirectory() as folder:
            font = subset_font(merged_font(weight, Path(folder)))
            font["head"].created = font["head"].modified = FIXED_TIME
            font.recalcTimestamp = False
            font.flavor = "woff2"
            font.save(target / f"golos-text-{weight}.woff2")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    build_fonts(parser.parse_args().target)
