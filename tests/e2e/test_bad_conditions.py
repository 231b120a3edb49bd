"""Wrong clocks, no connection, a server that goes away, old browsers, plain http: a clear text, and nothing lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.journey import answers, begins, draws, questionnaire_address, sends, step, waits_for, with_token

pytestmark = pytest.mark.browser

LANGUAGES = ("kk", "ru", "en")
STORED_PHASES = """async () => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("pikir");
    request.onsuccess = () => done(request.result);
  });
  const store = database.transaction("state").objectStore("state");
  const found = await new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result); });
  database.close();
  return found.map((record) => record.phase);
}"""


def text_of(page, name):
    """One of the texts that the server gave the page."""
    return page.evaluate("(name) => JSON.parse(document.getElementById('page-data').textContent).texts[name]", name)


def problem(page):
    return step(page, "problem")


class TestWrongClock:
    @pytest.mark.parametrize("days", [-366, -1, 1, 366])
    def test_the_device_may_be_wrong_by_a_day_or_a_year(self, page, place, link, days):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        draws(page, link)
        expect(page.locator("#clock-notice")).to_be_visible()
        page.reload()
        step(page, "drawn").wait_for()
        assert page.evaluate(STORED_PHASES) == ["drawn"], "the token is still there"
        page.locator('[data-do="carry"]').click()
        step(page, "intro").wait_for()
        page.reload()
        step(page, "intro").wait_for()
        assert sorted(page.evaluate(STORED_PHASES)) == ["answering", "drawn"]

    def test_a_right_clock_gets_no_notice_and_an_hour_is_forgiven(self, page, place, link):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=1))
        page.goto(link)
        step(page, "start").wait_for()
        expect(page.locator("#clock-notice")).to_be_hidden()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_notice_names_the_offices_time(self, page, place, new_link, language):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=40))
        page.goto(new_link(language))
        year = str((place.clock() + timedelta(hours=5)).year)
        expect(page.locator("#clock-notice")).to_contain_text(year)


class TestConnection:
    def test_offline_in_the_middle_of_drawing(self, browser_context, page, link):
        page.goto(link)
        step(page, "start").wait_for()
        browser_context.set_offline(True)
        page.locator('[data-do="draw"]').click()
        expect(page.locator("#status")).to_have_text(text_of(page, "offline"))
        browser_context.set_offline(False)
        step(page, "drawn").wait_for()
        expect(page.locator("#status")).to_have_text("")

    def test_offline_while_answering_and_sending(self, browser_context, page, place, link):
        begins(page, place, link)
        waits_for(page, "Boolean(globalThis.pikirSealing)")  # comes when the page is usable; without it sealing waits
        browser_context.set_offline(True)
        answers(page, place.questionnaire)
        page.locator('[data-do="send"]').click()
        expect(page.locator("#status")).to_have_text(text_of(page, "offline"))
        waits_for(page, f"async () => (await ({STORED_PHASES})()).join() === 'sealed'")  # sealing takes its time
        browser_context.set_offline(False)
        step(page, "done").wait_for()

    def test_the_server_restarts_while_answers_are_sent(self, page, place, link):
        begins(page, place, link)
        answers(page, place.questionnaire)
        served, broken = place.application.application, []

        def restarting(environ, start_response):
            if environ["REQUEST_METHOD"] == "POST" and len(broken) < 2:
                broken.append(environ["PATH_INFO"])
                start_response("503 Service Unavailable", [("Content-Type", "text/html")])
                return [b"restarting"]
            return served(environ, start_response)

        place.application.application = restarting
        try:
            page.locator('[data-do="send"]').click()
            expect(page.locator("#status")).to_contain_text("Trying again in")
            step(page, "done").wait_for()
        finally:
            place.application.application = served
        assert len(broken) == 2

    def test_slow_2g(self, browser_context, page, place, link):
        session = browser_context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"offline": False, "latency": 2000, "downloadThroughput": 6250, "uploadThroughput": 6250}  # 50 kbit/s
        page.goto(link)
        step(page, "start").wait_for()
        session.send("Network.emulateNetworkConditions", slow)
        page.locator('[data-do="draw"]').click()
        step(page, "drawing").wait_for()
        step(page, "drawn").wait_for()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_the_page_says_without_a_connection(self, browser_context, page, new_link, language):
        page.goto(new_link(language))
        step(page, "start").wait_for()
        browser_context.set_offline(True)
        expect(page.locator("#status")).to_have_text(text_of(page, "offline"))


class TestUnfitBrowsers:
    """Each has its own text with a next step, in the page's language; nothing is begun."""

    def said(self, page, name):
        expect(problem(page)).to_be_visible()
        for part in ("title", "text", "next"):
            expect(problem(page).locator(f'[data-slot="problem-{part}"]')).to_have_text(text_of(page, f"{name}_{part}"))
        return text_of(page, f"{name}_title")

    def test_no_webcrypto(self, page, place):
        page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})")
        titles = set()
        for language in LANGUAGES:
            page.goto(questionnaire_address(place, language))
            titles.add(self.said(page, "old"))
        assert len(titles) == 3

    def test_no_modules(self, page, place):
        """Given a browser that knows no modules, it runs the other script: here, the page as such a browser sees it."""

        def without_modules(route):
            answer = route.fetch()
            text = re.sub(r'<script type="module"[^>]*></script>', "", answer.text()).replace(
                "<script nomodule", "<script"
            )
            route.fulfill(response=answer, body=text)

        page.route(re.compile(r"/(kk|ru|en)/c/"), without_modules)
        titles = set()
        for language in LANGUAGES:
            page.goto(questionnaire_address(place, language))
            titles.add(self.said(page, "old"))
            page.goto(f"{place.base_url}/issuer/{language}/c/{place.campaign_id}/draw")
            self.said(page, "old")
            page.goto(f"{questionnaire_address(place, language)}/board")
            expect(page.locator("#status")).to_contain_text(text_of(page, "old_title"))
        assert len(titles) == 3

    def test_plain_http(self, page, place):
        """Only localhost counts as protected without https; any other name over http does not."""
        origin = "http://collector.example"

        def forward(route):
            route.fulfill(response=page.request.get(route.request.url.replace(origin, place.base_url)))

        page.route(f"{origin}/**", forward)
        titles = set()
        for language in LANGUAGES:
            page.goto(questionnaire_address(place, language).replace(place.base_url, origin))
            assert page.evaluate("isSecureContext") is False
            titles.add(self.said(page, "insecure"))
        assert len(titles) == 3

    @pytest.mark.parametrize("blocked", ["indexedDB", "sessionStorage"])
    def test_blocked_storage_is_noticed_before_drawing(self, page, link, blocked):
        page.add_init_script(
            f"Object.defineProperty(window, '{blocked}', {{get() {{ throw new DOMException('no', 'SecurityError') }}}})"
        )
        posted = []
        page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
        page.goto(link)
        self.said(page, "storage")
        expect(page.locator("#token-standing")).to_have_attribute("data-standing", "unknown")
        assert posted == []

    def test_storage_that_fails_later_loses_no_answer(self, page, place, link):
        begins(page, place, link)
        page.evaluate("() => { indexedDB.open = () => { throw new DOMException('full', 'QuotaExceededError') } }")
        page.locator("#q1-2").check()
        expect(page.locator("#status")).to_have_text(text_of(page, "unkept"))
        expect(page.locator("#q1-2")).to_be_checked()


