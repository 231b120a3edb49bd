"""The agency's dashboards in a real Chromium: drawn, readable on a phone, nothing blocked, nothing sent anywhere."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from analytics.agency_app import create_agency_app
from analytics.office import open_agency, staff_desk
from benchmarks.rounds import ENVIRON, build_rounds
from config import agency_config
from survey_app.domain import keyfile
from survey_app.staff.accounts import add_staff
from survey_app.web import server
from tests.clock import FakeClock
from tests.e2e.journey import PATIENCE, follows
from tests.e2e.test_accessibility import RUN, TAGS

pytestmark = pytest.mark.browser

LOGIN, PASSWORD = "aigerim", "a password for tests"
SIZES = (9, 20, 70, 400)
WITH_CHART = (
    "rounds/2026",
    "turnout/2026",
    "comparison/2026?first=body-04&second=body-03",
    "rounds/2026/body-04",
    "rounds/2026/body-04/questions",
    "rounds/2026/body-04/groups",
    "rounds/2026/body-04/drivers",
    "rounds/2026/body-04/trend",
    "rounds/2026/body-02/questions",
)
PAGES = (
    *WITH_CHART,
    "matrix/2026",
    "comparison/2026",
    "rounds/2026/body-01",
    "rounds/2026/body-01/questions",
    "rounds/2026/body-01/groups",
    "rounds/2026/body-01/drivers",
    "rounds/2026/body-01/trend",
    "definitions",
    "campaigns",
)
REPORT = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective), true)"
)
COLUMN = """(number) => [...document.querySelectorAll("table[data-table=bodies] tbody tr")]
  .map((row) => row.cells[number].dataset.value ?? null)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An agency with two rounds of certified figures behind the embedded server."""
    instance: Path = tmp_path_factory.mktemp("agency")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "SCRYPT_N", 2**10)
        build_rounds(instance, len(SIZES), 2, sizes=SIZES, processes=1)
    config = replace(agency_config(instance, ENVIRON), second_factor_required=False)
    clock = FakeClock()
    office = open_agency(config, clock)
    add_staff(staff_desk(office), LOGIN, "officer", PASSWORD)
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
    context.set_default_timeout(PATIENCE)
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
    follows(opened, "main button[type=submit]")
    assert opened.url == f"{address}/kk/console"
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
    best = page.locator("table[data-table=bodies] tbody tr").first.locator("td[data-value]").nth(1).text_content()
    page.locator(".ag-chart .scatterlayer .points path").first.hover(force=True)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert re.fullmatch(r"\d\d,\d\d\s%", best.strip())
    assert best.strip() in page.locator(".hoverlayer").first.text_content()
    assert page.evaluate("refused") == []


def test_signing_out(page: Page, address: str) -> None:
    page.goto(f"{address}/en/campaigns")
    follows(page, page.get_by_role("button", name="Sign out"))
    assert page.url.endswith("/en/sign-in")
    page.goto(f"{address}/en/campaigns")
    assert "/en/sign-in" in page.url


def test_sorting_with_the_keyboard_is_told_and_hidden_figures_stay_last(page: Page, address: str) -> None:
    page.goto(f"{address}/ru/rounds/2026")
    head = page.locator("table[data-table=bodies] th[data-name='КЦИ']")
    button = head.get_by_role("button", name="Сортировать: КЦИ")
    column = head.evaluate("(node) => node.cellIndex")
    shown = sorted(float(value) for value in page.evaluate(COLUMN, column) if value is not None)
    for direction, expected in (("descending", shown[::-1]), ("ascending", shown)):
        button.focus()
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", direction)
        values = page.evaluate(COLUMN, column)
        assert [float(value) for value in values[: len(shown)]] == expected
        assert values[len(shown) :] == [None] * (len(values) - len(shown))
        expect(page.locator("#status")).to_contain_text("КЦИ")
        assert button.evaluate("(node) => node === document.activeElement")
    assert page.locator("table[data-table=bodies] [aria-sort]").count() == 1


def test_a_table_is_copied_as_numbers_of_the_pages_language(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/kk/matrix/2026")
    page.get_by_role("button", name="Кестені көшіру").click()
    expect(page.locator("#status")).not_to_be_empty()
    lines = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").splitlines()]
    assert {len(line) for line in lines} == {12}
    assert len(lines) == 1 + len(SIZES) + 1  # heading, bodies, median
    cells = [cell for line in lines[1:-1] for cell in line[1:]]
    assert all(re.fullmatch(r"\d+,\d|жасырылған", cell) for cell in cells)
    assert page.evaluate("refused") == []


def test_tables_are_tables_where_they_are_cards_too(page: Page, address: str) -> None:
    page.goto(f"{address}/en/rounds/2026")
    table = page.get_by_role("table")
    assert table.get_by_role("row").count() == 1 + len(SIZES)
    assert table.get_by_role("rowheader").count() == len(SIZES)
    assert table.get_by_role("columnheader", name="KPI").count() >= 1


@pytest.mark.parametrize(("page", "lang"), [(390, "kk"), (1280, "ru")], indirect=["page"])
def test_axe_finds_nothing(page: Page, address: str, libraries: Path, lang: str) -> None:
    axe = (libraries / "axe-core/axe.min.js").read_text(encoding="utf-8")
    for path in PAGES:
        page.goto(f"{address}/{lang}/{path}")
        if path in WITH_CHART:
            page.wait_for_selector(".ag-chart .xtick text", state="attached")
        page.evaluate(axe)
        assert page.evaluate(RUN, {"runOnly": {"type": "tag", "values": TAGS}}) == [], path


def test_on_paper_nothing_is_cut_off(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    for path in ("rounds/2026", "matrix/2026", "rounds/2026/body-04/groups"):
        page.goto(f"{address}/ru/{path}")
        assert not page.locator(".ag-sort, .ag-tool, .ag-tabs").locator("visible=true").count(), path
        assert page.locator("table").first.is_visible()
