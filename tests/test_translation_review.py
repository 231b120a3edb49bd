"""docs/translation-review.md names every Kazakh text of the product, until an editor has confirmed it."""

import importlib.util
import json
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from tests.tree import ROOT

SCRIPT = ROOT / ".ci/translation_review.py"
PAGE = ROOT / "docs/translation-review.md"
SOURCE = json.loads((ROOT / "tests/data/questionnaire_appendix7.json").read_bytes())


@pytest.fixture(scope="module")
def review():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("translation_review", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_text_of_every_catalogue_is_on_it():
    page = " ".join(PAGE.read_text(encoding="utf-8").replace("\\|", "|").replace("&lt;", "<").split())
    for path in [*ROOT.glob("survey_app/*/translations/kk/LC_MESSAGES/*.po"), *ROOT.glob("analytics/**/kk/**/*.po")]:
        with path.open("rb") as file:
            for message in read_po(file, locale="kk"):
                forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
                assert [form for form in forms if message.id and " ".join(form.split()) not in page] == [], path


@pytest.mark.parametrize("question", SOURCE["questions"], ids=lambda question: question["id"])
def test_the_questionnaires_confidence_is_that_of_its_translation(question):
    line = f"| {question['kk_confidence']} | {question['en']} | {question['kk']} | {question.get('kk_note', '')} |"
    assert line in PAGE.read_text(encoding="utf-8")


def test_a_confirmed_text_goes_and_a_changed_one_comes_back(review, tmp_path, monkeypatch):
    text = SOURCE["questions"][0]["kk"]
    known = json.loads(review.KNOWN.read_bytes())
    known["confirmed"] = [{"kk": text, "by": "An editor", "on": "2026-12-01"}]
    other = tmp_path / "kazakh.json"
    other.write_text(json.dumps(known), encoding="utf-8")
    assert text in review.page()
    monkeypatch.setattr(review, "KNOWN", other)
    assert text not in review.page()
    known["confirmed"][0]["kk"] = text + " "
    other.write_text(json.dumps(known), encoding="utf-8")
    assert text in review.page()
