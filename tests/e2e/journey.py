"""What people do in a browser, as verbs; each leaves the page where the next one begins."""

import time

from playwright.sync_api import Locator, Page

from survey_app.domain.questionnaire import Questionnaire
from survey_app.domain.token import Token, pack_token
from tests.world import World

PATIENCE = 40_000
"""Milliseconds until a page counts as stuck: a slow machine is no defect of a page, so this is long."""


def follows(page: Page, control: str | Locator) -> None:
    """Click what leads to another page, and wait until that page has loaded.

    Playwright's own click comes back while the browser is still on the old page or between the two.
    """
    with page.expect_navigation(timeout=PATIENCE):
        page.click(control) if isinstance(control, str) else control.click()


def waits_for(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression, or what it promises, is true.

    Playwright's ``wait_for_function`` takes a promise for true, and repeats an expression by ``eval``, which the
    pages' policy forbids.
    """
    until = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < until, condition
        time.sleep(0.05)


def step(page: Page, name: str) -> Locator:
    """A step of the page, shown or not."""
    return page.locator(f'[data-step="{name}"]')


def draws(page: Page, link: str) -> None:
    """From the invitation to a token that is drawn."""
    page.goto(link)
    page.locator('[data-do="draw"]').click()
    step(page, "drawn").wait_for()


def with_token(place: World, token: Token, language: str = "en") -> str:
    """The questionnaire's address with a token in its fragment."""
    return f"{questionnaire_address(place, language)}#{pack_token(token)}"


def questionnaire_address(place: World, language: str = "en") -> str:
    return f"{place.collector_url}/{language}/c/{place.campaign_id}"


def begins(page: Page, place: World, link: str, language: str = "en") -> None:
    """At the first question, with a token that was drawn elsewhere."""
    page.goto(with_token(place, place.respondent.draws_token(link), language))
    page.locator('[data-do="begin"]').click()


ANSWER = """(ids) => {
  for (const id of ids) {
    document.getElementById(`${id}-0`).click();
    document.querySelector('[data-do="next"]:not([hidden])').click();
  }
}"""


def answers(page: Page, questionnaire: Questionnaire) -> None:
    """Every question's first option, one after the other, to the check page; clicked faster than by hand."""
    step(page, "questions").wait_for()
    page.evaluate(ANSWER, [question.id for question in questionnaire.questions])
    step(page, "check").wait_for()


def sends(page: Page) -> str:
    """From the check page to the receipt, which it gives."""
    page.locator('[data-do="send"]').click()
    step(page, "done").wait_for()
    return page.locator('[data-slot="receipt"]').text_content() or ""
