"""What the collector takes and what it refuses, over HTTP."""

from dataclasses import fields, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from survey_app.domain import base64url
from survey_app.domain.batch import Envelope
from tests.integration.collector.story import post, problem_of, wire


def altered(envelope: Envelope, field: str) -> Envelope:
    """The envelope with one bit of the field's last byte turned."""
    value: bytes = getattr(envelope, field)
    return replace(envelope, **{field: value[:-1] + bytes([value[-1] ^ 1])})


def count_rows(collecting: SimpleNamespace) -> int:
    with collecting.office.database.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM response").scalar()


@pytest.mark.parametrize(
    ("field", "refusal"),
    [
        ("input_msg", (403, "token-invalid")),
        ("signature", (403, "token-invalid")),
        ("holder_key", (403, "token-invalid")),
        ("holder_signature", (403, "holder-signature-invalid")),
        ("sealed", (403, "holder-signature-invalid")),
    ],
)
def test_each_altered_field_is_refused_by_name(
    collecting: SimpleNamespace, field: str, refusal: tuple[int, str]
) -> None:
    before = count_rows(collecting)
    envelope = altered(collecting.story.respondent_seals(1), field)
    assert problem_of(post(collecting.app, collecting.story.campaign_id, wire(envelope))) == refusal
    assert count_rows(collecting) == before


@pytest.mark.parametrize("field", [f.name for f in fields(Envelope)])
@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, 0)])
def test_a_field_of_another_length_is_malformed(collecting: SimpleNamespace, field: str, cut: slice) -> None:
    envelope = collecting.story.respondent_seals(1)
    body = wire(replace(envelope, **{field: getattr(envelope, field)[cut]}))
    assert problem_of(post(collecting.app, collecting.story.campaign_id, body)) == (400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[" * 16000,
        b"\xff\xfe",
        b'{"token": "AA"}',
        b'{"token": 1, "signature": 1, "holder_key": 1, "sealed": 1, "holder_signature": 1}',
        b'{"token": "A=", "signature": "", "holder_key": "", "sealed": "", "holder_signature": ""}',
    ],
)
def test_what_is_no_envelope_is_malformed(collecting: SimpleNamespace, body: bytes) -> None:
    assert problem_of(post(collecting.app, collecting.story.campaign_id, body)) == (400, "malformed")


def test_an_unknown_field_is_malformed(collecting: SimpleNamespace) -> None:
    body = wire(collecting.story.respondent_seals(1)) | {"name": "Aigerim"}
    assert problem_of(post(collecting.app, collecting.story.campaign_id, body)) == (400, "malformed")


def test_an_envelope_for_another_campaign_is_refused(collecting: SimpleNamespace) -> None:
    other = replace(collecting.story, plan=replace(collecting.story.plan, campaign_id="ab" * 16))
    envelope = other.respondent_seals(1)
    assert problem_of(post(collecting.app, collecting.story.campaign_id, wire(envelope))) == (403, "token-invalid")
    assert problem_of(post(collecting.app, other.campaign_id, wire(envelope))) == (404, "unknown-campaign")
    assert problem_of(post(collecting.app, "no-campaign", wire(envelope))) == (404, "unknown-campaign")


def test_an_identical_retry_gets_the_same_receipt(collecting: SimpleNamespace) -> None:
    envelope = collecting.story.respondent_seals(2)
    first = post(collecting.app, collecting.story.campaign_id, wire(envelope))
    again = [post(collecting.app, collecting.story.campaign_id, wire(envelope)) for _ in range(3)]
    assert first.status_code == 201
    assert {answer.status_code for answer in again} == {200}
    assert {answer.get_json()["receipt"] for answer in (first, *again)} == {first.get_json()["receipt"]}


def test_a_spent_token_takes_no_other_envelope(collecting: SimpleNamespace) -> None:
    """The holder signs anew, with the same answers or others: the first envelope stands."""
    story, holder = collecting.story, collecting.story.respondent_draws_token()
    first = holder.seals(1)
    post(collecting.app, story.campaign_id, wire(first))
    before = count_rows(collecting)
    for second in (holder.signs(first.sealed), holder.seals(1), holder.seals(3)):
        assert second != first
        assert problem_of(post(collecting.app, story.campaign_id, wire(second))) == (409, "token-already-spent")
    assert count_rows(collecting) == before
    assert post(collecting.app, story.campaign_id, wire(first)).status_code == 200


