"""The whole way on a narrow phone, a phone and a desktop; once with the keyboard alone; and nothing ever jumps."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journey import PATIENCE, draws, questionnaire_address, sends, step

pytestmark = pytest.mark.browser

WIDTHS = {320: "kk", 390: "ru", 1280: "en"}
SHIFTS = """() => {
  window.shifts = [];
  window.fontsCame = [];
  document.fonts.addEventListener("loadingdone", () => fontsCame.push(performance.now()));
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, startTime, value, sources } of list.getEntries()) {
      const moved = sources.map(({ node }) => (node?.outerHTML ?? "").slice(0, 99));
      if (!hadRecentInput) shifts.push({ startTime, value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
# A font of ours comes within 100 ms, while its text is not painted yet, or not at all on this page (font-display:
# optional). Text that takes its place unseen counts as a shift for the browser; for people nothing jumps.
SEEN = """() => {
  const faces = [...document.fonts].filter((face) => face.family.includes("Golos Text"));
  if (!faces.length || faces.some((face) => face.display !== "optional")) return ["a font may come late"];
  return shifts.filter((shift) => !fontsCame.some((came) => Math.abs(shift.startTime - came) < 100));
}"""
# The script has shown its step, fonts are there or were given up, and the page was painted some times since.
SETTLED = """() => new Promise((done) => {
  const look = () => document.querySelector('[data-step="loading"]:not([hidden])') ? requestAnimationFrame(look)
    : document.fonts.ready.then(() => setTimeout(done, 150));
  look();
})"""
# Radios and buttons that a thumb has to hit. The radio's target is its label.
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .govuk-button, .govuk-radios__label, summary")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.getBoundingClientRect(), element])
  .filter(([box]) => box.height > 0 && box.height < 44)
  .map(([box, element]) => `${Math.round(box.height)} px: ${element.textContent.trim().slice(0, 60)}`)"""


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways, and everything to be touched is large enough."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_way_fits(chromium, place, new_link, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, has_touch=width < 600)
    context.set_default_timeout(PATIENCE)
    page, language = context.new_page(), WIDTHS[width]
    page.goto(new_link(language))
    step(page, "start").wait_for()
    fits(page)
    page.locator('[data-do="draw"]').click()
    step(page, "drawn").wait_for()
    fits(page)
    page.locator('[data-do="carry"]').click()
    step(page, "intro").wait_for()
    fits(page)
    page.locator('[data-do="begin"]').click()
    for question in place.questionnaire.questions:
        fits(page)
        option = page.locator(f'label[for="{question.id}-0"]')
        option.tap() if width < 600 else option.click()
        page.locator('[data-do="next"]:visible').click()
    fits(page)
    sends(page)
    fits(page)
    for name in ("stored", "lost", "board"):
        page.goto(f"{questionnaire_address(place, language)}/{name}")
        fits(page)
    context.close()


@pytest.mark.parametrize("zoomed", [640, 320])
def test_nothing_is_lost_at_200_and_400_percent(chromium, place, zoomed):
    """A window of 1280 px at 200 % is 640 px wide, at 400 % 320 px (WCAG 1.4.10)."""
    context = chromium.new_context(viewport={"width": zoomed, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    for address in (f"{place.base_url}/issuer/kk/c/{place.campaign_id}/stored", questionnaire_address(place, "ru")):
        page.goto(address)
        fits(page)
    context.close()


class Keyboard:
    """Somebody without a mouse: Tab until the wanted thing has the focus, then the key that it takes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def reach(self, selector: str) -> None:
        for _ in range(60):
            if self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")


def test_the_whole_way_with_the_keyboard_alone(page, place, new_link):
    """Given no mouse, each step's heading has the focus, and every control is reached and seen."""
    keyboard = Keyboard(page)
    page.goto(new_link("kk"))
    step(page, "start").wait_for()
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('govuk-skip-link')")
    keyboard.press("Enter")
    keyboard.reach('[data-do="draw"]')
    assert page.evaluate("getComputedStyle(document.activeElement).boxShadow") != "none", "the focus is seen"
    keyboard.press("Enter")
    step(page, "drawn").wait_for()
    keyboard.reach('[data-do="carry"]')
    keyboard.press("Enter")
    step(page, "intro").wait_for()
    keyboard.reach('[data-do="begin"]')
    keyboard.press("Enter")
    for number, question in enumerate(place.questionnaire.questions):
        shown = page.locator(f'[data-question="{question.id}"]')
        shown.wait_for()
        expect(shown.locator("h1"), "the question has the focus").to_be_focused()
        if number != 2:  # one is left empty
            keyboard.reach(f'input[name="{question.id}"]')
            keyboard.press("Space")
            keyboard.press("ArrowDown")
            expect(page.locator(f"#{question.id}-1")).to_be_checked()
        keyboard.reach('[data-do="next"]:not([hidden])')
        keyboard.press("Enter")
    step(page, "check").wait_for()
    expect(page.locator("#reminder")).to_be_visible()
    keyboard.reach('[data-change="q3"]')
    keyboard.press("Enter")
    keyboard.reach('input[name="q3"]')
    keyboard.press("Space")
    keyboard.reach('[data-do="next"][data-then="check"]')
    keyboard.press("Enter")
    expect(page.locator("#reminder")).to_be_hidden()
    keyboard.reach('[data-do="send"]')
    keyboard.press("Enter")
    step(page, "done").wait_for()
    keyboard.reach('[data-do="save-receipt"]')
    assert page.evaluate("document.activeElement.matches('button')")


def test_nothing_jumps(chromium, place, new_link):
    """The layout does not shift by itself on any page, while it loads or afterwards."""
    for width, language in ((320, "kk"), (1280, "ru")):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.add_init_script(f"({SHIFTS})()")
        page = context.new_page()
        draws(page, new_link(language))
        assert page.evaluate(SEEN) == []
        campaign = questionnaire_address(place, language)
        for address in (campaign, f"{campaign}/board", f"{campaign}/stored", f"{place.base_url}/issuer/{language}/"):
            page.goto(address)
            page.evaluate(SETTLED)
            assert page.evaluate(SEEN) == [], address
        context.close()


def test_reduced_motion_is_respected(chromium, place):
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(questionnaire_address(place))
    moving = "document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations === Infinity).length"
    assert page.evaluate(moving) == 0
    context.close()
