"""Drawing: same message, same signature; another message, refused; the window's edges; what is refused unread."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from survey_app.domain import base64url, blind_rsa
from survey_app.identity import closing
from survey_app.identity.issuance import issue
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from tests.integration.issuer.conftest import Announced
from tests.integration.issuer.offices import TWO_VISITS, Respondent, World, problem

OTHER_CODE = "A" * 26
OTHER_CAMPAIGN = "f" * 32


def has_drawn(person: Respondent) -> bool:
    return person.posts("status", {"code": person.code}).json["drawn"]


def test_the_same_message_gets_the_same_signature(person: Respondent):
    _, blinded = person.prepares()

    answers = [person.draws(blinded.message) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.data for answer in answers}) == 1


def test_the_same_message_gets_the_same_signature_after_a_restart(shared: Announced, person: Respondent):
    _, blinded = person.prepares()
    before = person.draws(blinded.message)

    again = create_issuer_app(shared.world.config, shared.world.clock)
    after = replace(person, client=again.test_client()).draws(blinded.message)
    again.extensions[OFFICE].database.dispose()

    assert (before.status_code, before.data) == (after.status_code, after.data)


def test_another_message_is_refused(person: Respondent):
    first, second = person.prepares()[1], person.prepares()[1]
    assert person.draws(first.message).status_code == 200

    assert problem(person.draws(second.message)) == (409, "already-issued")
    assert person.draws(first.message).status_code == 200


def test_two_people_may_send_the_same_message(announced: Announced):
    """Nothing ties a blinded message to one person: the second gets the same useless signature."""
    _, blinded = announced.respondents[0].prepares()

    assert [person.draws(blinded.message).status_code for person in announced.respondents[:2]] == [200, 200]


def test_a_code_may_be_typed_in_small_letters(person: Respondent):
    _, blinded = person.prepares()

    assert replace(person, code=person.code.lower()).draws(blinded.message).status_code == 200
    assert problem(person.draws(person.prepares()[1].message)) == (409, "already-issued")


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (TWO_VISITS.issuance_opens - timedelta(microseconds=1), (403, "issuing-not-open")),
        (TWO_VISITS.issuance_opens, None),
        (TWO_VISITS.issuance_closes - timedelta(microseconds=1), None),
        (TWO_VISITS.issuance_closes, (403, "issuing-closed")),
    ],
)
def test_the_window_opens_and_closes_by_the_offices_clock(shared: Announced, person: Respondent, moment, answer):
    _, blinded = person.prepares()
    shared.world.clock.now = moment

    response = person.draws(blinded.message)

    assert response.status_code == 200 if answer is None else problem(response) == answer
    shared.world.clock.now = TWO_VISITS.issuance_opens
    assert has_drawn(person) is (answer is None)


@pytest.mark.parametrize("moment", [TWO_VISITS.issuance_opens - timedelta(1), TWO_VISITS.issuance_closes])
def test_outside_the_window_a_known_code_cannot_be_told_from_an_unknown_one(
    shared: Announced, person: Respondent, moment
):
    shared.world.clock.now = moment
    _, blinded = person.prepares()

    known, unknown = person.draws(blinded.message), replace(person, code=OTHER_CODE).draws(blinded.message)

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)


def test_an_unknown_code_is_refused(person: Respondent):
    stranger = replace(person, code=OTHER_CODE)

    assert problem(stranger.draws(stranger.prepares()[1].message)) == (403, "unknown-code")
    assert problem(stranger.posts("status", {"code": OTHER_CODE})) == (403, "unknown-code")
    assert problem(stranger.posts("contest", {"code": OTHER_CODE})) == (403, "unknown-code")


def test_a_code_is_good_for_its_own_campaign_only(world: World, announced: Announced):
    world.announces_campaign(announced.office, OTHER_CAMPAIGN)
    elsewhere = replace(announced.respondents[0], campaign_id=OTHER_CAMPAIGN)

    assert problem(elsewhere.draws(elsewhere.prepares()[1].message)) == (403, "unknown-code")
    assert problem(elsewhere.posts("status", {"code": elsewhere.code})) == (403, "unknown-code")


@pytest.mark.parametrize("unknown", [OTHER_CAMPAIGN, "F" * 32, "0f1e2d3c4b5a69788796a5b4c3d2e1f1", "z" * 32])
def test_an_unknown_campaign_is_not_found(person: Respondent, unknown):
    elsewhere = replace(person, campaign_id=unknown)

    assert problem(elsewhere.draws(elsewhere.prepares()[1].message)) == (404, "unknown-campaign")


@pytest.mark.parametrize("code", ["", "A" * 25, "A" * 27, "A" * 25 + "B", "0" * 26, "A" * 25 + "ſ", "A" * 25 + "="])
def test_what_is_no_code_is_malformed(person: Respondent, code):
    person = replace(person, code=code)

    assert problem(person.draws(person.prepares()[1].message)) == (400, "malformed-code")
    assert problem(person.posts("status", {"code": code})) == (400, "malformed-code")


def blinded_messages_outside_the_group(n: int) -> list[bytes]:
    values = [0, 1, n - 1, n, n + 1, 2**3072 - 1]
    return [b"", b"\x05" * 383, b"\x05" * 385, *(value.to_bytes(384) for value in values)]


def test_a_malformed_message_uses_up_no_draw(person: Respondent):
    for bad in blinded_messages_outside_the_group(person.public_key.public_numbers().n):
        assert problem(person.draws(bad)) == (400, "malformed")
    assert not has_drawn(person)

    assert person.draws(person.prepares()[1].message).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "code",
        {},
        {"code": OTHER_CODE},
        {"code": OTHER_CODE, "blinded_message": None},
        {"code": 5, "blinded_message": "AAAA"},
        {"code": OTHER_CODE, "blinded_message": "AAAA", "more": "AAAA"},
        {"code": OTHER_CODE, "blinded_message": "not base64url!"},
        {"code": OTHER_CODE, "blinded_message": "AA=="},
    ],
)
def test_a_body_of_another_shape_is_malformed(person: Respondent, body):
    assert problem(person.posts("issue", body)) == (400, "malformed")


def test_only_json_is_read(person: Respondent):
    fields = {"code": person.code, "blinded_message": base64url.encode(person.prepares()[1].message)}
    url = f"/c/{person.campaign_id}/issue"

    assert problem(person.client.post(url, data=fields)) == (400, "malformed")
    assert problem(person.client.post(url, data=b"{", content_type="application/json")) == (400, "malformed")
    assert problem(person.client.get(url))[0] == 405


def test_a_large_body_is_refused(person: Respondent):
    assert problem(person.posts("issue", {"code": "A" * 20_000}))[0] == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://a-proxy-in-between"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://issuer.example"}, 400),
        ({"Origin": "https://issuer.example"}, 200),
        ({"Origin": "https://issuer.example.evil"}, 400),
        ({"Origin": "http://issuer.example"}, 400),
        ({"Origin": "null"}, 400),
    ],
)
def test_only_the_offices_own_page_may_draw_or_ask(person: Respondent, headers, status):
    answers = [
        person.draws(person.prepares()[1].message, **headers),
        person.posts("status", {"code": person.code}, **headers),
        person.posts("contest", {"code": person.code}, **headers),
    ]

    assert {answer.status_code for answer in answers} == {status}
    if status != 200:
        assert {problem(answer) for answer in answers} == {(400, "cross-site")}
        assert not has_drawn(person)


def test_no_answer_sets_a_cookie_or_is_kept(shared: Announced, person: Respondent):
    answers = [
        person.draws(person.prepares()[1].message),
        person.posts("status", {"code": person.code}),
        person.client.get(f"/c/{person.campaign_id}/manifest"),
        person.client.get(f"/c/{person.campaign_id}/drawn"),
        person.client.get("/"),
    ]

    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_twenty_devices_draw_with_one_code_at_once(shared: Announced, person: Respondent):
    """Given 20 threads with one code and a message each, then exactly one message is ever signed."""
    messages = [person.prepares()[1].message for _ in range(20)]

    def draw(message: bytes):
        return replace(person, client=shared.app.test_client()).draws(message)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(draw, messages))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    winner = next(message for message, answer in zip(messages, answers, strict=True) if answer.status_code == 200)
    with ThreadPoolExecutor(20) as threads:
        again = list(threads.map(draw, messages))
    assert [answer.status_code == 200 for answer in again] == [message == winner for message in messages]


def test_twenty_times_the_same_request_at_once(shared: Announced, person: Respondent):
    """A double click, twenty times: everyone gets the one signature."""
    message = person.prepares()[1].message
    with ThreadPoolExecutor(20) as threads:
        answers = list(
            threads.map(lambda _: replace(person, client=shared.app.test_client()).draws(message), range(20))
        )

    assert [answer.status_code for answer in answers] == [200] * 20
    assert len({answer.data for answer in answers}) == 1


def test_two_processes_share_the_rule(shared: Announced, person: Respondent):
    """Given a second office on the same database (another process), then a draw at the first binds the second."""
    first, second = person.prepares()[1].message, person.prepares()[1].message
    other = create_issuer_app(shared.world.config, shared.world.clock)
    assert person.draws(first).status_code == 200

    assert problem(replace(person, client=other.test_client()).draws(second)) == (409, "already-issued")
    other.extensions[OFFICE].database.dispose()


def test_nothing_is_drawn_once_the_number_is_published(world: World, announced: Announced):
    """Given M published by another process, when this one's clock goes wrong, then it still issues nothing."""
    world.clock.now = TWO_VISITS.issuance_closes
    other = world.opens_office()
    closing.publish_drawn(other, announced.campaign_id)
    other.database.dispose()
    world.clock.now = TWO_VISITS.issuance_opens
    person = announced.respondents[0]

    assert problem(person.draws(person.prepares()[1].message)) == (403, "issuing-closed")
    assert not has_drawn(person)


def test_a_lost_key_is_said_plainly(world: World, announced: Announced):
    announced.office.memory.signers.clear()
    announced.office.keys.destroy(f"issuer-{announced.campaign_id}")
    person = announced.respondents[0]

    assert problem(person.draws(person.prepares()[1].message)) == (503, "key-missing")
    assert not has_drawn(person)


def test_the_operation_itself_gives_the_signature(shared: Announced, person: Respondent):
    """The public operation, without HTTP, as the simulation or another front door would use it."""
    input_msg, blinded = person.prepares()

    signature = issue(shared.office, person.campaign_id, person.code, blinded.message)

    blind_rsa.finalize(person.public_key, input_msg, signature, blinded.inverse)
