"""Many at once on PostgreSQL: one token is redeemed once, and a close loses nothing of what was acknowledged."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import urllib3
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from config import collector_config
from survey_app.collector_app import create_collector_app
from survey_app.domain import base64url
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import batch, views
from survey_app.responses.errors import CollectionClosed
from survey_app.responses.office import CollectorOffice, open_collector
from survey_app.responses.submission import submit
from survey_app.web import postgresql, server
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import Surroundings, plan_campaign, wire
from tests.integration.collector.test_concurrency import HANDS, send_together
from tests.postgres.conftest import Databases

OTHER_CAMPAIGN = "ee" * 16


@pytest.fixture
def collecting(databases: Databases, tmp_path: Path, questionnaire: Questionnaire) -> Iterator[SimpleNamespace]:
    """A served collector in the collecting window of two campaigns: ``story`` and, a day longer, ``other``."""
    clock = FakeClock(OPENS)
    config = collector_config(tmp_path, ENVIRON | databases.environ)
    app = create_collector_app(config, clock)
    office = app.extensions[views.OFFICE]
    stories = [
        plan_campaign(config.exchange, office_keys(), questionnaire),
        plan_campaign(config.exchange, office_keys(), questionnaire, campaign_id=OTHER_CAMPAIGN),
    ]
    for story in stories:
        clock.now = OPENS
        story.up_to_collecting(office, clock)
    listening = server.listen(app, 0, threads=16)
    thread = threading.Thread(target=listening.run)
    thread.start()
    address = f"http://127.0.0.1:{listening.port}"
    yield SimpleNamespace(
        config=config, office=office, clock=clock, story=stories[0], other=stories[1], address=address
    )
    listening.close()
    thread.join()
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE response, campaign, pinned_key")
    office.database.dispose()


@pytest.fixture
def another_process(collecting: SimpleNamespace) -> Iterator[CollectorOffice]:
    """The officer's: an office of its own over the same database, whose clock says that collecting is over."""
    office = open_collector(collecting.config, FakeClock(collecting.story.plan.schedule.collection_closes))
    yield office
    office.database.dispose()


def stored(office: CollectorOffice, campaign_id: str) -> list[bytes]:
    with office.database.engine.connect() as connection:
        query = "SELECT sealed FROM response WHERE campaign_id = %s"
        return list(connection.exec_driver_sql(query, (campaign_id,)).scalars())


def test_fifty_envelopes_for_one_token(collecting: SimpleNamespace) -> None:
    holder = collecting.story.respondent_draws_token()
    bodies = [wire(holder.seals(n % 3 + 1)) for n in range(HANDS)]

    answers = send_together(collecting.address, collecting.story.campaign_id, bodies)

    assert Counter(status for status, _ in answers) == {201: 1, 409: HANDS - 1}
    winner = next(body for body, (status, _) in zip(bodies, answers, strict=True) if status == 201)
    found = stored(collecting.office, collecting.story.campaign_id)
    assert [base64url.encode(sealed) for sealed in found] == [winner["sealed"]]


def test_fifty_copies_of_one_envelope(collecting: SimpleNamespace) -> None:
    body = wire(collecting.story.respondent_seals(1))

    answers = send_together(collecting.address, collecting.story.campaign_id, [body] * HANDS)

    assert Counter(status for status, _ in answers) == {201: 1, 200: HANDS - 1}
    assert len({receipt for _, receipt in answers}) == 1


def test_closing_one_campaign_loses_nothing_of_another(
    collecting: SimpleNamespace, another_process: CollectorOffice
) -> None:
    """The table is written anew, several times, under the hands of those who submit."""
    closing, other = collecting.story, collecting.other
    for _ in range(3):
        submit(collecting.office, closing.campaign_id, closing.respondent_seals(1))
    bodies = [wire(other.respondent_seals(1)) for _ in range(20)]

    with ThreadPoolExecutor(1) as officer:
        boards = officer.submit(lambda: [batch.close(another_process, closing.campaign_id) for _ in range(5)])
        answers = send_together(collecting.address, other.campaign_id, bodies)

    assert Counter(status for status, _ in answers) == {201: len(bodies)}
    assert {board.received for board in boards.result()} == {3}
    found = {base64url.encode(sealed) for sealed in stored(collecting.office, other.campaign_id)}
    assert found == {body["sealed"] for body in bodies}


def test_close_waits_for_a_submission_that_is_being_stored(
    collecting: SimpleNamespace, another_process: CollectorOffice, databases: Databases
) -> None:
    """Given a slow commit, when the officer closes (his clock is ahead), then the board has what was acknowledged."""
    story, envelope = collecting.story, collecting.story.respondent_seals(1)
    stored_but_not_committed, disk_answers = threading.Event(), threading.Event()

    def slow_disk(_connection: Connection) -> None:
        stored_but_not_committed.set()
        disk_answers.wait(timeout=30)

    event.listen(collecting.office.database.engine, "commit", slow_disk)
    with ThreadPoolExecutor(2) as people:
        taken = people.submit(submit, collecting.office, story.campaign_id, envelope)
        assert stored_but_not_committed.wait(timeout=30)
        board = people.submit(batch.close, another_process, story.campaign_id)
        while not databases.responses.administer("SELECT pid FROM pg_locks WHERE NOT granted"):
            assert not board.done()
        disk_answers.set()

    assert taken.result()[1]
    assert board.result().received == 1
    assert batch.public_board(another_process, story.campaign_id)[1] == [envelope.leaf]
    with pytest.raises(CollectionClosed):
        submit(collecting.office, story.campaign_id, story.respondent_seals(1))


def test_a_backup_that_reads_makes_close_give_up_and_change_nothing(
    collecting: SimpleNamespace, another_process: CollectorOffice, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LONGEST_WAIT", "200ms")
    story = collecting.story
    submit(collecting.office, story.campaign_id, story.respondent_seals(1))
    with psycopg.connect(databases.urls["responses"]) as backup:
        backup.execute("SELECT count(*) FROM response")
        with pytest.raises(postgresql.DatabaseBusy, match="somebody has been reading response"):
            batch.close(another_process, story.campaign_id)

    assert batch.close(another_process, story.campaign_id).received == 1


def test_an_error_of_the_server_quotes_no_value(collecting: SimpleNamespace) -> None:
    """Given a row that the database refuses, then neither the error nor what caused it has a value of the row."""
    story: Surroundings = collecting.story
    envelope = story.respondent_seals(1)
    submit(collecting.office, story.campaign_id, envelope)

    with (
        pytest.raises(IntegrityError, match="duplicate key value violates unique constraint") as refused,
        collecting.office.database.write() as session,
    ):
        session.connection().exec_driver_sql("INSERT INTO response SELECT * FROM response")

    causes: list[BaseException | None] = [refused.value, refused.value.__cause__, refused.value.__context__]
    texts = "".join(str(cause) for cause in causes if cause)
    assert envelope.token_hash.hex() not in texts
    assert "DETAIL" not in texts


def test_an_address_that_the_server_cannot_hold_is_the_callers_mistake(collecting: SimpleNamespace) -> None:
    """PostgreSQL's texts cannot hold a NUL."""
    with urllib3.PoolManager(retries=False) as pool:
        for path in ("/c/%00/manifest", "/kk/c/a%00b", "/c/%00/board.json"):
            assert pool.request("GET", collecting.address + path).status in (400, 404)
