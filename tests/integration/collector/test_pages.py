"""The collector's pages: the questionnaire comes from data, nothing can be posted, nothing is set."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from config import collector_config
from survey_app.collector_app import create_collector_app
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import batch, views
from survey_app.web import questionnaires
from tests.builders import OPENS, office_keys, three_questions
from tests.clock import FakeClock
from tests.conftest import ROOT
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import plan_campaign, post, wire

LANGUAGES = ("kk", "ru", "en")


def fetch(collecting: SimpleNamespace, path: str, status: int = 200) -> str:
    """The page's text, unescaped; it sets no cookie and names no other host."""
    answer = collecting.app.test_client().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "Set-Cookie" not in answer.headers
    assert not re.findall(r"""<(?!a )[^>]*\s(?:src|href|action)=["'](?:https?:)?//""", answer.text)  # links may
    return html.unescape(answer.text)


def page_data(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questionnaire_is_the_official_one(
    collecting: SimpleNamespace, questionnaire: Questionnaire, language: str
) -> None:
    page = fetch(collecting, f"/{language}/c/{collecting.story.campaign_id}")
    places = [page.index(question.text[language]) for question in questionnaire.questions]
    assert places == sorted(places)
    for question in questionnaire.questions:
        assert all(option.text[language] in page for option in question.options)
    assert f'lang="{language}"' in page


def test_nothing_on_the_page_could_post_answers(collecting: SimpleNamespace) -> None:
    page = fetch(collecting, f"/kk/c/{collecting.story.campaign_id}")
    radios = re.findall(r"<input[^>]*type=\"radio\"[^>]*>", page)
    assert len(radios) == sum(len(q.options) for q in collecting.story.questionnaire.questions)
    assert not [radio for radio in radios if "checked" in radio]
    assert all('autocomplete="off"' in radio for radio in radios)
    assert not re.findall(r"<form[^>]*\s(?:action|method)=", page)
    assert 'type="submit"' not in page


def test_the_page_knows_its_manifest_and_its_addresses(collecting: SimpleNamespace) -> None:
    campaign_id, office = collecting.story.campaign_id, collecting.office
    page = fetch(collecting, f"/ru/c/{campaign_id}")
    data = page_data(page)
    assert data["fingerprint"] == office.accepted[campaign_id].fingerprint.hex()
    assert data["state"] == "collecting"
    api = data["api"]
    assert isinstance(api, dict)
    assert api["responses"] == f"/c/{campaign_id}/responses"
    assert api["manifest"] == f"/c/{campaign_id}/manifest"
    assert api["board"] == f"/ru/c/{campaign_id}/board"


def test_home_and_errors_are_pages_in_the_readers_language(collecting: SimpleNamespace) -> None:
    for language in LANGUAGES:
        assert collecting.story.plan.body.name[language] in fetch(collecting, f"/{language}/")
        assert f'lang="{language}"' in fetch(collecting, f"/{language}/c/{'ab' * 16}", status=404)


def test_the_board_page_before_and_after_close(collecting: SimpleNamespace) -> None:
    story, clock = collecting.story, collecting.clock
    path = f"/en/c/{story.campaign_id}/board"
    assert "pk-figures" not in fetch(collecting, path)
    for _ in range(3):
        post(collecting.app, story.campaign_id, wire(story.respondent_seals(1)))
    clock.now = story.plan.schedule.collection_closes
    board = batch.close(collecting.office, story.campaign_id)
    page = fetch(collecting, path)
    assert board.root.hex() in page
    assert [int(n) for n in re.findall(r"<dd>(\d+)</dd>", page)] == [20, 20, 3, 17]


@pytest.fixture
def own_instrument(tmp_path: Path) -> Iterator[Questionnaire]:
    """A collector on which only another, short questionnaire is installed."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path / "questionnaires"
        folder.mkdir()
        (folder / "own.json").write_bytes((ROOT / "tests/data/three_questions.json").read_bytes())
        patch.setattr(questionnaires, "FOLDER", folder)
        questionnaires.questionnaires.cache_clear()
        yield three_questions()
    questionnaires.questionnaires.cache_clear()


def test_another_questionnaire_needs_no_line_of_code(own_instrument: Questionnaire, tmp_path: Path) -> None:
    clock, config = FakeClock(OPENS), collector_config(tmp_path, ENVIRON)
    app = create_collector_app(config, clock)
    office = app.extensions[views.OFFICE]
    story = plan_campaign(config.exchange, office_keys(), own_instrument)
    story.up_to_collecting(office, clock)
    page = fetch(SimpleNamespace(app=app), f"/en/c/{story.campaign_id}")
    assert len(re.findall(r'type="radio"', page)) == sum(len(q.options) for q in own_instrument.questions) < 14
    assert all(question.text.en in page for question in own_instrument.questions)
    assert post(app, story.campaign_id, wire(story.respondent_seals(2, 3))).status_code == 201
    office.database.dispose()
