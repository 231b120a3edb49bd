"""Pictures of every page in Kazakh and Russian, at phone and desktop width: `python -m tests.screenshots`.

From a copy of a demonstration that is built once for each client (about a minute), into screenshots/. With
--readme only the two pictures of the README, into docs/images/. Delete the folder to begin with today's demonstration.
"""

import argparse
import hashlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

import pikir
import wsgi
from survey_app.web import demonstration, server
from survey_app.web.clock import system_clock
from survey_app.web.settings import Settings
from tests.e2e.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "screenshots"
CLIENTS = (ROOT / "client" / "built.sha256").read_bytes()
INSTANCE = TARGET / f"demonstration-{hashlib.sha256(CLIENTS).hexdigest()[:12]}"  # its manifests pin these scripts
IMAGES = ROOT / "docs" / "images"
PORT = 8471
WIDTHS = {"phone": 390, "desktop": 1280}
LANGUAGES = ("kk", "ru")


@contextmanager
def served_demonstration() -> Iterator[dict[str, Any]]:
    """Build the demonstration if it is not there, serve a copy of it, and give what demo.json says."""
    if demonstration.is_to_be_built(INSTANCE):
        pikir.build_demo(Settings(INSTANCE, {"PIKIR_PORT": str(PORT)}, system_clock), PORT)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demonstration"
        shutil.copytree(INSTANCE, copy)  # so that what visitors do here does not use up its links and tokens
        settings = Settings(copy, {"PIKIR_PORT": str(PORT)}, system_clock)
        listening = server.listen(wsgi.make_application("all", settings), PORT)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield dict(demonstration.read(copy) or {})
        listening.close()
        thread.join(5)


class Photographer:
    """Takes every page in one language at one width; pictures are numbered in the order of the story."""

    def __init__(self, browser: Browser, description: dict[str, Any], language: str, device: str, scheme: str) -> None:
        self.context = browser.new_context(
            viewport={"width": WIDTHS[device], "height": 844}, color_scheme=scheme, locale=f"{language}-KZ"
        )
        self.page = self.context.new_page()
        self.description, self.language = description, language
        self.folder = TARGET / f"{language}-{device}{'-dark' if scheme == 'dark' else ''}"
        self.number = 0

    def takes(self, name: str) -> None:
        """The whole page as it is now."""
        self.number += 1
        self.page.screenshot(path=self.folder / f"{self.number:02d}-{name}.png", full_page=True, animations="disabled")

    def campaign(self, state: str, visits: str = "two") -> dict[str, Any]:
        """The newest campaign of the demonstration in a state."""
        found = [c for c in self.description["campaigns"] if (c["state"], c["visits"]) == (state, visits)]
        return max(found, key=lambda campaign: campaign["round"])

    def goes(self, path: str, name: str) -> None:
        """Open a page and take it."""
        self.page.goto(f"{self.description['base_url']}{path.format(lang=self.language)}", wait_until="networkidle")
        self.takes(name)

    def shows(self, step: str) -> None:
        """Wait until the page shows this step."""
        self.page.locator(f'[data-step="{step}"]').wait_for()


def photograph_issuer(camera: Photographer) -> None:
    """Front door, drawing in all its steps, trust pages."""
    camera.goes("/{lang}/", "front-door")
    camera.goes("/issuer/{lang}/", "issuer")
    issuing = camera.campaign("issuing")
    path = f"/issuer/{{lang}}/c/{issuing['campaign_id']}"
    camera.goes(path + "/stored", "issuer-stored")
    camera.goes(path + "/lost", "issuer-lost")
    camera.goes(path + "/draw", "draw-no-link")
    page = camera.page
    page.locator('[data-step="nolink"] [data-do="ask-name"]').click()
    page.locator('[data-do="check-name"]').click()
    camera.takes("name-error")
    link = next_link(issuing).replace("/kk/c/", f"/{camera.language}/c/").replace("/ru/c/", f"/{camera.language}/c/")
    page.goto(link)
    camera.shows("start")
    camera.takes("draw")
    page.locator('[data-do="draw"]').click()
    camera.shows("drawn")
    camera.takes("drawn")
    page.locator("#token-qr").locator("xpath=ancestor::details").locator("summary").click()
    camera.takes("drawn-qr")
    page.locator('[data-step="drawn"] [data-do="ask-name"]').click()
    page.locator("#code").fill(link)
    page.locator('[data-do="check-name"]').click()
    page.locator("#name-result").wait_for()
    camera.takes("name")
    page.goto(link[:-3])
    camera.shows("problem")
    camera.takes("link-cut-off")


