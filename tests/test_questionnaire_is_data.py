"""The questionnaire is data: none of its words appears in code, script, template or catalogue."""

import re

import pytest

from tests.tree import ROOT, files

LANGUAGES = ("kk", "ru", "en")
LONG = 25
CODE = (".py", ".js", ".mjs", ".ts", ".html", ".jinja", ".mako", ".typ", ".css", ".scss")


@pytest.fixture(scope="module")
def texts(questionnaire) -> set[str]:
    """Every question and option in every language."""
    localised = [question.text for question in questionnaire.questions]
    localised += [option.text for question in questionnaire.questions for option in question.options]
    return {text[language] for text in [*localised, questionnaire.preamble] for language in LANGUAGES}


def sources(*suffixes: str) -> dict[str, str]:
    """Text of the product's files by name; tests may quote the questionnaire, the product may not."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in files(*suffixes)
        if path.relative_to(ROOT).parts[0] != "tests"
    }


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_no_question_or_option_is_written_in_the_code(texts):
    """Long texts anywhere; short ones ("Yes") as a literal or an element of their own, if not in English."""
    foreign = {text for text in texts if not text.isascii()}
    literal = re.compile("|".join(rf"""["'>]\s*{re.escape(text)}\s*["'<]""" for text in sorted(foreign)))
    long = sorted(text for text in texts if len(text) >= LONG)

    for name, content in sources(*CODE).items():
        found = [text for text in long if text in squeezed(content)]
        found += literal.findall(content)
        assert not found, f"{name}: {found}"


def test_no_question_is_in_a_catalogue(texts):
    long = sorted(text for text in texts if len(text) >= LONG)

    for name, content in sources(".po", ".pot").items():
        joined = squeezed(re.sub(r'"\s*\n\s*"', "", content))
        assert not [text for text in long if text in joined], name
