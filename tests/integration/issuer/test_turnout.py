"""Turnout in bands, as of midnight in Almaty (UTC+5), whoever asks however often."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from survey_app.identity import closing
from survey_app.identity.models import TurnoutBandRow
from survey_app.identity.turnout import turnout
from tests.integration.issuer.conftest import Announced, announce
from tests.integration.issuer.offices import TWO_VISITS


def draw(announced: Announced, people: int) -> None:
    for person in announced.respondents[:people]:
        assert person.draws(person.prepares()[1].message).status_code == 200
    del announced.respondents[:people]


@pytest.fixture
def fifty(world, app, campaign_id) -> Announced:
    return announce(world, app, campaign_id, 50)


def test_the_band_moves_at_midnight_only(world, fifty: Announced):
    """Given 13 of 50 drawn on one day, then the band says so from the next midnight in Almaty on, not before."""
    world.clock.now = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    draw(fifty, 13)

    world.clock.now = datetime(2026, 11, 3, 18, 59, 59, tzinfo=UTC)
    assert turnout(fifty.office, fifty.campaign_id) == "<25"
    world.clock.now = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)
    assert turnout(fifty.office, fifty.campaign_id) == "25-50"


def test_asking_after_a_draw_shows_what_was_at_midnight(world, fifty: Announced):
    """Given draws on a day on which nobody had asked yet, when somebody asks, then he learns nothing about them."""
    world.clock.now = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    draw(fifty, 12)
    world.clock.now = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    draw(fifty, 1)

    assert turnout(fifty.office, fifty.campaign_id) == "<25"
    world.clock.now = datetime(2026, 11, 5, 8, 0, tzinfo=UTC)
    assert turnout(fifty.office, fifty.campaign_id) == "25-50"


def test_a_clock_that_goes_back_shows_nothing_newer(world, fifty: Announced):
    world.clock.now = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    assert turnout(fifty.office, fifty.campaign_id) == "<25"
    draw(fifty, 20)
    world.clock.now = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)

    assert turnout(fifty.office, fifty.campaign_id) == "<25"


def test_none_is_kept_or_shown_for_fewer_than_fifty(world, announced: Announced):
    draw(announced, 3)

    assert turnout(announced.office, announced.campaign_id) is None
    with announced.office.database.read() as session:
        assert session.scalars(select(TurnoutBandRow)).all() == []


def test_after_publication_it_is_the_band_of_the_published_number(world, fifty: Announced):
    draw(fifty, 38)
    world.clock.now = TWO_VISITS.issuance_closes
    assert closing.publish_drawn(fifty.office, fifty.campaign_id).drawn == 38

    assert turnout(fifty.office, fifty.campaign_id) == ">75"
    with fifty.office.database.read() as session:
        assert session.scalars(select(TurnoutBandRow)).all() == []