class TestLinks:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_used_link_on_another_device(self, page, place, new_link, language):
        address = new_link(language)
        place.respondent.draws_token(address)
        page.goto(address)
        page.locator('[data-do="draw"]').click()
        expect(problem(page).locator('[data-slot="problem-next"]')).to_have_text(text_of(page, "taken_next"))

    def test_a_link_that_was_cut_off(self, page, link):
        page.goto(link[:-7])
        expect(problem(page)).to_contain_text(text_of(page, "link_title"))

    def test_a_link_opened_in_the_window_that_is_open_already(self, page, place, link):
        """Only the part after # differs, so the browser loads nothing anew: the page must notice."""
        page.goto(link.split("#")[0])
        step(page, "nolink").wait_for()
        page.evaluate("(link) => { location.href = link }", link)
        step(page, "start").wait_for()
        page.goto(questionnaire_address(place))
        step(page, "open").wait_for()
        page.evaluate("(link) => { location.href = link }", with_token(place, place.respondent.draws_token(link)))
        step(page, "intro").wait_for()

    def test_a_code_that_nobody_has(self, page, link):
        page.goto(re.sub(r"#\w{26}", "#" + "A" * 26, link))
        page.locator('[data-do="draw"]').click()
        expect(problem(page)).to_contain_text("This invitation code is not known")

    def test_a_token_that_was_used_elsewhere(self, page, place, link):
        token = place.respondent.draws_token(link)
        place.respondent_answers(token, [1] * len(place.questionnaire.questions))
        page.goto(with_token(place, token))
        page.locator('[data-do="begin"]').click()
        answers(page, place.questionnaire)
        page.locator('[data-do="send"]').click()
        expect(problem(page)).to_contain_text("This token has been used already")
        expect(problem(page)).to_contain_text("The first answers stand")

    def test_no_link_but_a_code_can_still_ask_about_ones_name(self, page, place, link):
        page.goto(link.split("#")[0])
        step(page, "nolink").locator('[data-do="ask-name"]').click()
        page.locator('[data-do="check-name"]').click()
        expect(page.locator("#code-problem")).to_be_visible()
        page.locator("#code").fill(link)
        page.locator('[data-do="check-name"]').click()
        page.locator("#roster-proof summary").click()
        root = place.issuer.memory.accepted[place.campaign_id].manifest.roster_commitment.hex()
        expect(page.locator("#roster-path li").last).to_have_text(root)


