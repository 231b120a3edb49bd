"""The issuer's console in a real Chromium: each role's main way, in Kazakh and in Russian.

Every page on the way fits a phone and a desktop, has targets for a thumb, and nothing that axe-core finds fault with.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from config import IssuerConfig
from survey_app.domain import keyfile
from survey_app.identity.enrolment import enrol
from survey_app.identity.office import IssuerOffice, staff_desk
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from survey_app.staff.accounts import add_staff
from survey_app.web import server
from tests.e2e.journey import PATIENCE, follows
from tests.e2e.test_accessibility import RUN, TAGS
from tests.e2e.test_widths_and_keyboard import fits
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.console import OTHER, OWN, workbook
from tests.integration.issuer.offices import FIRE, TWO_VISITS, WATER, World
from tests.mail_server import MailServer, free_port, mail_server

pytestmark = pytest.mark.browser

PASSWORD = "a long password for tests"
PEOPLE = 60
WIDTHS = (1280, 390)
SignsIn = Callable[[str, str], Page]
Look = Callable[[Page], None]
STAFF = (
    ("aigul", "personnel", [WATER.code]),
    ("dana", "issuing", []),
    ("erlan", "issuing", []),
    ("audit", "auditor", []),
)


class Console(World):
    """A served issuer in which no second factor is asked for, and its mail server."""

    port: int
    server: MailServer
    office: IssuerOffice

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> IssuerConfig:
        return replace(super().config, second_factor_required=False)


@pytest.fixture
def console(tmp_path: Path, blind_signing_key) -> Iterator[Console]:
    with mail_server(tmp_path / "mail") as mail, pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "SCRYPT_N", 2**10)
        world = make_world(tmp_path, blind_signing_key)
        made = Console(world.instance, world.clock, world.agency, world.blind_signing_key)
        made.server, made.port = mail, free_port()
        made.environ |= mail.settings | {"PIKIR_ISSUER_URL": made.address}
        made.clock.now = TWO_VISITS.issuance_opens - timedelta(days=2)
        made.agency.drafts(OWN, body=WATER)
        made.agency.drafts(OTHER, body=FIRE)
        app = create_issuer_app(made.config, made.clock)
        made.office = app.extensions[OFFICE]
        for login, role, bodies in STAFF:
            add_staff(staff_desk(made.office), login, role, PASSWORD, bodies=bodies)
        listening = server.listen(app, made.port)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        yield made
        listening.close()
        thread.join(5)
        made.office.database.dispose()


@pytest.fixture
def look(libraries: Path) -> Look:
    """Asserts that the page as it is now fits and is accessible."""
    axe = (libraries / "axe-core/axe.min.js").read_text()
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}

    def run(page: Page) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            fits(page)
        page.evaluate(axe)
        assert page.evaluate(RUN, options) == [], page.url

    return run


@pytest.fixture
def signs_in(chromium: Browser, console: Console) -> Iterator[SignsIn]:
    """Gives the browser of somebody who has signed in; an error in its console fails the test at its end."""
    contexts, complaints = [], []

    def enter(login: str, language: str) -> Page:
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{console.address}/{language}/staff/campaigns")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        follows(page, "main form button")
        assert page.url.endswith(f"/{language}/staff/campaigns")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def uploads(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("#table", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.click("form[data-upload] button")


def takes_next_step(page: Page, look: Look) -> None:
    follows(page, ".ic-next .govuk-button")
    look(page)
    follows(page, "form[data-once] button")
    assert page.url.endswith(f"/c/{OWN}")


def test_each_role_goes_its_way(console: Console, signs_in: SignsIn, look: Look):
    personnel_officer_prepares_the_roster(signs_in("aigul", "kk"), look)
    issuing_officer_invites(signs_in("dana", "ru"), look, console)

    personnel_officer_sees_a_failed_address(signs_in("aigul", "kk"), look)
    issuing_officer_corrects_it(signs_in("dana", "ru"), look)

    auditor = signs_in("audit", "kk")
    expect(auditor.locator("tbody tr")).to_have_count(2)
    follows(auditor, auditor.locator("tbody a", has_text=WATER.name.kk))
    expect(auditor.locator(".ic-step--done")).to_have_count(4)
    look(auditor)

    console.clock.now = TWO_VISITS.issuance_closes
    two_officers_publish(signs_in("dana", "kk"), signs_in("erlan", "ru"), look)


def two_officers_publish(first: Page, second: Page, look: Look) -> None:
    follows(first, first.locator("tbody a", has_text=WATER.name.kk))
    follows(first, ".ic-next .govuk-button")
    look(first)
    follows(first, "form[data-once] button")
    assert "/proposals/" in first.url
    look(first)
    second.reload()
    look(second)
    follows(second, ".ic-next a")
    look(second)
    follows(second, "form[data-once] button")
    expect(second.locator("tbody .ic-tag--drawn")).to_have_count(1)


def personnel_officer_prepares_the_roster(page: Page, look: Look) -> None:
    look(page)
    expect(page.locator("tbody tr")).to_have_count(1)
    follows(page, "tbody a")
    look(page)
    follows(page, ".ic-next .govuk-button")
    uploads(page, "roster.csv", "номер;почта\nФ-1;a@b.kz\n".encode("cp1251"))
    expect(page.locator("[role=alert]")).to_contain_text("Windows-1251")
    look(page)
    rows = [("Таб. №", "ФИО", "Адрес", "Язык")]
    rows += [(f"S-{n:03}", "Фамилия", f"s{n}@body.example", "казахский") for n in range(PEOPLE)] + [
        ("S-001", "", "", "")
    ]
    uploads(page, "roster.xlsx", workbook(rows))
    page.wait_for_url("**/roster/columns")
    for column, place in (("reference", "0"), ("email", "2"), ("language", "3")):
        page.select_option(f"#{column}", place)
    follows(page, ".ic-mapping button")
    expect(page.locator(".ic-faults tbody tr")).to_have_count(1)
    look(page)
    follows(page, "form[data-once] button:not([value])")
    assert page.url.endswith("/roster")
    page.locator("summary").first.click()
    page.locator("td input[name=email]").first.fill("corrected@body.example")
    follows(page, page.locator("td button[value=change]").first)
    expect(page.locator("tbody")).to_contain_text("corrected@body.example")
    page.locator("summary").first.click()
    look(page)


def personnel_officer_sees_a_failed_address(page: Page, look: Look) -> None:
    follows(page, "tbody a")
    follows(page, "a[href$='/addresses']")
    look(page)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("td input, td button")).to_have_count(0)


def issuing_officer_corrects_it(page: Page, look: Look) -> None:
    follows(page, page.locator("tbody a", has_text=WATER.name.ru))
    follows(page, page.locator("a[href$='/invitations']").first)
    look(page)
    page.fill("td input[type=email]", "right@body.example")
    follows(page, "td button")
    expect(page.locator("td input[type=email]")).to_have_count(0)
    page.goto(page.url.partition("/staff/")[0] + "/staff/freezing")
    look(page)


def issuing_officer_invites(page: Page, look: Look, console: Console) -> None:
    look(page)
    follows(page, page.locator("tbody a", has_text=WATER.name.ru))
    console.provides_blind_key(console.office, OWN)
    takes_next_step(page, look)
    console.agency.announces(console.agency.drafts(OWN, body=WATER), enrol(console.office, OWN))
    page.reload()
    takes_next_step(page, look)

    console.server.refusals = {"s7@body.example": "550 5.1.1 unknown"}
    follows(page, ".ic-next .govuk-button")
    look(page)
    follows(page, "button[formaction$='/mail/send']")
    expect(page.locator("[data-poll]")).to_have_count(0)  # the page looks again by itself until all is sent
    expect(page.locator("td.ic-correct")).to_have_count(1)
    expect(page.locator(".ic-bar span")).to_have_text("60 из 60")
    page.wait_for_load_state()
    assert len(console.server.received) == PEOPLE - 1
    look(page)
    with page.expect_download() as download:
        page.click("form[action$='/letters'] button")
    assert download.value.suggested_filename == "letters-01.pdf"
    with page.expect_download() as download:
        page.click("form[action$='/links'] button")
    assert download.value.suggested_filename == "links.csv"
    page.reload()
    page.fill("#reason", "The first copy was lost in printing")
    page.emulate_media(color_scheme="dark")
    look(page)
