"""One token, many hands: over a real server, whatever the order, exactly one envelope is taken."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import urllib3

from survey_app.domain import base64url
from survey_app.web import server
from tests.integration.collector.story import wire

HANDS = 50


@pytest.fixture(scope="module")
def address(collecting: SimpleNamespace) -> Iterator[str]:
    listening = server.listen(collecting.app, 0, threads=16)
    thread = threading.Thread(target=listening.run)
    thread.start()
    yield f"http://127.0.0.1:{listening.port}"
    listening.close()
    thread.join()


def send_together(address: str, campaign_id: str, bodies: list[dict[str, str]]) -> list[tuple[int, str | None]]:
    """(status, receipt) of each; all are sent at the same moment."""
    start = threading.Barrier(len(bodies))

    def send(body: dict[str, str]) -> tuple[int, str | None]:
        with urllib3.PoolManager(retries=False) as pool:
            start.wait(timeout=30)
            url, headers = f"{address}/c/{campaign_id}/responses", {"Content-Type": "application/json"}
            answer = pool.request("POST", url, body=json.dumps(body), headers=headers)
            return answer.status, json.loads(answer.data).get("receipt")

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(send, bodies))


def test_fifty_envelopes_for_one_token(collecting: SimpleNamespace, address: str) -> None:
    holder = collecting.story.respondent_draws_token()
    bodies = [wire(holder.seals(n % 3 + 1)) for n in range(HANDS)]
    answers = send_together(address, collecting.story.campaign_id, bodies)
    assert Counter(status for status, _ in answers) == {201: 1, 409: HANDS - 1}
    with collecting.office.database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT sealed FROM response").scalars().all()
    winner = next(body for body, (status, _) in zip(bodies, answers, strict=True) if status == 201)
    assert [base64url.encode(sealed) for sealed in stored] == [winner["sealed"]]


def test_fifty_copies_of_one_envelope(collecting: SimpleNamespace, address: str) -> None:
    body = wire(collecting.story.respondent_seals(1))
    answers = send_together(address, collecting.story.campaign_id, [body] * HANDS)
    assert Counter(status for status, _ in answers) == {201: 1, 200: HANDS - 1}
    assert len({receipt for _, receipt in answers}) == 1


def test_fifty_respondents_at_once(collecting: SimpleNamespace, address: str) -> None:
    bodies = [wire(collecting.story.respondent_seals(1)) for _ in range(HANDS)]
    answers = send_together(address, collecting.story.campaign_id, bodies)
    assert Counter(status for status, _ in answers) == {201: HANDS}
    assert len({receipt for _, receipt in answers}) == HANDS
