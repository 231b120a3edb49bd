"""Real browsers for end-to-end tests. Missing, they are skipped loudly; under CI=true that fails."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from survey_app.domain.questionnaire import Questionnaire
from tests.clock import FakeClock
from tests.e2e.journey import PATIENCE
from tests.economy import less_stretched
from tests.world import World, roster_lines, world

CHROMIUM = os.environ.get("PIKIR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
CLIENT = Path(__file__).resolve().parents[2] / "client"
PEOPLE = 80
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
expect.set_options(timeout=PATIENCE)


def missing(what: str) -> None:
    """Skip loudly, or fail in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless, driven by Playwright; one for the whole session."""
    if CHROMIUM is None:
        missing("Chromium is not installed (Debian: apt-get install chromium): the browser was NOT tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A fresh profile at a phone's width; a console error or a blocked resource fails the test at its end."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="kk-KZ", timezone_id="Asia/Almaty")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def libraries() -> Path:
    """client/node_modules as the lock file says; two workers never install at once."""
    with (CLIENT / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-c", "import build; build.install()"]
        done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"npm could not install the client's libraries, so this was NOT tested: {done.stderr[-300:]}")
    return CLIENT / "node_modules"


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, questionnaire: Questionnaire) -> Iterator[World]:
    """A single-visit campaign in which drawing and answering are open, for all tests that move no clock.

    ``campaign_id``, and ``links`` that nobody has used.
    """
    now = FakeClock(datetime.now(UTC).replace(microsecond=0))
    with world(tmp_path_factory.mktemp("open"), now, questionnaire) as opened:
        with less_stretched():
            opened.campaign_id = opened.agency_officer_drafts("single")
            opened.offices_enrol(opened.campaign_id, roster_lines(PEOPLE))
            opened.agency_officer_announces(opened.campaign_id)
            opened.links = [one.link for one in opened.issuing_officer_invites(opened.campaign_id)]
            opened.issuing_opens()
            # The offices that serve open their key files now; afterwards the cost is what it is for other tests.
            blank = [0] * len(questionnaire.questions)
            opened.respondent_answers(opened.respondent.draws_token(opened.links.pop()), blank)
        yield opened


@pytest.fixture
def new_link(place: World) -> Callable[[str], str]:
    """Gives an invitation that nobody has used, in a language."""
    return lambda language: re.sub("/(kk|ru|en)/c/", f"/{language}/c/", place.links.pop())


@pytest.fixture
def link(new_link: Callable[[str], str]) -> str:
    """An invitation that nobody has used, in English."""
    return new_link("en")


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile at a phone's width."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    yield context
    for opened in context.pages:
        opened.unroute_all(behavior="ignoreErrors")
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()
