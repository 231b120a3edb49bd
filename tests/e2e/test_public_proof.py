"""The end of a campaign as the public sees it: late answers, the board, the receipt, the evidence to take home."""

import json
import re
import zipfile
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from analytics.verify_cli import verify
from survey_app.domain.signing import peek
from survey_app.responses.batch import find_board
from survey_app.web.exchange import RELEASE
from tests.clock import FakeClock
from tests.e2e.journey import PATIENCE, answers, begins, questionnaire_address, sends, step, with_token
from tests.economy import less_stretched
from tests.world import roster_lines, world

PEOPLE = 16
SENDING = 12

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(tmp_path_factory, questionnaire):
    now = FakeClock(datetime.now(UTC).replace(microsecond=0))
    with less_stretched(), world(tmp_path_factory.mktemp("proof"), now, questionnaire) as opened:
        opened.campaign_id = opened.agency_officer_drafts("single")
        opened.offices_enrol(opened.campaign_id, roster_lines(PEOPLE))
        opened.agency_officer_announces(opened.campaign_id)
        opened.links = [one.link for one in opened.issuing_officer_invites(opened.campaign_id)]
        opened.issuing_opens()
        yield opened


@pytest.fixture(scope="module")
def browser_context(chromium):
    """One profile for the whole story: what a device keeps matters here."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture(scope="module")
def story():
    return {}


class TestPublicProof:
    def test_1_people_answer_and_one_keeps_the_receipt_as_a_picture(self, place, page, story, tmp_path_factory):
        sheets = ([2, 2, *[2] * 9, 1, 2, 3], [1, 3, *[1] * 9, 2, 2, 1], [3, 1, *[4] * 9, 1, 1, 2])
        for number in range(SENDING):
            place.respondent_answers(place.respondent.draws_token(place.links.pop()), sheets[number % 3])
        begins(page, place, place.links.pop())
        answers(page, place.questionnaire)
        story["receipt"] = sends(page)
        page.get_by_text("Show the receipt as text and QR code").click()
        story["picture"] = tmp_path_factory.mktemp("camera") / "receipt.png"
        page.locator("#receipt-qr svg").screenshot(path=story["picture"])

    def test_2_before_close_there_is_no_board_and_the_picture_waits(self, place, page):
        page.goto(f"{questionnaire_address(place)}/board")
        expect(page.locator("main")).to_contain_text("The board appears after the survey has closed")
        assert page.locator("#receipt-text").count() == 0

    def test_3_an_envelope_is_sealed_and_stored_but_its_receipt_is_lost(self, place, page, story):
        story["unreceipted"], story["unsent"], story["late"] = (
            place.respondent.draws_token(place.links.pop()) for _ in range(3)
        )
        page.goto(with_token(place, story["unreceipted"]))
        page.locator('[data-do="begin"]').click()
        answers(page, place.questionnaire)

        def lose(route):
            route.fetch()
            route.abort()

        page.route("**/responses", lose)
        with page.expect_event("requestfailed"):
            page.locator('[data-do="send"]').click()

    def test_4_the_survey_closes_while_people_answer(self, place, browser_context, page, story):
        unsent = browser_context.new_page()
        unsent.goto(with_token(place, story["unsent"]))
        unsent.locator('[data-do="begin"]').click()
        unsent.locator("#q1-0").check()
        page.bring_to_front()
        page.goto(with_token(place, story["late"]))
        page.locator('[data-do="begin"]').click()
        answers(page, place.questionnaire)
        place.clock.now = place.schedule.collection_closes
        page.locator('[data-do="send"]').click()
        step(page, "late").wait_for()
        unsent.bring_to_front()
        unsent.reload()
        expect(step(unsent, "late")).to_contain_text("Yours were not sent")

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_5_what_is_told_after_close(self, place, page, story, lang):
        titles = {"kk": "сауалнама жабылды", "ru": "Опрос закрылся", "en": "The survey closed"}
        for token in (story["late"], story["unsent"]):
            page.goto("about:blank")
            page.goto(with_token(place, token, lang))
            expect(step(page, "late").locator("h1")).to_contain_text(titles[lang])

    def test_5_the_lost_receipt_can_still_be_fetched(self, place, page, story):
        page.goto(with_token(place, story["unreceipted"]))
        step(page, "done").wait_for()
        assert page.locator('[data-slot="receipt"]').text_content()

    def test_6_the_board_says_what_is_lost_and_waits_for_the_agency(self, place, page, story):
        place.issuing_officer_publishes_drawn(place.campaign_id)
        place.offices_close(place.campaign_id)
        page.goto(f"{questionnaire_address(place)}/board")
        expect(page.locator("main")).to_contain_text("The agency has not certified the result yet")
        figures = [int(text) for text in page.locator(".pk-figures dd").all_inner_texts()]
        assert figures == [PEOPLE, SENDING + 4, SENDING + 2, 2], "N, M, K, lost"

    def test_7_the_receipts_picture_is_read_without_telling_the_server(self, place, browser_context, page, story):
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{questionnaire_address(place)}/board")
        page.locator("#receipt-picture").set_input_files(story["picture"])
        page.locator("#found").wait_for()
        assert story["receipt"] in page.locator("#receipt-text").input_value()
        reader = [url for url in asked if "qr-reader.js" in url]
        assert len(reader) == 1, "loaded once, and only for this"
        assert not [url for url in asked if story["receipt"] in url]

    def test_8_a_link_with_the_receipt_checks_it_at_once(self, place, page, story):
        page.goto(f"{questionnaire_address(place)}/board#{story['receipt']}")
        page.locator("#found").wait_for()
        page.get_by_text("The path from your envelope to the root").click()
        root = find_board(place.collector, place.campaign_id).board.root
        expect(page.locator("#path li").last).to_have_text(root.hex())
        assert "#" not in page.url

    def test_9_a_picture_without_a_code_gets_its_own_text(self, place, page, tmp_path):
        page.goto(f"{questionnaire_address(place)}/board")
        blank = tmp_path / "blank.png"
        page.screenshot(path=blank)
        page.locator("#receipt-picture").set_input_files(blank)
        expect(page.locator("#check-problem")).to_contain_text("No QR code was found")
        page.locator("#receipt-picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no"})
        expect(page.locator("#check-problem")).to_contain_text("No QR code was found")

    def test_a_the_release_tells_what_became_of_the_envelopes(self, place, page):
        place.agency_officer_opens_and_certifies(place.campaign_id)
        page.goto(f"{questionnaire_address(place)}/board")
        release = _payload(place.agency.exchange.get_text(place.campaign_id, RELEASE))
        expect(page.locator(".govuk-summary-list__value").first).to_have_text(str(release["n"]))

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_b_the_downloaded_evidence_verifies_offline(self, place, page, tmp_path, lang):
        page.goto(f"{questionnaire_address(place, lang)}/board")
        with page.expect_download() as downloading:
            page.locator('a[href$="evidence.zip"]').click()
        bundle = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(bundle)
        with zipfile.ZipFile(bundle) as packed:
            names = {name.split("/")[1] for name in packed.namelist()}
            packed.extractall(tmp_path)
        folder = tmp_path / place.campaign_id
        report = CliRunner().invoke(verify, [str(folder), "--lang", lang, "--json"])
        checks = {check["check"]: check["status"] for check in json.loads(report.output)["checks"]}

        assert {"manifest.jws", "drawn.jws", "board.jws", "board.json", "release.jws", "scoring-record.jws"} <= names
        assert "batch.bin" not in names, "sealed envelopes are not public"
        assert report.exit_code == 0, report.output
        assert checks["board-list"] == "ok"
        assert checks["batch"] == "impossible", "it says what it could not check"

        release = folder / RELEASE
        release.write_text(release.read_text()[:-8] + "AAAAAAA\n")
        assert CliRunner().invoke(verify, [str(folder), "--lang", lang]).exit_code != 0

    def test_c_a_release_that_is_not_the_agencys_is_not_believed(self, place, page):
        path = place.collector.exchange.path(place.campaign_id, RELEASE)
        original = path.read_text()
        path.write_text(re.sub(r"\.[^.]+$", "." + "A" * 86, original))
        page.goto(f"{questionnaire_address(place)}/board")
        path.write_text(original)
        expect(page.locator("main")).to_contain_text("The release is not the agency’s")


def _payload(document):
    return json.loads(peek(document)[1])
