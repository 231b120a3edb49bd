"""From an invitation to a signed KPI, as the people see it: one campaign, step by step, in real Chromium."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from analytics.office import staff_desk
from analytics.verify_cli import verify
from survey_app.staff.accounts import add_staff
from survey_app.web.exchange import BATCH, RELEASE
from tests.clock import FakeClock
from tests.world import roster_lines, world

PEOPLE = 14
PASSWORD = "a long password of an officer"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(tmp_path_factory, questionnaire):
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)  # the offices' clock is not the machine's
    with world(tmp_path_factory.mktemp("whole-way"), FakeClock(later), questionnaire) as opened:
        yield opened


@pytest.fixture(scope="module")
def story():
    """What one step leaves for the next."""
    return {}


class TestTheWholeWay:
    def test_1_offices_agree_and_invite(self, place, story):
        campaign_id = place.agency_officer_drafts()
        place.offices_enrol(campaign_id, roster_lines(PEOPLE))
        place.agency_officer_announces(campaign_id)
        story["campaign_id"] = campaign_id
        story["links"] = [
            re.sub("/(kk|ru|en)/c/", "/kk/c/", invitation.link)
            for invitation in place.issuing_officer_invites(campaign_id)
        ]
        place.issuing_opens()

    def test_2_a_respondent_draws_a_token_on_a_phone_and_saves_it(self, place, story, phone, tmp_path_factory):
        requests = []
        phone.on("request", lambda request: requests.append(request.url))
        phone.goto(story["links"][0])
        phone.locator('[data-do="draw"]').click()
        with phone.expect_download() as download:
            phone.locator('[data-do="save"]').click()
        story["token_file"] = tmp_path_factory.mktemp("phone") / download.value.suggested_filename
        download.value.save_as(story["token_file"])

        assert "#" not in phone.url, "the code does not stay in the address bar"
        assert all(url.startswith((place.base_url, "blob:", "data:")) for url in requests)
        assert not phone.context.cookies()

    def test_3_the_others_draw_and_m_is_published(self, place, story):
        story["tokens"] = [place.respondent.draws_token(link) for link in story["links"][1:-1]]
        place.issuing_officer_publishes_drawn(story["campaign_id"])
        place.collecting_opens()

    def test_4_the_respondent_answers_fourteen_questions_and_gets_a_receipt(self, place, story, phone):
        requests = []
        phone.on("request", lambda request: requests.append(request))  # noqa: PLW0108 (Playwright takes no built-in)
        phone.goto(f"{place.collector_url}/kk/c/{story['campaign_id']}")
        phone.locator("#token-file").set_input_files(story["token_file"])
        phone.locator('[data-do="begin"]').click()
        for number, question in enumerate(place.questionnaire.questions, 1):
            shown = phone.locator(f'[data-question="{question.id}"]')
            shown.get_by_text(question.text["kk"]).wait_for()
            assert not phone.locator("input[type=radio]:checked").locator("visible=true").count(), (
                "nothing is preselected"
            )
            if number == 5:  # a reload in the middle loses nothing
                phone.reload()
            shown.get_by_label(question.options[0].text["kk"], exact=True).check()
            phone.locator('[data-do="next"]:visible').first.click()
        expect(phone.locator("[data-answer]").first).to_have_text(
            place.questionnaire.questions[0].options[0].text["kk"]
        )
        phone.locator('[data-do="send"]').dblclick()
        phone.locator('[data-step="done"]').wait_for()
        story["receipt"] = phone.locator('[data-slot="receipt"]').text_content()

        posted = [request for request in requests if request.method == "POST"]
        assert len(posted) == 1, "a double click sends once"
        assert posted[0].headers.get("cookie") is None
        assert all(request.url.startswith(place.base_url) for request in requests)
        stored = phone.evaluate(
            """async () => {
                const names = (await indexedDB.databases()).map((database) => database.name);
                const open = (name) => new Promise((done) => {
                    const request = indexedDB.open(name);
                    request.onsuccess = () => done(request.result);
                });
                const kept = [];
                for (const name of names) {
                    const database = await open(name);
                    for (const store of database.objectStoreNames) {
                        const request = database.transaction(store).objectStore(store).getAll();
                        kept.push(...await new Promise((done) => { request.onsuccess = () => done(request.result); }));
                    }
                    database.close();
                }
                return JSON.stringify(kept);
            }"""
        )
        assert json.loads(stored) == [], "token and answers are wiped after sending"

    def test_5_the_others_answer_and_the_collector_closes(self, place, story):
        sheets = ([2, 2, *[2] * 9, 1, 2, 3], [1, 3, *[1] * 9, 2, 2, 1], [3, 1, *[4] * 9, 1, 1, 2])
        for number, token in enumerate(story["tokens"]):
            place.respondent_answers(token, sheets[number % 3])
        place.offices_close(story["campaign_id"])

    def test_6_the_receipt_is_found_on_the_board(self, place, story, phone):
        phone.goto(f"{place.collector_url}/kk/c/{story['campaign_id']}/board")
        phone.locator("#receipt-text").fill(story["receipt"])
        phone.locator('[data-do="check-receipt"]').click()
        phone.locator("#found").wait_for()

        assert phone.locator("#missing").is_hidden()
        figures = phone.locator(".pk-figures dd").all_inner_texts()
        assert figures == [str(PEOPLE), str(PEOPLE - 1), str(PEOPLE - 1), "0"], "N, M, K, lost"

    def test_7_the_agency_opens_certifies_and_anyone_verifies(self, place, story):
        place.agency_officer_opens_and_certifies(story["campaign_id"])
        folder = place.agency.exchange.path(story["campaign_id"], RELEASE).parent

        accepted = CliRunner().invoke(verify, [str(folder)])
        batch = place.agency.exchange.path(story["campaign_id"], BATCH)
        original = batch.read_bytes()
        batch.write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
        refused = CliRunner().invoke(verify, [str(folder)])
        batch.write_bytes(original)

        assert accepted.exit_code == 0, accepted.output
        assert refused.exit_code != 0

    def test_8_the_officer_sees_the_kpi_on_the_dashboard(self, place, story, phone):
        add_staff(staff_desk(place.agency), "aigerim", "officer", PASSWORD)
        phone.goto(f"{place.base_url}/agency/kk/")
        phone.locator("input[name=login]").fill("aigerim")
        phone.locator("input[name=password]").fill(PASSWORD)
        phone.locator("main button[type=submit]").click()
        phone.locator(".js-plotly-plot").first.wait_for()
        release = json.loads(_payload(place.agency.exchange.path(story["campaign_id"], RELEASE)))
        percent = next(figure for figure in release["kpis"] if figure["method"] == "fav_share/1")["percent"]

        assert percent.replace(".", ",") in phone.locator("main").inner_text()
        cookies = phone.context.cookies()
        assert {cookie["path"] for cookie in cookies} == {"/agency"}
        assert all(cookie["httpOnly"] and cookie["sameSite"] == "Strict" for cookie in cookies)


def _payload(path: Path) -> bytes:
    from survey_app.domain.signing import peek  # noqa: PLC0415

    return peek(path.read_text())[1]
