"""Pages on paper: the receipt, as the browser's own print and "save as PDF" give it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from pypdf import PdfReader

from config import collector_config
from survey_app.collector_app import create_collector_app
from survey_app.domain.questionnaire import Questionnaire
from survey_app.responses import views
from tests.builders import OPENS, office_keys
from tests.clock import FakeClock
from tests.integration.collector.conftest import ENVIRON
from tests.integration.collector.story import plan_campaign

pytestmark = pytest.mark.browser

RECEIPT = "eyJhbGciOiJFZERTQSJ9." + "".join(f"{n:04}" for n in range(70)) + "." + "s" * 86  # as long as a real one
SHOW = """([receipt]) => {
  for (const step of document.querySelectorAll("[data-step]")) step.hidden = step.dataset.step !== "done";
  for (const slot of document.querySelectorAll('[data-step="done"] [data-slot="receipt"]')) slot.textContent = receipt;
  const size = 45, squares = [];
  for (let y = 0; y < size; y += 1) for (let x = y % 2; x < size; x += 2) squares.push(`M${x} ${y}h1v1h-1z`);
  const picture = `<svg viewBox="0 0 ${size} ${size}"><path d="${squares.join("")}"/></svg>`;
  document.querySelector("#receipt-qr").innerHTML = picture;
}"""
SAYS = {
    "kk": ("Рақмет. Жауаптарыңыз қабылданды", "Түбіртегіңіз"),
    "ru": ("Ваша квитанция", "Спасибо"),
    "en": ("Your receipt", "Thank you"),
}


@pytest.fixture(scope="module")
def done_page(chromium: Browser, tmp_path_factory, questionnaire: Questionnaire) -> Iterator:
    """Open the questionnaire's page in a language, at the step that shows the receipt."""
    folder, clock = tmp_path_factory.mktemp("collector"), FakeClock(OPENS)
    config = collector_config(Path(folder), ENVIRON)
    app = create_collector_app(config, clock)
    office = app.extensions[views.OFFICE]
    story = plan_campaign(config.exchange, office_keys(), questionnaire)
    story.up_to_collecting(office, clock)
    client = app.test_client()
    page = chromium.new_page(color_scheme="dark")

    def serve(route: Route) -> None:
        answer = client.get(route.request.url.removeprefix("http://localhost"))
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    page.route("**/*", serve)

    def open_in(language: str) -> Page:
        page.goto(f"http://localhost/{language}/c/{story.campaign_id}")
        page.wait_for_selector('[data-step="loading"]', state="hidden")
        page.evaluate(SHOW, [RECEIPT])
        return page

    yield open_in
    page.close()
    office.database.dispose()


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_receipt_is_one_page_and_whole(done_page, language: str, paper: str):
    sheets = PdfReader(BytesIO(done_page(language).pdf(format=paper, prefer_css_page_size=False))).pages
    assert len(sheets) == 1
    text = " ".join(sheets[0].extract_text().split())
    for said in SAYS[language]:
        assert said in text
    assert RECEIPT in text.replace(" ", "")


def test_on_paper_there_is_nothing_to_click_and_the_board_has_its_address(done_page):
    page = done_page("ru")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator('[data-step="done"] .govuk-button').is_hidden()
    assert page.locator("nav").first.is_hidden()
    assert page.locator("#receipt-qr svg").is_visible()
    assert page.locator('[data-step="done"] code[data-slot="receipt"]').is_visible()
    board = page.locator('[data-step="done"] a[href*="board"]')
    content = board.evaluate("link => getComputedStyle(link, '::after').content")
    assert f"http://localhost{board.get_attribute('href')}" in content
    page.emulate_media(media="screen")
