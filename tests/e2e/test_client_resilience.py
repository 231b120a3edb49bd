"""What a respondent's browser survives: lost answers, closed tabs, double clicks, another language, a wrong manifest.

Real offices behind a real server; answers are lost between server and page after the office has done its part.
"""

import json

import pytest
from playwright.sync_api import expect

from survey_app.domain import base64url
from survey_app.domain.token import unpack_token
from tests.e2e.journey import answers, begins, draws, questionnaire_address, step, with_token

STORED = """async () => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("pikir");
    request.onsuccess = () => done(request.result);
  });
  const store = database.transaction("state").objectStore("state");
  const keys = await new Promise((done) => { const r = store.getAllKeys(); r.onsuccess = () => done(r.result); });
  database.close();
  return keys;
}"""

pytestmark = [pytest.mark.browser, pytest.mark.crypto]


def lose_answers(page, pattern, times):
    """The office gets the request and does its part; its answer never arrives, ``times`` times. Gives what was sent."""
    sent = []

    def lose(route):
        sent.append(json.loads(route.request.post_data))
        if len(sent) <= times:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(pattern, lose)
    return sent


class TestDrawing:
    def test_a_lost_answer_is_asked_for_again_with_the_same_message(self, page, link):
        sent = lose_answers(page, "**/issue", times=1)
        draws(page, link)
        assert len(sent) == 2
        assert sent[0] == sent[1]

    def test_a_tab_closed_before_the_answer_goes_on_where_it_stopped(self, browser_context, page, link):
        sent = lose_answers(page, "**/issue", times=99)
        page.goto(link)
        with page.expect_event("requestfailed"):
            page.locator('[data-do="draw"]').click()
        page.close()

        again = browser_context.new_page()
        sent_again = lose_answers(again, "**/issue", times=0)
        again.goto(link.split("#")[0])  # not even the link's secret is needed any more
        step(again, "drawn").wait_for()
        assert sent_again[0]["blinded_message"] == sent[0]["blinded_message"]

    def test_a_double_click_and_two_tabs_draw_one_token(self, browser_context, page, link):
        other = browser_context.new_page()
        other.goto(link)
        page.goto(link)
        page.locator('[data-do="draw"]').dblclick()
        other.locator('[data-do="draw"]').click()
        step(page, "drawn").wait_for()
        step(other, "drawn").wait_for()
        addresses = {tab.locator('[data-do="carry"]').get_attribute("href") for tab in (page, other)}
        assert len(addresses) == 1

    def test_the_token_carried_is_signed_for_this_campaign(self, page, place, link):
        draws(page, link)
        token = unpack_token(page.locator('[data-do="carry"]').get_attribute("href").split("#")[1])
        assert token.campaign_id == place.campaign_id
        assert token.fingerprint.hex() == link.split(".")[-1]

    def test_another_browser_with_the_same_link_is_told_what_happened(self, chromium, page, link):
        draws(page, link)
        stranger = chromium.new_context().new_page()
        stranger.goto(link)
        stranger.locator('[data-do="draw"]').click()
        step(stranger, "problem").wait_for()
        stranger.locator("#ask-after-problem button").click()
        stranger.locator('[data-do="check-name"]').click()
        stranger.locator("#name-contest").wait_for()
        expect(stranger.locator('[data-slot="name-roster"]')).to_contain_text("you are on the published roster")
        stranger.context.close()

    def test_a_wrong_fingerprint_stops_everything(self, page, link):
        posted = []
        page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
        page.goto(link[:-1] + ("0" if link[-1] != "0" else "1"))
        expect(step(page, "problem")).to_contain_text("Stop")
        assert posted == []

    def test_the_page_is_usable_before_the_cryptography_and_a_press_waits_for_it(self, page, link):
        attempts = []

        def lose_twice(route):
            attempts.append(route.request.url)
            route.abort() if len(attempts) <= 2 else route.continue_()

        page.route("**/blinding.js*", lose_twice)
        draws(page, link)
        assert len(attempts) > 2

    def test_another_script_than_the_one_that_the_bundle_names_is_not_run(self, page, link):
        posted = []
        page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)

        def change(route):
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text() + ";globalThis.wasRun = true;")

        page.route("**/blinding.js*", change)
        page.goto(link)
        page.locator('[data-do="draw"]').click()
        expect(step(page, "problem")).to_contain_text("not the one that belongs to it")
        assert page.evaluate("globalThis.wasRun") is None
        assert posted == []

    def test_a_wrong_signature_is_never_tried_again(self, page, link):
        def forge(route):
            body = json.dumps({"blind_signature": base64url.encode(bytes(383) + b"\x02")})
            route.fulfill(status=200, body=body, content_type="application/json")

        page.route("**/issue", forge)
        page.goto(link)
        page.locator('[data-do="draw"]').click()
        expect(step(page, "problem")).to_contain_text("signature is wrong")
        page.unroute("**/issue")
        page.goto(link)
        expect(step(page, "problem")).to_contain_text("signature is wrong")


