"""The staff's pages in Chromium: a passkey of a virtual authenticator, a first sign-in, every page for all eyes."""

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyotp
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, CDPSession, Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from analytics.agency_app import create_agency_app
from config import agency_config, issuer_config
from survey_app.issuer_app import create_issuer_app
from survey_app.staff import journal, passwords
from survey_app.staff.accounts import accounts, add_staff, invite
from survey_app.staff.desk import StaffDesk
from survey_app.staff.second_factors import enrol_totp
from survey_app.staff.who import DESK
from survey_app.web import server
from tests.clock import FakeClock
from tests.e2e.journey import PATIENCE, follows
from tests.e2e.test_accessibility import check

__all__ = ["check"]

PASSWORD = "a long password for tests"
SECRET = "0123456789abcdef"
ENVIRON = {f"PIKIR_{office}_{name}": SECRET for office in ("AGENCY", "ISSUER") for name in ("PASSPHRASE", "SECRET_KEY")}

pytestmark = pytest.mark.browser


@dataclass
class Offices:
    """Two offices that have staff, on one port of localhost: passkeys need a name."""

    base: str
    clock: FakeClock
    agency: StaffDesk
    issuer: StaffDesk


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    folder = tmp_path_factory.mktemp("staff")
    clock, mounted = FakeClock(), DispatcherMiddleware(Response("nothing here", 404), {})
    listening = server.listen(mounted, 0)
    base = f"http://localhost:{listening.port}"
    roots, lists = folder / "roots.pem", folder / "lists"
    roots.touch()
    lists.mkdir()
    environ = ENVIRON | {"PIKIR_AGENCY_URL": f"{base}/agency", "PIKIR_ISSUER_URL": f"{base}/issuer"}
    environ |= {"PIKIR_AGENCY_SIGNATURE_ROOTS": str(roots), "PIKIR_AGENCY_SIGNATURE_CRLS": str(lists)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        agency = create_agency_app(agency_config(folder, environ), clock)
        config = dataclasses.replace(issuer_config(folder, environ), second_factor_required=False)
        issuer = create_issuer_app(config, clock)
        mounted.mounts.update({"/agency": agency, "/issuer": issuer})
        thread = threading.Thread(target=listening.run)
        thread.start()
        yield Offices(base, clock, agency.extensions[DESK], issuer.extensions[DESK])
        listening.close()
        thread.join()
        for app in (agency, issuer):
            app.extensions[DESK].database.dispose()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone; at the end there must be no console error but of pages that ask for more (403)."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert [text for text in complaints if "403" not in text] == []


def sign_in(page: Page, address: str, login: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    follows(page, page.get_by_role("main").locator("form").first.locator("button[type=submit]"))


def authenticator(page: Page) -> CDPSession:
    """A device that keeps passkeys and sees the person's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def on_a_phone(page: Page, check: Callable[[Page], None]) -> None:
    """No accessibility fault, and nothing that has to be pushed aside."""
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_passkey_is_added_confirms_and_signs_in_alone(page: Page, offices: Offices) -> None:
    address, secret = f"{offices.base}/agency/en", pyotp.random_base32()
    add_staff(offices.agency, "aigerim", "auditor", PASSWORD)
    enrol_totp(offices.agency, "aigerim", secret, pyotp.TOTP(secret).at(int(offices.clock().timestamp())))
    offices.clock.advance(minutes=1)
    device = authenticator(page)
    sign_in(page, address, "aigerim")
    page.fill("#proof_code", pyotp.TOTP(secret).at(int(offices.clock().timestamp())))
    follows(page, page.get_by_role("button", name="Continue"))
    assert "/sign-in" not in page.url

    page.goto(f"{address}/account/passkeys")
    page.fill("#name", "Laptop at work")
    follows(page, page.get_by_role("button", name="Add a passkey"))
    assert page.url == f"{address}/account"
    expect(page.get_by_role("main")).to_contain_text("Laptop at work")

    offices.clock.advance(minutes=6)
    page.goto(f"{address}/account/app")
    follows(page, page.get_by_role("button", name="Use a passkey"))
    page.get_by_role("img", name=re.compile("QR")).wait_for()

    follows(page, page.get_by_role("button", name="Sign out"))
    assert page.url == f"{address}/sign-in"
    follows(page, page.get_by_role("button", name="Sign in with a passkey"))
    assert re.search("/agency/en/(campaigns)?$", page.url)
    page.goto(f"{address}/journal")
    expect(page.get_by_role("main")).to_contain_text("add-passkey")

    page.goto(f"{address}/account")
    follows(page, page.get_by_role("button", name="Remove"))
    expect(page.get_by_text("Laptop at work")).to_have_count(0)
    follows(page, page.get_by_role("button", name="Sign out").first)
    assert page.url == f"{address}/sign-in"
    follows(page, page.get_by_role("button", name="Sign in with a passkey"))
    page.get_by_text("The passkey was not accepted").wait_for()
    device.detach()


def test_a_cancelled_passkey_is_told(page: Page, offices: Offices, check: Callable[[Page], None]) -> None:
    page.goto(f"{offices.base}/issuer/en/sign-in")
    page.evaluate(
        "() => { navigator.credentials.get = async () => { throw new DOMException('no', 'NotAllowedError'); } }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("alert").filter(has_text="The passkey was not used").wait_for()
    on_a_phone(page, check)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_every_page_of_the_staff(page: Page, offices: Offices, lang: str, check: Callable[[Page], None]) -> None:
    address = f"{offices.base}/agency/{lang}"

    def look(_name: str) -> None:
        on_a_phone(page, check)

    def now(secret: str) -> str:
        offices.clock.advance(seconds=30)
        return pyotp.TOTP(secret).at(int(offices.clock().timestamp()))

    login = f"admin-{lang}"
    password = invite(offices.agency, login, "administrator")
    page.goto(f"{address}/sign-in/signature")
    look("0-signature")
    page.goto(f"{address}/sign-in")
    look("1-sign-in")
    sign_in(page, address, login, "wrong password")
    look("2-refused")
    sign_in(page, address, login, password)
    look("3-new-password")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    follows(page, "main form button[type=submit]")
    look("4-enrol")
    secret = page.locator(".st-key").inner_text().replace(" ", "")
    page.fill("#proof_code", now(secret))
    follows(page, "main form button[type=submit]")
    look("5-recovery-codes")
    follows(page, "main a.govuk-button")
    assert page.url == f"{address}/accounts", "to an administrator's own work"
    for path in ("account", "account/password", "account/passkeys"):
        page.goto(f"{address}/{path}")
        look("6-" + path.replace("/", "-"))
    page.goto(f"{address}/accounts")
    look("8-accounts")
    page.fill("#login", f"bolat-{lang}")
    follows(page, page.locator("main form button[type=submit]").last)
    look("9-invited")
    page.goto(f"{address}/accounts")
    page.locator(".st-account summary").first.click()
    look("8-accounts-open")
    offices.clock.advance(minutes=6)
    follows(page, page.locator(".st-account details[open] button[type=submit]").first)
    look("10-confirm")
    page.fill("#proof_code", now(secret))
    follows(page, page.locator("main form button[type=submit]").first)
    assert page.url == f"{address}/accounts"
    assert any(account.is_disabled for account in accounts(offices.agency))
    page.goto(f"{address}/journal")
    look("11-journal")
    page.goto(f"{address}/campaigns")
    look("12-not-for-this-role")


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_issuers_staff(page: Page, offices: Offices, lang: str, check: Callable[[Page], None]) -> None:
    address, login = f"{offices.base}/issuer/{lang}", f"dana-{lang}"
    add_staff(offices.issuer, login, "personnel", PASSWORD, bodies=["winds-clouds", "old-maps"])
    sign_in(page, address, login)
    assert re.search(f"/issuer/{lang}/(?!sign-in)", page.url)
    page.goto(f"{address}/account")
    expect(page.get_by_role("main")).to_contain_text("winds-clouds")
    on_a_phone(page, check)
    with offices.issuer.database.read() as session:
        assert journal.entries(session)[-1].action == "sign-in"
