"""axe-core in real Chromium on every page, step and state in three languages: no violation of WCAG 2.2 AA."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journey import begins, questionnaire_address, step

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (options) => {
  const { violations } = await axe.run(document, options);
  const told = (id, node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => told(id, node)));
}"""
# Every step, folded part, problem and result at once, with the texts that they would have.
REVEAL = """() => {
  const { texts } = JSON.parse(document.getElementById("page-data")?.textContent ?? '{"texts": {}}');
  for (const slot of document.querySelectorAll("[data-slot]")) {
    slot.textContent ||= texts[`unexpected_${slot.dataset.slot.replace("problem-", "")}`] ?? "x";
  }
  for (const list of document.querySelectorAll("ol:empty")) list.append(document.createElement("li"));
  for (const hidden of document.querySelectorAll("[hidden]")) hidden.hidden = false;
  for (const details of document.querySelectorAll("details")) details.open = true;
}"""


@pytest.fixture(scope="module")
def check(libraries: Path) -> Callable[[Page], None]:
    """Asserts that axe-core finds nothing on the page as it is now."""
    axe = (libraries / "axe-core/axe.min.js").read_text()
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
    options["resultTypes"] = ["violations"]  # what passes is not worked out

    def run(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        assert page.evaluate(RUN, options) == [], page.url

    return run


def addresses(place, language):
    """Every page of both offices."""
    issuer, collector = f"{place.base_url}/issuer/{language}", f"{place.collector_url}/{language}"
    campaign = f"c/{place.campaign_id}"
    return [
        f"{issuer}/",
        f"{issuer}/{campaign}/draw",
        f"{issuer}/{campaign}/stored",
        f"{issuer}/{campaign}/lost",
        f"{issuer}/nothing-here",
        f"{collector}/",
        f"{collector}/{campaign}",
        f"{collector}/{campaign}/board",
        f"{collector}/{campaign}/stored",
        f"{collector}/{campaign}/lost",
        f"{collector}/c/{'f' * 32}",
    ]


def test_the_probe_itself_sees_violations(page, place, check):
    page.goto(f"{place.collector_url}/kk/")
    page.evaluate(
        "document.querySelector('main').append(document.createElement('img'), document.createElement('input'))"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        check(page)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_with_all_its_steps(page, place, check, language):
    for address in addresses(place, language):
        page.goto(address)
        step(page, "loading").wait_for(state="hidden")
        check(page)
        page.evaluate(REVEAL)
        check(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_in_the_dark_at_other_widths(chromium, place, check, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme="dark")
    page = context.new_page()
    for address in addresses(place, "kk"):
        page.goto(address)
        step(page, "loading").wait_for(state="hidden")
        page.evaluate(REVEAL)
        check(page)
    context.close()


def test_the_states_of_one_journey(page, place, check, new_link):
    page.goto(new_link("ru"))
    step(page, "start").wait_for()
    check(page)
    page.locator('[data-do="ask-name"]:visible').click()
    page.locator('[data-do="check-name"]').click()
    page.locator("#name-result").wait_for()
    check(page)
    page.locator('[data-do="leave-name"]').click()
    page.locator('[data-do="draw"]').click()
    step(page, "drawn").wait_for()
    page.get_by_text("QR", exact=False).first.click()
    check(page)
    begins(page, place, new_link("ru"), "ru")
    check(page)
    page.locator("#q1-0").check()
    check(page)
    page.locator('[data-view="all"]').click()
    check(page)
    page.locator('[data-then="check"]:visible').click()
    step(page, "check").wait_for()
    check(page)
    page.locator('[data-do="send"]').click()
    step(page, "done").wait_for()
    page.locator('[data-step="done"] summary').click()
    check(page)


def test_errors_take_the_focus_and_are_announced(page, place, check):
    page.goto(f"{questionnaire_address(place, 'kk')}#{'A' * 744}")
    step(page, "problem").wait_for()
    expect(page.locator("#problem")).to_be_focused()
    assert page.locator("#problem").get_attribute("role") == "alert"
    check(page)