class TestTwoWindows:
    def test_what_is_sent_is_what_the_window_showed(self, browser_context, page, place, link):
        """Given two windows with different answers, the one that sends seals its own, as its check page showed them."""
        begins(page, place, link)
        page.locator("#q1-0").check()
        other = browser_context.new_page()
        other.goto(questionnaire_address(place))
        other.locator('[data-do="resume"]').click()
        other.locator('[data-view="all"]').click()
        other.locator("#q1-1").check()
        page.bring_to_front()
        answers(page, place.questionnaire)
        expected = page.locator('[data-answer="q1"]').inner_text()
        assert expected == place.questionnaire.questions[0].options[0].text["en"]
        sends(page)


class TestStanding:
    """Where the token is, on every page of its campaign."""

    def test_it_follows_the_token_from_page_to_page(self, page, place, link):
        shown = page.locator("#token-standing")
        base = f"{place.base_url}/issuer/en/c/{place.campaign_id}"
        page.goto(f"{base}/stored")
        expect(shown).to_have_attribute("data-standing", "none")
        page.goto(link)
        expect(shown).to_have_attribute("data-standing", "none")
        page.locator('[data-do="draw"]').click()
        expect(shown).to_have_attribute("data-standing", "drawn")
        for address in (f"{base}/stored", f"{base}/lost", f"{questionnaire_address(place)}/board"):
            page.goto(address)
            expect(shown).to_have_attribute("data-standing", "drawn")
            expect(shown).to_contain_text("kept on this device only")
        page.goto(f"{base}/draw")
        page.locator('[data-do="carry"]').click()
        expect(shown).to_have_attribute("data-standing", "answering")
        page.locator('[data-do="begin"]').click()
        answers(page, place.questionnaire)
        sends(page)
        expect(shown).to_have_attribute("data-standing", "sent")
