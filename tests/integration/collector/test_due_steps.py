"""The collector's timer: every step that is possible, for all campaigns; the first enrolment is a person's."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config import collector_config
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses.cli import collector
from survey_app.web.exchange import BATCH, BOARD, DRAWN, VOID
from survey_app.web.settings import Settings
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import Surroundings, plan_campaign


@dataclass
class Place:
    """A collector with a campaign, and its timer."""

    clock: FakeClock
    story: Surroundings
    pikir: Callable[..., Result]

    def timer(self) -> Result:
        return self.pikir("steps-due")

    def did(self, *steps: str) -> bool:
        result = self.timer()
        return (result.exit_code, result.output.split("\n")) == (
            0,
            [*(f"{self.story.campaign_id}: {step}" for step in steps), ""],
        )


@pytest.fixture
def place(tmp_path: Path, questionnaire: Questionnaire) -> Place:
    clock = FakeClock(OPENS)
    settings = Settings(tmp_path, ENVIRON, clock)

    def command(*words: str) -> Result:
        return CliRunner().invoke(collector, words, obj=settings)

    story = plan_campaign(collector_config(tmp_path, ENVIRON).exchange, office_keys(), questionnaire)
    story.agency_sends_draft()
    return Place(clock, story, command)


def test_the_first_enrolment_is_a_persons(place: Place):
    result = place.timer()
    assert (result.exit_code, "compare the agency's key" in result.output) == (0, True)
    assert not place.story.exchange.has(place.story.campaign_id, "collector-enrolment.jws")


def test_each_step_is_taken_once_it_is_possible_and_not_again(place: Place):
    place.pikir("enrol", place.story.campaign_id)
    schedule = place.story.plan.schedule
    assert place.did(), "nothing waits for the collector"
    place.story.agency_announces()
    assert place.did("accept")
    assert place.did()
    place.clock.now = schedule.issuance_closes
    assert place.did(), "M is not there"
    place.story.issuer_publishes_drawn(0)
    assert place.did("accept-drawn")
    place.clock.now = schedule.collection_closes
    assert place.did("close")
    assert place.did()
    batch, board = (place.story.exchange.path(place.story.campaign_id, name) for name in (BATCH, BOARD))
    batch.unlink()
    assert place.did(), "the agency has archived the campaign: what it destroyed does not come back"
    assert not batch.exists()
    board.unlink()
    assert place.did("close"), "one that broke off before its last document is finished"
    assert board.exists()


def test_a_void_campaign_rests_and_a_forged_statement_stops_nothing(place: Place):
    place.pikir("enrol", place.story.campaign_id)
    place.story.agency_voids(key=Ed25519PrivateKey.generate())
    place.story.agency_announces()
    assert place.did("accept"), "a statement that does not verify is no statement"
    place.story.exchange.path(place.story.campaign_id, VOID).unlink()
    place.story.agency_voids()
    place.story.issuer_publishes_drawn(0)
    place.clock.now = place.story.plan.schedule.collection_closes
    assert place.did()


def test_what_is_refused_is_said_and_holds_up_no_other_campaign(place: Place, tmp_path: Path):
    place.pikir("enrol", place.story.campaign_id)
    place.story.agency_announces()
    assert place.did("accept")
    place.clock.now = place.story.plan.schedule.issuance_closes
    place.story.exchange.put_text(place.story.campaign_id, DRAWN, "no document")
    other = plan_campaign(
        place.story.exchange.folder, place.story.keys, place.story.questionnaire, campaign_id="f" * 32
    )
    other.agency_sends_draft()
    result = place.timer()
    assert result.exit_code == 1
    assert f"{place.story.campaign_id}: accept-drawn refused: " in result.stderr
    assert f"{other.campaign_id}: enrol\n" in result.output
    with sqlite3.connect(tmp_path / "responses.sqlite") as database:
        database.execute("UPDATE campaign SET manifest = 'no document' WHERE manifest IS NOT NULL")
    other.agency_announces()
    result = place.timer()
    assert result.exit_code == 1, "what is due cannot be told without the manifest"
    assert f"{place.story.campaign_id}: nothing was done: " in result.stderr
    assert f"{other.campaign_id}: accept\n" in result.output
