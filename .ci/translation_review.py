# ruff: noqa: INP001 (a script, no package)
"""Make docs/translation-review.md: every Kazakh text that a native editor still has to confirm, with our confidence.

From the catalogues, the questionnaire and the other data with Kazakh in them, and docs/translation/kazakh.json, which
holds what is known besides: confidence and notes of the questionnaire, terms that are open, what is confirmed already.

    python .ci/translation_review.py            writes the page
    python .ci/translation_review.py --check    fails if the page is not what would be written
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/translation-review.md"
KNOWN = ROOT / "docs/translation/kazakh.json"
QUESTIONNAIRE = ROOT / "survey_app/questionnaires/appendix7.json"
SHORT = 4
ORDER = ("low", "medium", "high")
LOCALE_ENTRY = re.compile(r'^\s+(?:"([^"]+)"|(\w+)): "([^"]+)",$', re.MULTILINE)


HEAD = """# Kazakh texts to be confirmed by a native editor

Made by `make translation-review`; do not edit. The Kazakh of Pikir was written by its developers. It is whole, and none
of it counts as confirmed until a native editor with a feeling for official language has read it.

Of {every} texts {left} are to be read: {low} with low confidence, {medium} medium, {high} high.

Confidence: of the questionnaire, as its translation came. Of all else by rule: the lowest of the open terms in the
text; without one, high for up to {short} words, medium for more. How to confirm: put an entry with `kk` (the text),
`by` and `on` under `confirmed` in [translation/kazakh.json](translation/kazakh.json); a text that is changed later
comes back here. How to correct: change the text in the file that heads its section, and run the command again.
"""


@dataclass(frozen=True)
class Text:
    """One text in English and Kazakh."""

    english: str
    kazakh: str
    confidence: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """The texts of one place."""

    title: str
    texts: tuple[Text, ...]


def questionnaire(known: Mapping[str, Any]) -> Section:
    """The instrument: confidence and notes as the translation came."""
    data = json.loads(QUESTIONNAIRE.read_bytes())
    found = [_known("preamble", data["preamble"], known["texts"])]
    found += [Text(block["en"], block["kk"], "medium") for block in data["blocks"].values()]
    for question in data["questions"]:
        own = known["texts"][question["id"]]
        found.append(_known(question["id"], question["text"], known["texts"]))
        for option in question["options"]:
            about = known["options"].get(option["code"], {})
            alternatives = ", ".join(f"«{one}»" for one in about.get("alternatives", ()))
            confidence = about.get("confidence", own["confidence"])
            note = f"Alternatives: {alternatives}." if alternatives else ""
            found.append(Text(option["text"]["en"], option["text"]["kk"], confidence, note))
    return Section(f"The questionnaire ({known['status']})", _once(found))


def catalogues(terms: list[dict[str, Any]]) -> Iterator[Section]:
    """The programs' texts, one section a side."""
    for path in sorted(ROOT.glob("*/translations/kk/LC_MESSAGES/*.po")) + sorted(
        ROOT.glob("*/*/translations/kk/LC_MESSAGES/*.po")
    ):
        with path.open("rb") as file:
            messages = read_po(file, locale="kk")
        pairs = [(_first(one.id), _all(one.string)) for one in messages if one.id and one.string]
        yield Section(str(path.relative_to(ROOT)), _doubtful_first([_judged(*pair, terms) for pair in pairs]))


def data_files(terms: list[dict[str, Any]]) -> Iterator[Section]:
    """Kazakh in JSON files beside the code, and in the charts' locale."""
    for path in sorted(ROOT.glob("analytics/data/*.json")):
        found = [_judged(english, kazakh, terms) for english, kazakh in _pairs(json.loads(path.read_bytes()))]
        if found:
            yield Section(str(path.relative_to(ROOT)), _doubtful_first(found))
    locale = ROOT / "analytics/static/plotly-locale-kk.js"
    entries = LOCALE_ENTRY.findall(locale.read_text(encoding="utf-8").partition("dictionary: {")[2].partition("}")[0])
    texts = [_judged(quoted or bare, kazakh, terms) for quoted, bare, kazakh in entries]
    yield Section(str(locale.relative_to(ROOT)), _doubtful_first(texts))


def page() -> str:
    """The whole page."""
    known = json.loads(KNOWN.read_bytes())
    confirmed = {one["kk"] for one in known["confirmed"]}
    sections = [questionnaire(known["questionnaire"]), *catalogues(known["terms"]), *data_files(known["terms"])]
    every = [text for section in sections for text in section.texts]
    left = [text for text in every if text.kazakh not in confirmed]
    counts = {level: sum(text.confidence == level for text in left) for level in ORDER}
    lines = [
        *HEAD.format(every=len(every), left=len(left), short=SHORT, **counts).splitlines(),
        "",
        "## Terms first",
        "",
        "| English | Kazakh | confidence | note |",
        "|---|---|---|---|",
        *(f"| {term['en']} | {term['kk']} | {term['confidence']} | {term['note']} |" for term in known["terms"]),
    ]
    for section in sections:
        rows = [text for text in section.texts if text.kazakh not in confirmed]
        if rows:
            lines += ["", f"## {section.title}", "", "| confidence | English | Kazakh | note |", "|---|---|---|---|"]
            lines += [
                f"| {row.confidence} | {_cell(row.english)} | {_cell(row.kazakh)} | {_cell(row.note)} |" for row in rows
            ]
    return "\n".join(lines) + "\n"


def _known(name: str, text: Mapping[str, str], known: Mapping[str, Any]) -> Text:
    about = known[name]
    return Text(text["en"], text["kk"], about["confidence"], about.get("note", ""))


def _judged(english: str, kazakh: str, terms: list[dict[str, Any]]) -> Text:
    lowered = kazakh.lower()
    inside = [term for term in terms if any(stem in lowered for stem in term["stems"])]
    plain = "high" if len(kazakh.split()) <= SHORT else "medium"
    confidence = min((term["confidence"] for term in inside), key=ORDER.index, default=plain)
    return Text(english, kazakh, confidence, ", ".join(term["en"] for term in inside))


def _pairs(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("kk"), str) and isinstance(node.get("en"), str):
            yield node["en"], node["kk"]
        for value in node.values():
            yield from _pairs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _pairs(value)


def _once(texts: list[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(texts))


def _doubtful_first(texts: list[Text]) -> tuple[Text, ...]:
    return tuple(sorted(_once(texts), key=lambda text: ORDER.index(text.confidence)))


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _all(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else " / ".join(text)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    made = page()
    if not parser.parse_args().check:
        PAGE.write_text(made, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != made:
        sys.exit("docs/translation-review.md is not up to date; run: make translation-review")


if __name__ == "__main__":
    main()