def photograph_collector(camera: Photographer) -> None:
    """Questions, check, receipt, board."""
    page = camera.page
    camera.goes("/collector/{lang}/", "collector")
    collecting = camera.campaign("collecting")
    path = f"/collector/{{lang}}/c/{collecting['campaign_id']}"
    camera.goes(path, "bring-token")
    camera.goes(path + "/stored", "collector-stored")
    camera.goes(path + "/board", "board-before-close")
    page.goto(camera.description["base_url"] + path.format(lang=camera.language))
    page.locator("#token-file").set_input_files(next_token(collecting))
    camera.shows("intro")
    camera.takes("intro")
    page.locator('[data-do="begin"]').click()
    camera.takes("question")
    answer_all(camera)
    camera.shows("check")
    camera.takes("check")
    page.locator('[data-do="send"]').click()
    camera.shows("done")
    page.locator('[data-step="done"] summary').click()
    camera.takes("receipt")
    certified, void = camera.campaign("certified"), camera.campaign("voided")
    camera.goes(f"/collector/{{lang}}/c/{certified['campaign_id']}/board", "board")
    camera.goes(f"/collector/{{lang}}/c/{void['campaign_id']}/board", "board-void")
    camera.goes("/collector/{lang}/nothing-here", "not-found")


def answer_all(camera: Photographer) -> None:
    """One question is left empty, another is taken with its answer."""
    page = camera.page
    for number, section in enumerate(page.locator("[data-question]").all()):
        if number != 3:
            section.locator("label").nth(number % 2).click()
        if number == 1:
            camera.takes("question-answered")
        page.locator('[data-do="next"]:visible').click()


def photograph_console(camera: Photographer) -> None:
    """The issuer's console, signed in as the demonstration's issuing officer."""
    officer = next(one for one in camera.description["staff"] if one["role"] == "issuing")
    camera.page.goto(f"{camera.description['base_url']}/issuer/{camera.language}/staff/campaigns")
    camera.page.fill("#login", officer["login"])
    camera.page.fill("#password", officer["password"])
    camera.page.click("main form button")
    camera.page.wait_for_url("**/staff/campaigns")
    camera.takes("console-campaigns")
    campaign = camera.campaign("issuing")["campaign_id"]
    for name in ("", "/roster", "/invitations"):
        camera.goes(f"/issuer/{{lang}}/staff/c/{campaign}{name}", f"console-campaign{name[1:]}")


def photograph_agency(camera: Photographer) -> None:
    """The dashboards, signed in as the demonstration's officer."""
    signs_in(camera.page, camera.description, camera.language)
    camera.takes("agency-overview")
    certified = camera.campaign("certified")
    for name in ("", "/questions"):
        camera.goes(f"/agency/{{lang}}/rounds/{certified['round']}/{certified['body']}{name}", f"agency-body{name[1:]}")
    camera.goes("/agency/{lang}/campaigns", "agency-campaigns")


