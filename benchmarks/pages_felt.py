"""What a respondent feels: how soon a page answers on a slow line, whether it jumps, how long the keyboard alone takes.

`python -m benchmarks.pages_felt` prints it; `measure_felt` is for `python -m benchmarks`.
"""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.pages import CHROMIUM
from benchmarks.place import open_place
from survey_app.web.questionnaires import default_questionnaire

# "3G Slow" of WebPageTest: 400 kbit/s each way, 400 ms a round trip. The preset of the same name in browsers' developer
# tools waits 2,000 ms for each request, so that no document at all is there after two seconds (docs/performance.md).
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
# What Lighthouse measures phones with ("slow 4G", once "fast 3G"): 1.6 Mbit/s down, 750 kbit/s up, 150 ms.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
LINES = {"slow 3G": SLOW_3G, "slow 4G": SLOW_4G}
VISITS = 5
RUNS = 5
LINKS = len(LINES) * VISITS + RUNS
OBSERVE = """() => {
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


USABLE = """() => document.querySelector('[data-do="draw"]')?.checkVisibility()
  && performance.getEntriesByName("first-contentful-paint").length > 0"""
DRAWN = """() => document.querySelector('[data-step="drawn"]')?.checkVisibility()"""


@dataclass(frozen=True)
class Felt:
    """One line: median milliseconds from the address to the first contents, to the button that is seen and works, and,
    pressed at once, to the token; the sum of layout shifts until then."""

    line: str
    readable: float
    interactive: float
    drawn: float
    layout_shift: float


def measure_felt(links: Sequence[str]) -> dict[str, Any] | None:
    """Figures of the drawing page on two lines, and the keyboard's; needs LINKS unused links. None without Chromium."""
    if CHROMIUM is None:
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (not everybody who measures has it)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        unused = iter(links)
        felt = [asdict(_open_page(browser, name, line, unused)) for name, line in LINES.items()]
        runs = [_by_keyboard(browser, next(unused)) for _ in range(RUNS)]
        browser.close()
    return {
        "first page": felt,
        "whole journey by keyboard, seconds": round(statistics.median(seconds for seconds, _ in runs), 1),
        "keys pressed": runs[0][1],
        "questions": len(default_questionnaire().questions),
    }


def _open_page(browser: Any, name: str, line: dict[str, Any], links: Iterator[str]) -> Felt:
    visits = [_visit(browser, line, next(links)) for _ in range(VISITS)]
    *milliseconds, shift = (statistics.median(column) for column in zip(*visits, strict=True))
    return Felt(name, *map(round, milliseconds), round(shift, 3))


def _visit(browser: Any, line: dict[str, Any], link: str) -> tuple[float, float, float, float]:
    """A first visit: milliseconds to the first contents, the usable button and the token; layout shift."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script(f"({OBSERVE})()")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    began = time.monotonic()
    page.goto(link, wait_until="commit")
    page.wait_for_function(USABLE)
    interactive = time.monotonic() - began
    page.locator('[data-do="draw"]').click()
    page.wait_for_function(DRAWN)
    drawn = time.monotonic() - began
    readable, shift = page.evaluate("[performance.getEntriesByName('first-contentful-paint')[0].startTime, shift]")
    context.close()
    return readable, interactive * 1000, drawn * 1000, shift


def _by_keyboard(browser: Any, link: str) -> tuple[float, int]:
    """(seconds, keys) from the invitation to the receipt by a script that only presses keys, without a pause."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    keys = 0

    def press(key: str) -> None:
        nonlocal keys
        page.keyboard.press(key)
        keys += 1

    def reach(selector: str) -> None:
        while not page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            press("Tab")

    def choose(action: str, step: str) -> None:
        page.locator(f'[data-step="{step}"]').wait_for()
        reach(f'[data-step="{step}"] [data-do="{action}"]')
        press("Enter")

    began = time.monotonic()
    page.goto(link)
    for action, step in (("draw", "start"), ("carry", "drawn"), ("begin", "intro")):
        choose(action, step)
    for section in page.locator("[data-question]").all():
        section.wait_for()
        reach(f'input[name="{section.get_attribute("data-question")}"]')
        press("Space")
        reach('[data-do="next"]:not([hidden])')
        press("Enter")
    choose("send", "check")
    page.locator('[data-step="done"]').wait_for()
    seconds = time.monotonic() - began
    context.close()
    return seconds, keys


def main() -> None:
    """Measure in a place of its own and print JSON."""
    with open_place(LINKS) as place:
        print(json.dumps(measure_felt(place.links), indent=1))


if __name__ == "__main__":
    main()
