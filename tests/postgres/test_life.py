"""The life of a campaign with all three offices on PostgreSQL, read with its administrators' and the disks' eyes.

Each thing that must be gone is first shown to be there while the campaign runs, so that the search is known to find it.
"""

import itertools
from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import pytest
import urllib3

from simulation.http import Web
from simulation.respondent import Respondent
from survey_app.domain import base64url
from survey_app.domain.answers import Answers
from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import token_hash
from tests.clock import FakeClock
from tests.postgres.cluster import Cluster
from tests.postgres.conftest import Databases
from tests.world import roster_lines, world

PEOPLE = 20
STAYED_SILENT = 2
EMAIL = "canary-{}@mail.example.kz"
AGENT, ADDRESS = "CanaryBrowser/7.7 (secret machine)", "203.0.113.77"
POSITIONS = (1, 2, 4, 1, 3, 2, 4, 1, 3, 2, 4, 2, 1, 3)


class MarkedWeb(Web):
    """A browser that gives itself away in every request."""

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], expect: set[int]
    ) -> urllib3.BaseHTTPResponse:
        marks = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}"}
        return super()._ask(method, url, body, {**headers, **marks}, expect)


def forms(secret: bytes) -> tuple[bytes, ...]:
    return secret, secret.hex().encode(), base64url.encode(secret).encode()


def holders_of(secret: bytes, contents: dict[str, bytes]) -> set[str]:
    """Files of a cluster's folder that have the secret in any form."""
    return {path for path, content in contents.items() if any(form in content for form in forms(secret))}


def files_of(cluster: Cluster, side: str, *relations: str) -> set[str]:
    """Paths of tables and indexes in the data folder."""
    rows = [cluster.administer(f"SELECT pg_relation_filepath('{r}')", database=f"pikir_{side}") for r in relations]
    return {path for found in rows for (path,) in found}


def rows_on_disk(cluster: Cluster) -> list[tuple[bytes, int, int]]:
    """(token_hash, xmin, xmax) of all responses in the order of the table's file."""
    query = "SELECT token_hash, xmin::text::bigint, xmax::text::bigint FROM response ORDER BY ctid"
    return cluster.administer(query, database="pikir_responses")


def draws_told_by_the_roster(cluster: Cluster) -> set[str]:
    """References of roster entries that somebody's row has referred to, without a look at those rows."""
    rows = cluster.administer("SELECT reference FROM roster_entry WHERE xmax <> 0", database="pikir_identity")
    return {reference for (reference,) in rows}


@pytest.fixture(scope="module")
def life(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire
) -> Iterator[SimpleNamespace]:
    """Everything up to the certified figures, with looks at both servers on the way."""
    seen = SimpleNamespace(arrived=[])
    identity, responses = databases.identity, databases.responses
    said_before = {cluster: len(cluster.log()) for cluster in (identity, responses)}  # by tests of refused rows
    with world(tmp_path_factory.mktemp("life"), FakeClock(), questionnaire, databases.environ) as place:
        seen.campaign_id = campaign_id = place.agency_officer_drafts()
        place.offices_enrol(campaign_id, roster_lines(PEOPLE, EMAIL))
        place.agency_officer_announces(campaign_id)
        invited = place.issuing_officer_invites(campaign_id)
        seen.codes = [invitation.link.partition("#")[2].partition(".")[0] for invitation in invited]
        place.issuing_opens()
        person = Respondent(MarkedWeb())
        drawing = invited[: PEOPLE - STAYED_SILENT]
        tokens = [person.draws_token(invitation.link) for invitation in drawing]
        seen.drew = {invitation.reference for invitation in drawing}
        seen.roster_told_while_issuing = draws_told_by_the_roster(identity)
        seen.hashes = [
            h for (h,) in identity.administer("SELECT blinded_hash FROM issuance", database="pikir_identity")
        ]
        seen.identity_while_issuing = identity.contents()
        place.issuing_officer_publishes_drawn(campaign_id)
        seen.roster_told_when_drawn = draws_told_by_the_roster(identity)
        seen.issued_by = identity.administer("SELECT DISTINCT xmin::text FROM issuance", database="pikir_identity")
        seen.identity_when_drawn = identity.contents()
        place.collecting_opens()
        for token in tokens:
            person.submits(place.collector_url, token, questionnaire, Answers(POSITIONS))
            seen.arrived.append(token_hash(token.input_msg))
        seen.rows_while_collecting = rows_on_disk(responses)
        seen.responses_while_collecting = responses.contents()
        place.offices_close(campaign_id)
        seen.rows_at_close, seen.responses_at_close = rows_on_disk(responses), responses.contents()
        seen.responses_files = files_of(responses, "responses", "response", "response_pkey")
        seen.identity_at_close = identity.contents()
        seen.tokens = tokens
        seen.logs_work = all("ready to accept connections" in cluster.log() for cluster in (identity, responses))
        seen.log = "".join(cluster.log()[said_before[cluster] :] for cluster in (identity, responses))
        place.agency_officer_opens_and_certifies(campaign_id)
        seen.exchange = place.agency.exchange
        person.web.close()
        yield seen


