"""Many draws at once on PostgreSQL, where they run beside each other."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from survey_app.identity.closing import publish_drawn
from survey_app.identity.turnout import turnout
from survey_app.issuer_app import create_issuer_app
from tests.integration.issuer.conftest import Announced, announce, make_world
from tests.integration.issuer.offices import TWO_VISITS
from tests.postgres.conftest import Databases

PEOPLE, HANDS = 60, 20


@pytest.fixture
def announced(
    databases: Databases, tmp_path: Path, blind_signing_key: RSAPrivateKey, campaign_id: str
) -> Iterator[Announced]:
    """A body that is large enough for a turnout band, on the first morning of issuing."""
    world = make_world(tmp_path, blind_signing_key)
    app = create_issuer_app(replace(world.config, database_url=databases.urls["identity"]), world.clock)
    made = announce(world, app, campaign_id, PEOPLE)
    world.clock.now = TWO_VISITS.issuance_opens
    yield made
    made.office.database.dispose()


def test_first_draws_of_a_day_and_one_code_in_many_hands(announced: Announced) -> None:
    """Given 20 people who draw at once, 20 devices with the code of one more, and then M: each code counts once."""

    def draw(person: int, message: bytes) -> int:
        respondent = announced.respondents[person]
        return replace(respondent, client=announced.app.test_client()).draws(message).status_code

    people = [*range(1, HANDS + 1), *[0] * HANDS]
    messages = [announced.respondents[person].prepares()[1].message for person in people]
    with ThreadPoolExecutor(2 * HANDS) as threads:
        answers = list(threads.map(draw, people, messages))

    assert answers[:HANDS] == [200] * HANDS
    assert Counter(answers[HANDS:]) == {200: 1, 409: HANDS - 1}
    assert turnout(announced.office, announced.campaign_id) == "<25", "as it stood at midnight"
    announced.world.clock.now = TWO_VISITS.issuance_closes
    assert publish_drawn(announced.office, announced.campaign_id).drawn == HANDS + 1
