"""Every text of every side is there in Kazakh and Russian: none missing, none left over, placeholders kept."""

import re
from pathlib import Path
from runpy import run_path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.tree import ROOT

SIDES = [*sorted(path.parent for path in ROOT.glob("survey_app/*/translations")), ROOT / "analytics"]
SHARED = ROOT / "survey_app/web"  # every office reads this catalogue as well
used = run_path(str(ROOT / ".ci/texts.py"))["used"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogue(side: Path, language: str) -> Catalog:
    with (side / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(side: Path, language: str) -> set[str | tuple[str, ...]]:
    messages = [message for message in catalogue(side, language) if message.id]
    return {message.id for message in messages if not message.fuzzy and all(_forms(message.string))}


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
class TestCatalogue:
    def test_nothing_is_missing_and_nothing_is_left_over(self, side: Path, language: str) -> None:
        texts, own, shared = used(side), translated(side, language), translated(SHARED, language)
        assert sorted(map(str, texts - own - shared)) == [], "not translated"
        assert sorted(map(str, {message.id for message in catalogue(side, language) if message.id} - texts)) == [], (
            "translated, but used nowhere"
        )

    def test_placeholders_are_kept(self, side: Path, language: str) -> None:
        for message in catalogue(side, language):
            expected = set(PLACEHOLDER.findall(_forms(message.id)[-1]))
            for form in _forms(message.string):
                assert set(PLACEHOLDER.findall(form)) == expected, message.id

    def test_plurals_have_all_forms_of_the_language(self, side: Path, language: str) -> None:
        found = catalogue(side, language)
        for message in found:
            if isinstance(message.id, tuple):
                assert len(message.string) == found.num_plurals, message.id


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)