class TestAnswering:
    def test_a_lost_receipt_is_asked_for_again_with_the_same_envelope(self, browser_context, page, place, link):
        begins(page, place, link)
        answers(page, place.questionnaire)
        sent = lose_answers(page, "**/responses", times=99)
        with page.expect_event("requestfailed"):
            page.locator('[data-do="send"]').dblclick()
        page.close()

        again = browser_context.new_page()
        sent_again = lose_answers(again, "**/responses", times=1)
        again.goto(questionnaire_address(place))
        again.locator('[data-do="resume"]').click()
        step(again, "done").wait_for()
        assert sent_again == [sent[0], sent[0]]
        assert again.evaluate(STORED) == []

    def test_answers_and_place_outlive_reload_and_change_of_language(self, page, place, link):
        begins(page, place, link)
        page.locator("#q1-1").check()
        page.locator('[data-do="next"]:visible').click()
        page.locator("#q2-2").check()
        page.reload()
        expect(page.locator("#q2-2")).to_be_checked()
        page.locator('a[data-language][hreflang="ru"]').click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page.locator("#q2-2")).to_be_visible()
        expect(page.locator("#q2-2")).to_be_checked()
        page.locator('[data-step="questions"] [data-do="back"]').click()
        expect(page.locator("#q1-1")).to_be_checked()

    def test_the_browsers_back_button_walks_through_the_questions(self, page, place, link):
        begins(page, place, link)
        page.locator('[data-do="next"]:visible').click()
        page.locator('[data-do="next"]:visible').click()
        page.go_back()
        expect(page.locator('[data-question="q2"]')).to_be_visible()
        page.go_back()
        page.go_back()
        step(page, "intro").wait_for()
        page.go_forward()
        expect(page.locator('[data-question="q1"]')).to_be_visible()

    def test_an_answer_can_be_cleared_and_everything_left_empty(self, page, place, link):
        begins(page, place, link)
        page.locator("#q1-0").check()
        page.locator('[data-question="q1"] [data-do="clear"]').click()
        page.locator('[data-view="all"]').click()
        page.locator('[data-then="check"]:visible').click()
        step(page, "check").wait_for()
        assert set(page.locator("[data-answer]").all_inner_texts()) == {"Not answered"}
        expect(page.locator("#reminder")).to_be_visible()

    def test_two_tabs_send_once(self, browser_context, page, place, link):
        begins(page, place, link)
        page.locator("#q1-0").check()
        other = browser_context.new_page()
        other.goto(questionnaire_address(place))
        other.locator('[data-do="resume"]').click()
        for tab in (page, other):
            tab.bring_to_front()
            tab.locator('[data-view="all"]').click()
            tab.locator('[data-then="check"]:visible').click()
        other.locator('[data-do="send"]').click()
        step(other, "done").wait_for()
        page.bring_to_front()
        page.locator('[data-do="send"]').click()
        expect(step(page, "problem")).to_contain_text("sent from another window")

    def test_a_damaged_token_is_refused_before_anything_is_sent(self, page, place):
        page.goto(f"{questionnaire_address(place)}#{'A' * 744}")
        expect(step(page, "problem")).to_be_visible()
        page.goto(questionnaire_address(place))
        page.reload()
        page.get_by_text("Paste the token as text").click()
        page.locator("#token-text").fill("nothing of the kind")
        page.locator('[data-do="take"]').click()
        expect(step(page, "problem")).to_contain_text("No token was found")


class TestWithoutScript:
    def test_nothing_can_be_entered_or_posted(self, chromium, place):
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        for address in (f"/issuer/ru/c/{place.campaign_id}/draw", f"/collector/ru/c/{place.campaign_id}"):
            page.goto(place.base_url + address)
            expect(page.locator("noscript h1")).to_be_visible()
            expect(page.locator(".pk-needs-script:visible")).to_have_count(0)
            assert page.locator("form").count() == 0
            assert page.locator("input[type=radio]:enabled").count() == 0
            assert page.locator("button:visible, input:visible").count() == 0
        context.close()


class TestWeight:
    LIMIT_BYTES = 80 * 1024
    LIMIT_REQUESTS = 8

    def test_every_page_is_light(self, chromium, place, link):
        invitation, token = link, place.respondent.draws_token(place.links.pop())
        pages = {
            "draw": invitation,
            "questionnaire": with_token(place, token),
            "board": f"{place.collector_url}/kk/c/{place.campaign_id}/board",
            "issuer": f"{place.base_url}/issuer/kk/",
            "collector": f"{place.collector_url}/kk/",
        }
        weights = {name: self.weigh(chromium, address) for name, address in pages.items()}
        assert max(size for size, _ in weights.values()) <= self.LIMIT_BYTES, weights
        assert max(count for _, count in weights.values()) <= self.LIMIT_REQUESTS, weights

    @staticmethod
    def weigh(chromium, address):
        """(bytes of all bodies as transferred, requests) of a first visit."""
        context = chromium.new_context()
        page = context.new_page()
        requests = []
        page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108
        page.goto(address, wait_until="networkidle")
        sizes = [request.sizes()["responseBodySize"] for request in requests]
        context.close()
        transferred = [size for size in sizes if size > 0]  # what came from the cache has no size
        return sum(transferred), len(transferred)