def photograph_agency_console(camera: Photographer) -> None:
    """What the same officer runs a round with; he is signed in already."""
    certified = camera.campaign("certified")
    round_page = f"/agency/{{lang}}/console/rounds/{certified['round']}"
    camera.goes("/agency/{lang}/console", "agency-console")
    camera.goes(round_page, "agency-console-round")
    for name in ("campaigns", "campaign", "staffing", "archiving"):
        camera.goes(f"{round_page}/{name}", f"agency-console-{name}")
    for name in ("", "/questionnaire", "/offline"):
        camera.goes(
            f"/agency/{{lang}}/console/campaigns/{certified['campaign_id']}{name}", f"agency-console-one{name[1:]}"
        )
    for name in ("institutions", "custody"):
        camera.goes(f"/agency/{{lang}}/console/{name}", f"agency-console-{name}")


def signs_in(page: Page, description: dict[str, Any], language: str) -> None:
    """At the overview of the newest round, its chart drawn."""
    officer = next(person for person in description["staff"] if person["role"] == "officer")
    page.goto(f"{description['base_url']}/agency/{language}/")
    page.fill("input[name=login]", officer["login"])
    page.fill("input[name=password]", officer["password"])
    page.click("main button[type=submit]")
    page.locator(".js-plotly-plot").first.wait_for()
    page.wait_for_load_state("networkidle")


_used: dict[str, int] = {}


def next_link(campaign: dict[str, Any]) -> str:
    """An invitation of the demonstration, used by no other picture of this run as long as there are some."""
    return str(_next(campaign, "links"))


def next_token(campaign: dict[str, Any]) -> str:
    return str(_next(campaign, "token_files"))


def _next(campaign: dict[str, Any], kind: str) -> object:
    key = campaign["campaign_id"] + kind
    _used[key] = _used.get(key, -1) + 1
    return campaign[kind][_used[key] % len(campaign[kind])]


def photograph_everything(browser: Browser, description: dict[str, Any]) -> None:
    """Both languages at both widths, and once in the dark."""
    for language, device, scheme in (
        *((lang, d, "light") for lang in LANGUAGES for d in WIDTHS),
        ("kk", "phone", "dark"),
    ):
        camera = Photographer(browser, description, language, device, scheme)
        for photograph in (
            photograph_issuer,
            photograph_collector,
            photograph_console,
            photograph_agency,
            photograph_agency_console,
        ):
            photograph(camera)
        print(f"{camera.number} pictures in {camera.folder}")  # noqa: T201 (a program for the terminal)
        camera.context.close()


def photograph_for_readme(browser: Browser, description: dict[str, Any]) -> None:
    """A question on a phone in Kazakh, the agency's overview in Russian."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    camera = Photographer(browser, description, "kk", "phone", "light")
    collecting = camera.campaign("collecting")
    address = f"{description['base_url']}/collector/kk/c/{collecting['campaign_id']}"
    camera.page.goto(address, wait_until="networkidle")
    camera.page.goto(address)  # again: a font that comes late is for the next page
    camera.page.locator("#token-file").set_input_files(next_token(collecting))
    camera.page.locator('[data-do="begin"]').click()
    camera.page.locator('[data-do="next"]:visible').click()
    camera.page.locator('[data-do="next"]:visible').click()
    camera.page.locator('label[for="q3-1"]').click()
    camera.page.locator("h1:focus, input:focus").evaluate_all("(all) => all.forEach((one) => one.blur())")
    camera.page.mouse.move(1, 1)
    camera.page.screenshot(path=IMAGES / "questionnaire.png", animations="disabled")
    camera.context.close()
    camera = Photographer(browser, description, "ru", "desktop", "light")
    signs_in(camera.page, description, "ru")
    camera.page.screenshot(path=IMAGES / "dashboard.png", animations="disabled")
    camera.context.close()


def main() -> None:
    """Take all pictures, or with --readme only the README's."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="only the two pictures of the README, into docs/images/")
    options = parser.parse_args()
    with served_demonstration() as description, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        (photograph_for_readme if options.readme else photograph_everything)(browser, description)
        browser.close()


if __name__ == "__main__":
    main()
