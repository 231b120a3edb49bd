"""The agency's dashboards in a real Chromium: drawn, readable on a phone, nothing blocked, nothing sent anywhere."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from analytics.access.accounts import add_staff
from analytics.agency_app import create_agency_app
from analytics.office import open_agency
from config import agency_config
from survey_app.domain import keyfile
from survey_app.web import server
from tests.clock import FakeClock
from tests.integration.agency.partners import SCHEDULE, build_world

pytestmark = pytest.mark.browser

SECRET = "0123456789abcdef"
LOGIN, PASSWORD = "aigerim", "a password for tests"
PAGES = (
    "rounds/2026",
    "rounds/2026/large",
    "rounds/2026/large/questions",
    "rounds/2026/middling/questions",
    "rounds/2026/small",
    "rounds/2026/small/questions",
    "campaigns",
)
WITH_CHART = PAGES[:4]
REPORT = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective), true)"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An agency with certified figures behind the embedded server."""
    instance: Path = tmp_path_factory.mktemp("agency")
    environ = {"PIKIR_AGENCY_PASSPHRASE": SECRET, "PIKIR_AGENCY_SECRET_KEY": SECRET}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "SCRYPT_N", 2**10)
        build_world(instance, environ)
    config, clock = agency_config(instance, environ), FakeClock(SCHEDULE.collection_closes)
    office = open_agency(config, clock)
    add_staff(office, LOGIN, "officer", PASSWORD)
    application = DispatcherMiddleware(Response("nothing here", 404), {"/agency": create_agency_app(config, clock)})
    listening = server.listen(application, 0)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.port}/agency"
    listening.close()
    thread.join(5)
    office.database.dispose()


@pytest.fixture(params=[390, 1280], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """Signed in; at the end there must be no console error, no refused resource and no request elsewhere."""
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, accept_downloads=True)
    context.add_init_script(REPORT)
    opened = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else elsewhere.append(r.url))
    opened.goto(f"{address}/kk/sign-in")
    opened.fill("#login", LOGIN)
    opened.fill("#password", PASSWORD)
    opened.click("main button[type=submit]")
    opened.wait_for_url(re.compile(r"/kk/rounds/2026$"))
    yield opened
    context.close()
    assert complaints == []
    assert elsewhere == []


def test_charts_are_drawn_and_nothing_is_refused(page: Page, address: str) -> None:
    for path in PAGES:
        for lang in ("kk", "ru", "en"):
            page.goto(f"{address}/{lang}/{path}")
            if path in WITH_CHART:
                page.wait_for_selector(".ag-chart .xtick text", state="attached")
            assert page.evaluate("refused") == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_no_vendor_button_and_a_picture_to_keep(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/ru/rounds/2026")
    page.wait_for_selector(".ag-chart .xtick text", state="attached")
    assert page.locator(".modebar").count() == 0
    assert "chart-studio" not in page.content()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="PNG").click()
    picture = tmp_path / "picture.png"
    downloading.value.save_as(picture)
    assert downloading.value.suggested_filename == "pikir-2026.png"
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20]) == 2400
    assert page.evaluate("refused") == []


def test_hovering_tells_the_interval_in_the_pages_numbers(page: Page, address: str) -> None:
    page.goto(f"{address}/ru/rounds/2026")
    page.wait_for_selector(".ag-chart .scatterlayer .points path")
    page.locator(".ag-chart .scatterlayer .points path").first.hover(force=True)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert "66,67" in page.locator(".hoverlayer").first.text_content()
    assert page.evaluate("refused") == []


def test_signing_out(page: Page, address: str) -> None:
    page.goto(f"{address}/en/campaigns")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/en/sign-in$"))
    page.goto(f"{address}/en/campaigns")
    assert "/en/sign-in" in page.url
