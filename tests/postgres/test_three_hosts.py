"""Three hosts on PostgreSQL: a campaign's whole life over HTTP, and what archiving leaves: nothing.

Whatever must be gone is first shown to be there, so that the search is known to find it.
"""

from collections.abc import Iterator

import pytest

from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import token_hash
from tests.integration.deployment.retention import contents_of, each_is_held, none_is_held
from tests.integration.deployment.story import PEOPLE, Story, story
from tests.postgres.conftest import Databases

REFERENCES = [f"servant-{number}".encode() for number in range(PEOPLE)]


@pytest.fixture(scope="module")
def told(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire
) -> Iterator[Story]:
    with story(tmp_path_factory.mktemp("hosts"), questionnaire, databases.environ) as teller:
        teller.everything_up_to_figures()
        (teller.hosts.issuer.instance / "roster.csv").unlink()  # an officer's own file, which no program knows of
        teller.appeals_end()
        teller.seen.before = databases.identity.contents(), databases.responses.contents()
        teller.everybody_archives()
        teller.seen.after = databases.identity.contents(), databases.responses.contents()
        yield teller


def test_1_the_campaign_ends_archived_with_everybodys_certificate(told: Story) -> None:
    (campaign,) = told.hosts.agency.gets("status")
    assert campaign["state"] == "archived"
    certificates = {f"archive-{office}.jws" for office in ("agency", "issuer", "collector")}
    assert certificates <= told.hosts.agency.has(told.campaign_id)


def test_2_the_roster_is_nowhere_in_the_clusters_files(told: Story) -> None:
    each_is_held(REFERENCES, told.seen.before[0])
    none_is_held(REFERENCES, told.seen.after[0])
    none_is_held(REFERENCES, contents_of(told.hosts.issuer.instance))


def test_3_the_responses_are_nowhere_in_the_clusters_files(told: Story) -> None:
    parts = [(token.input_msg, token.signature, token_hash(token.input_msg)) for token in told.tokens]
    secrets = [secret for three in parts for secret in three]
    each_is_held(secrets, told.seen.before[1])
    none_is_held(secrets, told.seen.after[1])
    none_is_held(secrets, contents_of(told.hosts.collector.instance))


def test_4_later_starts_find_nothing_to_do(told: Story) -> None:
    for host in told.hosts.all:
        assert "Nothing is due." in host.succeeds("archive-due")
