"""The agency's people in a real Chromium: a round from a table with a bad row to certified figures, by two officers;
custodians who take, show and bring their shares; what an analyst and an auditor see.

One works on a phone in Kazakh, the other at a desk in Russian; each page on the way is looked at by axe-core, scrolls
in one direction only, and breaks no rule of its own Content-Security-Policy.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from analytics.agency_app import create_agency_app
from analytics.campaigns.reading import campaigns, find_campaign
from analytics.campaigns.second_institutions import known_institutions
from analytics.campaigns.staffing import import_register
from analytics.campaigns.state import State, Step
from analytics.custody.countersigning import make_card
from analytics.office import AgencyOffice, open_agency, staff_desk
from config import agency_config
from survey_app.domain import keyfile
from survey_app.domain.documents import sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.staff import passwords
from survey_app.staff.accounts import add_staff
from survey_app.web import server
from tests import builders
from tests.clock import FakeClock
from tests.e2e.journey import PATIENCE, follows
from tests.e2e.test_accessibility import RUN, TAGS
from tests.integration.agency.partners import PASSPHRASE, TWELVE, Partners, draft_campaign

pytestmark = pytest.mark.browser

PASSWORD = "a password for tests"
ENVIRON = {"PIKIR_AGENCY_PASSPHRASE": "0123456789abcdef", "PIKIR_AGENCY_SECRET_KEY": "0123456789abcdef"}
STAFF = {
    "aigerim": "officer",
    "bolat": "officer",
    "dana": "custodian",
    "erlan": "custodian",
    "sholpan": "analyst",
    "yerbol": "auditor",
}
TABLE = """code;name_kk;name_ru;name_en
min-water;Су ресурстары министрлігі;Министерство водных ресурсов;Ministry of Water Resources
min water;Қате;Ошибка;Mistake
"""
TIMES = {
    "issuance_opens": "2026-11-03T09:00",
    "issuance_closes": "2026-11-07T18:00",
    "collection_opens": "2026-11-09T09:00",
    "collection_closes": "2026-11-16T18:00",
}
REPORT = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective), true)"
)


@dataclass
class Place:
    """An agency behind the embedded server, and the two other offices."""

    url: str
    office: AgencyOffice
    partners: Partners
    clock: FakeClock


@dataclass
class Person:
    """Somebody at a browser; ``looks`` judges the page that is open."""

    page: Page
    lang: str
    place: Place
    axe: str

    def signs_in(self, login: str) -> None:
        self.page.goto(f"{self.place.url}/{self.lang}/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        follows(self.page, "main button[type=submit]")
        assert "/sign-in" not in self.page.url

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.place.url}/{self.lang}/{path}")
        self.looks()

    def presses(self, button: str) -> None:
        follows(self.page, button)
        self.looks()

    def looks(self) -> None:
        page = self.page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        assert page.evaluate("refused") == [], page.url
        if not page.evaluate("'axe' in window"):
            page.evaluate(self.axe)
        options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
        assert page.evaluate(RUN, options) == [], page.url

    def proposes(self, step: str) -> str:
        self.goes_to("console/rounds/2026")
        self.page.check("#all" if self.page.is_visible("#all") else ".co-table input[name=campaign]")
        self.presses(f"button[value={step}]")
        self.presses("form[action$='/propose'] button")
        return self.page.url.partition(f"/{self.lang}/")[2]

    def approves(self, path: str) -> None:
        self.goes_to(path)
        self.presses(f"form[action$='{path}'] button")

    def opens(self, path: str, passphrase: str) -> None:
        self.goes_to(path)
        self.page.fill("#passphrase", passphrase)
        follows(self.page, f"form[action$='{path}'] button")
        expect(self.page.locator("main a.pk-standalone")).to_be_visible()  # the page looks again by itself until then
        self.page.wait_for_load_state()
        self.looks()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    instance = tmp_path / "agency"
    instance.mkdir()
    clock = FakeClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "SCRYPT_N", 2**10)
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        config = replace(agency_config(instance, ENVIRON), second_factor_required=False)
        office = open_agency(config, clock)
        for login, role in STAFF.items():
            add_staff(staff_desk(office), login, role, PASSWORD)
        application = DispatcherMiddleware(Response("nothing here", 404), {"/agency": create_agency_app(config, clock)})
        listening = server.listen(application, 0, largest_body=server.LARGEST_UPLOAD)
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.port}/agency"
        yield Place(url, office, Partners(office.exchange, builders.office_keys()), clock)
        listening.close()
        thread.join(5)
        office.database.dispose()


@pytest.fixture
def comes(chromium: Browser, place: Place, libraries: Path) -> Iterator[Callable[[str, str], Person]]:
    """Gives somebody by login and language, signed in: in Kazakh on a phone, in Russian at a desk."""
    axe = (libraries / "axe-core/axe.min.js").read_text()
    contexts = []

    def come(login: str, lang: str) -> Person:
        contexts.append(chromium.new_context(viewport={"width": 390 if lang == "kk" else 1280, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE)
        contexts[-1].add_init_script(REPORT)
        made = Person(contexts[-1].new_page(), lang, place, axe)
        made.signs_in(login)
        return made

    yield come
    for context in contexts:
        context.close()


def test_two_officers_take_a_round_from_a_table_to_certified_figures(
    comes: Callable[[str, str], Person], place: Place
) -> None:
    first, second = comes("aigerim", "kk"), comes("bolat", "ru")
    first.goes_to("console")
    first.page.fill("#code", "2026")
    first.presses("form[action$='/console'] button")
    first.goes_to("console/rounds/2026/campaigns")
    table = {"name": "bodies.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    first.page.set_input_files("#file", table)
    for name, value in TIMES.items():
        first.page.fill(f"#{name}", value)
    first.presses("form[action$='/preview'] button")
    expect(first.page.locator(".co-bad tbody tr")).to_have_count(1)
    first.presses("form[action$='/create'] button")
    (campaign,) = campaigns(place.office)

    first.page.check(".co-table input[name=campaign]")
    first.presses("button[value=keygen]")
    first.page.fill("#passphrase", PASSPHRASE)
    first.page.fill("#again", PASSPHRASE)
    first.presses("form[action$='/keys/passphrase'] button")
    place.partners.enrol(campaign.campaign_id, 15)
    import_register(place.office, "2026", {"min-water": 15})
    second.approves(first.proposes("announce"))

    place.partners.publish_drawn(campaign.campaign_id, 12)
    place.clock.now = campaign.draft.schedule.collection_closes
    place.partners.close(campaign.campaign_id, TWELVE, 12)
    first.signs_in("aigerim")
    second.signs_in("bolat")
    second.opens(first.proposes("open"), PASSPHRASE)
    second.approves(first.proposes("certify"))
    assert [one.situation.state for one in campaigns(place.office)] == [State.CERTIFIED]
    for path in ("console/rounds/2026/staffing", f"console/campaigns/{campaign.campaign_id}"):
        first.goes_to(path)
        second.goes_to(path)
    two_officers_declare(first, second, place, campaign.campaign_id)


def two_officers_declare(first: Person, second: Person, place: Place, campaign_id: str) -> None:
    """An institution is trusted, and a proposal to void the campaign refused."""
    key = Ed25519PrivateKey.generate()
    card = sign_document(make_card(LocalisedText("Омбудсмен", "Омбудсмен", "Ombudsman"), key), key)
    second.goes_to("console/institutions")
    file = {"name": "countersigner.jws", "mimeType": "application/octet-stream", "buffer": card.encode()}
    second.page.set_input_files("#card", file)
    second.presses("form[enctype] button")
    second.page.check("#compared")
    second.presses("form[action$='/trust'] button")
    first.goes_to("console")
    first.presses(".co-running a")
    first.page.check("#compared")
    first.presses("form[action*='/proposals/'] button")
    assert [one.institution.en for one in known_institutions(place.office)] == ["Ombudsman"]

    first.goes_to(f"console/campaigns/{campaign_id}")
    first.page.fill("#void-reason", "Тексеру")
    first.page.fill("#void-code", "min-water")
    first.presses(".void-form button")
    second.goes_to("console")
    second.presses(".co-running a")
    second.presses("form[action$='/withdraw'] button")
    assert [one.situation.state for one in campaigns(place.office)] == [State.CERTIFIED]


def test_custodians_take_show_and_bring_their_shares(
    comes: Callable[[str, str], Person], place: Place, tmp_path: Path
) -> None:
    campaign_id = draft_campaign(place.office)
    place.partners.enrol(campaign_id, 12)
    officer, holders = comes("bolat", "ru"), {"dana": comes("dana", "kk"), "erlan": comes("erlan", "ru")}
    officer.goes_to("console/rounds/2026")
    officer.page.check(".co-table input[name=campaign]")
    officer.presses("button[value=keygen]")
    for login in holders:
        officer.page.check(f"#h-1-{login}")
    officer.presses("form[action$='/keys/split'] button")

    shares = {}
    for login, holder in holders.items():
        holder.goes_to("console/custody")
        holder.presses(".co-running a")
        holder.page.fill("#passphrase", PASSPHRASE)
        holder.page.fill("#again", PASSPHRASE)
        with holder.page.expect_download() as downloading:
            holder.page.click("form[action$='/share'] button")
        shares[login] = tmp_path / f"{login}.txt"
        downloading.value.save_as(shares[login])
    holders["dana"].page.set_input_files("#share", shares["erlan"])
    holders["dana"].page.fill("#own", PASSPHRASE)
    holders["dana"].presses("form[action$='/back'] button")
    expect(holders["dana"].page.locator(".govuk-error-summary")).to_be_visible()
    for login, holder in holders.items():
        holder.page.set_input_files("#share", shares[login])
        holder.page.fill("#own", PASSPHRASE)
        holder.presses("form[action$='/back'] button")
    assert Step.ANNOUNCE in find_campaign(place.office, campaign_id).situation.allowed, "the key is in force"

    officer.goes_to(f"console/campaigns/{campaign_id}")
    officer.presses("form[action$='/rehearse'] button")
    for login, holder in holders.items():
        holder.goes_to("console/custody")
        holder.presses(".co-running a")
        holder.page.set_input_files("#share", shares[login])
        holder.page.fill("#passphrase", PASSPHRASE)
        holder.presses("form[action*='/gatherings/'] button")
    expect(holders["erlan"].page.locator("main")).to_contain_text("12")
    officer.goes_to(f"console/campaigns/{campaign_id}")
    expect(officer.page.locator("main")).to_contain_text("bolat.")


def test_an_analyst_sees_figures_and_no_console_an_auditor_the_journal(
    comes: Callable[[str, str], Person], place: Place
) -> None:
    draft_campaign(place.office)
    analyst, auditor = comes("sholpan", "kk"), comes("yerbol", "ru")
    analyst.goes_to("campaigns")
    expect(analyst.page.locator("header a[href$='/console'], header a[href$='/journal']")).to_have_count(0)
    answer = analyst.page.goto(f"{place.url}/kk/console")
    assert answer is not None
    assert answer.status == 403
    analyst.looks()
    auditor.goes_to("journal")
    expect(auditor.page.locator("tbody")).to_contain_text("create-campaign")
    expect(auditor.page.locator("header a[href$='/console']")).to_have_count(0)