def test_the_window_is_half_open(collecting: SimpleNamespace) -> None:
    story, clock = collecting.story, collecting.clock
    opens, closes = story.plan.schedule.collection_opens, story.plan.schedule.collection_closes
    moment_before = timedelta(microseconds=1)
    expected = [
        (opens - moment_before, (403, "collection-not-open")),
        (opens, 201),
        (closes - moment_before, 201),
        (closes, (403, "collection-closed")),
    ]
    try:
        for moment, outcome in expected:
            clock.now = moment
            answer = post(collecting.app, story.campaign_id, wire(story.respondent_seals(1)))
            assert (answer.status_code if answer.status_code == 201 else problem_of(answer)) == outcome, moment
    finally:
        clock.now = opens


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"Cookie": "a=b"}, "identifying-header"),
        ({"Authorization": "Bearer x"}, "identifying-header"),
        ({"Sec-Fetch-Site": "cross-site"}, "cross-site"),
        ({"Sec-Fetch-Site": "same-site"}, "cross-site"),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, "cross-site"),
        ({"Origin": "https://attacker.example"}, "cross-site"),
        ({"Origin": "null"}, "cross-site"),
        ({"Origin": "http://localhost:81"}, "cross-site"),
    ],
)
def test_a_telling_or_foreign_request_is_refused(
    collecting: SimpleNamespace, headers: dict[str, str], refusal: str
) -> None:
    before = count_rows(collecting)
    body = wire(collecting.story.respondent_seals(1))
    answer = post(collecting.app, collecting.story.campaign_id, body, headers)
    assert problem_of(answer) == (400, refusal)
    assert count_rows(collecting) == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}, {}]
)
def test_the_own_page_is_welcome(collecting: SimpleNamespace, headers: dict[str, str]) -> None:
    body = wire(collecting.story.respondent_seals(1))
    assert post(collecting.app, collecting.story.campaign_id, body, headers).status_code == 201


def test_a_form_is_refused(collecting: SimpleNamespace) -> None:
    url = f"/c/{collecting.story.campaign_id}/responses"
    answer = collecting.app.test_client().post(url, data=wire(collecting.story.respondent_seals(1)))
    assert problem_of(answer) == (400, "not-json")


def test_too_much_is_refused(collecting: SimpleNamespace) -> None:
    body = wire(collecting.story.respondent_seals(1)) | {"token": "A" * 20000}
    assert problem_of(post(collecting.app, collecting.story.campaign_id, body))[0] == 413


def test_no_answer_sets_a_cookie_or_may_be_kept(collecting: SimpleNamespace) -> None:
    campaign_id, client = collecting.story.campaign_id, collecting.app.test_client()
    body = wire(collecting.story.respondent_seals(1))
    answers = [
        post(collecting.app, campaign_id, body),
        post(collecting.app, campaign_id, body),
        post(collecting.app, campaign_id, b"{"),
        client.get(f"/c/{campaign_id}/manifest"),
        client.get(f"/c/{campaign_id}/board.json"),
        client.get("/"),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "form-action 'none'" in answer.headers["Content-Security-Policy"]


def test_the_reader_is_sent_to_a_page_in_a_language_of_his(collecting: SimpleNamespace) -> None:
    client = collecting.app.test_client()
    assert client.get("/").headers["Location"] == "/kk/"
    assert client.get("/", headers={"Accept-Language": "ru-KZ,ru"}).headers["Location"] == "/ru/"


def test_a_row_holds_the_envelope_and_nothing_else(collecting: SimpleNamespace) -> None:
    envelope = collecting.story.respondent_seals(3)
    post(collecting.app, collecting.story.campaign_id, wire(envelope))
    with collecting.office.database.engine.connect() as connection:
        query = "SELECT * FROM response WHERE token_hash = ?"
        row = dict(connection.exec_driver_sql(query, (envelope.token_hash,)).mappings().one())
    expected = {f.name: getattr(envelope, f.name) for f in fields(Envelope)}
    expected |= {"token_hash": envelope.token_hash, "campaign_id": collecting.story.campaign_id}
    assert row == expected
    assert base64url.encode(envelope.sealed) == wire(envelope)["sealed"]
