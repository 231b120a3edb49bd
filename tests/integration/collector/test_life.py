"""A campaign's whole life at the collector: the officer works on the command line, respondents over HTTP."""

import hashlib
import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from config import collector_config
from survey_app.collector_app import create_collector_app
from survey_app.domain import base64url
from survey_app.domain.batch import Board, board_root, unpack_batch
from survey_app.domain.documents import read_document, read_self_signed
from survey_app.domain.manifest import CollectorEnrolment
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import errors, views
from survey_app.responses.cli import collector
from survey_app.web.exchange import BATCH, BOARD, COLLECTOR_ENROLMENT
from survey_app.web.settings import Settings
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import plan_campaign, post, problem_of, receipt_of, wire


@pytest.fixture(scope="class")
def life(tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire) -> Iterator[SimpleNamespace]:
    instance, clock = tmp_path_factory.mktemp("life"), FakeClock(OPENS)
    config = collector_config(instance, ENVIRON)
    app = create_collector_app(config, clock)
    settings = Settings(instance, ENVIRON, clock)

    def command(*words: str) -> Result:
        return CliRunner().invoke(collector, words, obj=settings)

    story = plan_campaign(config.exchange, office_keys(), questionnaire)
    yield SimpleNamespace(
        app=app, clock=clock, story=story, pikir=command, receipts={}, envelopes=[], id=story.campaign_id
    )
    app.extensions[views.OFFICE].database.dispose()


def refused(result: Result, kind: type[Exception]) -> str:
    assert isinstance(result.exception, kind), result.exception
    return str(result.exception)


class TestLife:
    def test_01_nothing_works_before_enrolment(self, life: SimpleNamespace) -> None:
        assert "pikir collector enrol" in refused(life.pikir("accept", life.id), errors.StepOutOfOrder)
        refused(life.pikir("close", life.id), errors.UnknownCampaign)
        assert life.pikir("status").output == "No manifest was accepted yet.\n"
        assert problem_of(life.app.test_client().get(f"/c/{life.id}/manifest")) == (404, "unknown-campaign")

    def test_02_the_collector_enrols(self, life: SimpleNamespace) -> None:
        life.story.agency_sends_draft()
        assert life.pikir("enrol", life.id).exit_code == 0
        text = life.story.exchange.get_text(life.id, COLLECTOR_ENROLMENT)
        part = read_self_signed(CollectorEnrolment, text, "collector_key")
        assert (part.campaign_id, part.collector_url) == (life.id, "http://localhost")
        life.key = part.collector_key
        assert life.pikir("enrol", life.id).exit_code == 0, "enrolling again changes nothing"
        assert life.story.exchange.get_text(life.id, COLLECTOR_ENROLMENT) == text

    def test_03_the_manifest_is_accepted_and_served(self, life: SimpleNamespace) -> None:
        life.story.agency_announces()
        document = life.story.exchange.get_text(life.id, "manifest.jws")
        result = life.pikir("accept", life.id)
        assert hashlib.sha256(document.encode()).hexdigest() in result.output
        served = life.app.test_client().get(f"/c/{life.id}/manifest")
        assert (served.text, served.mimetype) == (document, "application/jose")

    def test_04_no_response_before_the_window(self, life: SimpleNamespace) -> None:
        life.envelopes = [life.story.respondent_seals(1, 2, n % 4 + 1) for n in range(5)]
        answer = post(life.app, life.id, wire(life.envelopes[0]))
        assert problem_of(answer) == (403, "collection-not-open")

    def test_05_no_response_before_m_is_public(self, life: SimpleNamespace) -> None:
        life.clock.now = life.story.plan.schedule.collection_opens
        answer = post(life.app, life.id, wire(life.envelopes[0]))
        assert problem_of(answer) == (403, "drawn-not-published")
        life.story.issuer_publishes_drawn(7)
        assert "M = 7" in life.pikir("accept-drawn", life.id).output

    def test_06_responses_are_taken_and_receipts_verify(self, life: SimpleNamespace) -> None:
        for envelope in life.envelopes:
            answer = post(life.app, life.id, wire(envelope))
            assert answer.status_code == 201
            receipt = receipt_of(answer, life.key)
            leaf = hashlib.sha256(envelope.input_msg).digest() + hashlib.sha256(envelope.sealed).digest()
            assert (receipt.campaign_id, receipt.leaf) == (life.id, leaf)
            life.receipts[leaf] = answer.get_json()["receipt"]

    def test_07_the_number_of_responses_is_shown_nowhere_while_collecting(self, life: SimpleNamespace) -> None:
        status = json.loads(life.pikir("status", "--json").output)[0]
        assert (status["state"], status["N"], status["M"], status["K"]) == ("collecting", 20, 7, None)
        answer = life.app.test_client().get(f"/c/{life.id}/board.json")
        assert problem_of(answer) == (404, "board-not-ready")

    def test_08_closing_waits_for_the_clock(self, life: SimpleNamespace) -> None:
        message = refused(life.pikir("close", life.id), errors.StepOutOfOrder)
        assert "open until 2026-03-04 04:00 UTC" in message
        assert not life.story.exchange.has(life.id, BATCH)

    def test_09_the_batch_is_closed(self, life: SimpleNamespace) -> None:
        life.clock.now = life.story.plan.schedule.collection_closes
        figures = json.loads(life.pikir("close", life.id, "--json").output)
        assert (figures["N"], figures["M"], figures["K"]) == (20, 7, 5)
        batch = life.story.exchange.get(life.id, BATCH)
        campaign_id, envelopes = unpack_batch(batch)
        assert campaign_id == life.id
        assert set(envelopes) == set(life.envelopes)
        board = read_document(Board, life.story.exchange.get_text(life.id, BOARD), life.key)
        assert board.batch == hashlib.sha256(batch).digest()
        assert board.root == board_root(envelope.leaf for envelope in life.envelopes)

    def test_10_closing_again_gives_the_same_bytes(self, life: SimpleNamespace) -> None:
        before = [life.story.exchange.get(life.id, name) for name in (BATCH, BOARD)]
        for name in (BATCH, BOARD):
            life.story.exchange.path(life.id, name).unlink()
        assert "K = 5" in life.pikir("close", life.id).output
        assert [life.story.exchange.get(life.id, name) for name in (BATCH, BOARD)] == before

    def test_11_everyone_finds_their_receipt_on_the_board(self, life: SimpleNamespace) -> None:
        public = life.app.test_client().get(f"/c/{life.id}/board.json").get_json()
        board = read_document(Board, public["statement"], life.key)
        leaves = [base64url.decode(leaf, 64) for leaf in public["leaves"]]
        assert leaves == sorted(life.receipts)
        assert board.root == board_root(leaves)

    def test_12_a_late_response_is_refused_but_a_lost_answer_is_given_again(self, life: SimpleNamespace) -> None:
        assert problem_of(post(life.app, life.id, wire(life.story.respondent_seals(1)))) == (403, "collection-closed")
        again = post(life.app, life.id, wire(life.envelopes[0]))
        assert again.status_code == 200
        assert again.get_json()["receipt"] == life.receipts[life.envelopes[0].leaf]
        status = json.loads(life.pikir("status", "--json").output)[0]
        assert (status["state"], status["K"]) == ("after", 5)
