"""A collector in a folder of its own, with the other offices' parts played by their keys."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from config import CollectorConfig, collector_config
from survey_app.collector_app import create_collector_app
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import views
from survey_app.responses.office import CollectorOffice, open_collector
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.economy import less_stretched
from tests.integration.collector.story import Surroundings, plan_campaign

ENVIRON = {"PIKIR_COLLECTOR_PASSPHRASE": "a passphrase for tests", "PIKIR_COLLECTOR_URL": "http://localhost"}


@pytest.fixture(scope="module", autouse=True)
def cheap_keys() -> Iterator[None]:
    """For the tests of this folder only: the same process tests other folders afterwards."""
    with less_stretched():
        yield


@pytest.fixture
def clock() -> FakeClock:
    """At the opening of the issuing window of the campaigns planned here."""
    return FakeClock(OPENS)


@pytest.fixture
def config(tmp_path: Path) -> CollectorConfig:
    return collector_config(tmp_path, ENVIRON)


@pytest.fixture
def office(config: CollectorConfig, clock: FakeClock) -> Iterator[CollectorOffice]:
    office = open_collector(config, clock)
    yield office
    office.database.dispose()


@pytest.fixture
def plan(config: CollectorConfig, questionnaire: Questionnaire) -> Callable[..., Surroundings]:
    """Make a campaign's surroundings; arguments change the manifest."""

    def make(**changes: Any) -> Surroundings:
        return plan_campaign(config.exchange, office_keys(), questionnaire, **changes)

    return make


@pytest.fixture(scope="module")
def collecting(tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire) -> Iterator[SimpleNamespace]:
    """One application a module in the collecting window: ``app``, ``office``, ``clock``, ``story``."""
    folder, clock = tmp_path_factory.mktemp("collector"), FakeClock(OPENS)
    config = collector_config(folder, ENVIRON)
    app = create_collector_app(config, clock)
    office = app.extensions[views.OFFICE]
    story = plan_campaign(config.exchange, office_keys(), questionnaire)
    story.up_to_collecting(office, clock)
    yield SimpleNamespace(app=app, office=office, clock=clock, story=story)
    office.database.dispose()