def test_1_the_campaign_reaches_its_signed_figures(life: SimpleNamespace) -> None:
    for name in ("manifest.jws", "drawn.jws", "batch.bin", "board.jws", "release.jws", "scoring-record.jws"):
        assert life.exchange.has(life.campaign_id, name)


def test_2_while_collecting_the_server_knows_the_order_of_arrival(life: SimpleNamespace) -> None:
    """What docs/decisions/0003-postgresql.md admits."""
    assert [digest for digest, _, _ in life.rows_while_collecting] == life.arrived
    numbers = [number for _, number, _ in life.rows_while_collecting]
    assert all(a < b for a, b in itertools.pairwise(numbers))
    assert any(path.startswith("pg_wal/") for path in holders_of(life.arrived[0], life.responses_while_collecting))


def test_3_after_close_no_row_tells_when_it_came(life: SimpleNamespace) -> None:
    digests = [digest for digest, _, _ in life.rows_at_close]
    assert set(digests) == set(life.arrived)
    assert len({xmin for _, xmin, _ in life.rows_at_close}) == 1
    assert {xmax for _, _, xmax in life.rows_at_close} == {0}
    assert digests not in (life.arrived, life.arrived[::-1])


def test_4_after_close_no_older_copy_lies_on_the_disk(life: SimpleNamespace) -> None:
    """Neither in the table's old file, nor in the write-ahead log with its times, nor in the catalogue."""
    for token, digest in zip(life.tokens, life.arrived, strict=True):
        assert holders_of(digest, life.responses_at_close) == life.responses_files
        for part in (token.input_msg, token.signature):
            assert len(holders_of(part, life.responses_at_close) & life.responses_files) == 1
            assert holders_of(part, life.responses_at_close) <= life.responses_files
    heap = next(
        c for p, c in life.responses_at_close.items() if p in life.responses_files and life.tokens[0].signature in c
    )
    assert [heap.count(token.signature) for token in life.tokens] == [1] * len(life.tokens)


def test_5_while_issuing_the_roster_itself_tells_who_drew(life: SimpleNamespace) -> None:
    assert life.roster_told_while_issuing == life.drew
    assert holders_of(EMAIL.format(0).encode(), life.identity_while_issuing)
    found = [digest for digest in life.hashes if holders_of(digest, life.identity_while_issuing)]
    assert len(found) >= len(life.hashes) - 1, "one may lie across two pages of the log"


def test_6_once_m_is_published_addresses_and_the_order_of_drawing_are_gone(life: SimpleNamespace) -> None:
    for number in range(PEOPLE):
        assert holders_of(EMAIL.format(number).encode(), life.identity_when_drawn) == set()
    assert len(life.issued_by) == 1
    assert len(life.roster_told_when_drawn) in (0, PEOPLE - STAYED_SILENT), "only what the issuance table says as well"


def test_7_after_close_nothing_tells_who_drew(life: SimpleNamespace, databases: Databases) -> None:
    for digest in life.hashes:
        assert holders_of(digest, life.identity_at_close) == set()
    assert draws_told_by_the_roster(databases.identity) == set()
    marks = databases.identity.administer("SELECT DISTINCT xmin::text FROM roster_entry", database="pikir_identity")
    assert len(marks) == 1


def test_8_the_servers_logs_know_nobody_and_nothing(life: SimpleNamespace) -> None:
    assert life.logs_work
    log = {"log": life.log.encode()}
    for mark in (AGENT, ADDRESS, EMAIL.format(0).partition("-")[0], "servant-", *life.codes):
        assert holders_of(mark.encode(), log) == set()
    for token, digest in zip(life.tokens, life.arrived, strict=True):
        for secret in (digest, token.input_msg, token.signature, token.holder_private_key):
            assert holders_of(secret, log) == set()
    for word in ("INSERT", "SELECT", "connection authorized", "duration:"):
        assert word not in life.log


def test_9_address_agent_and_codes_are_on_neither_disk(life: SimpleNamespace) -> None:
    for contents in (life.identity_while_issuing, life.responses_while_collecting):
        for mark in (AGENT, ADDRESS, *life.codes):
            assert holders_of(mark.encode(), contents) == set()
