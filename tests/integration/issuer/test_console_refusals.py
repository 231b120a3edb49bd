"""The issuer's console over HTTP: who may do what, files that are refused, mail servers in trouble."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.identity.acceptance import accept
from survey_app.identity.campaigns import find_accepted
from survey_app.identity.enrolment import enrol
from survey_app.identity.mail.plan import mailings
from survey_app.identity.mail.sending import Pace
from survey_app.identity.models import IssuanceRow, RosterEntryRow
from survey_app.identity.office import staff_desk
from survey_app.identity.roster import import_roster
from survey_app.identity.roster_edit import roster_page
from survey_app.identity.views import OFFICE
from survey_app.issuer_app import create_issuer_app
from survey_app.staff.accounts import disable
from tests.integration.issuer.conftest import make_world
from tests.integration.issuer.console import BASE, OTHER, OWN, ROLES, Console, file, make_console, signs_in, table
from tests.integration.issuer.offices import FIRE, TWO_VISITS, WATER, roster_csv
from tests.mail_server import MailServer, mail_server

MANY = 20_000
UNKNOWN = "0" * 32


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as opened:
        yield opened


@pytest.fixture
def console(tmp_path: Path, blind_signing_key, server: MailServer) -> Iterator[Console]:
    server.received.clear()
    server.refusals = {}
    made = make_console(tmp_path, blind_signing_key, server)
    yield made
    made.office.database.dispose()


ROUTES = {
    ("GET", "campaigns"): "pia",
    ("GET", "c/{c}"): "pia",
    ("GET", "c/{c}/roster"): "pi",
    ("POST", "c/{c}/roster/upload"): "pi",
    ("POST", "c/{c}/roster/entries"): "pi",
    ("GET", "c/{c}/roster/columns"): "pi",
    ("POST", "c/{c}/roster/columns"): "pi",
    ("GET", "c/{c}/roster/faults.csv"): "pi",
    ("GET", "together/accept"): "i",
    ("POST", "together/accept"): "i",
    ("GET", "freezing"): "i",
    ("GET", "freezing/progress"): "i",
    ("GET", "c/{c}/invitations"): "i",
    ("POST", "c/{c}/mail/plan"): "i",
    ("POST", "c/{c}/mail/send"): "i",
    ("POST", "c/{c}/mail/stop"): "i",
    ("POST", "c/{c}/mail/go-on"): "i",
    ("POST", "c/{c}/mail/cancel-reminders"): "i",
    ("GET", "c/{c}/mail/progress"): "i",
    ("POST", "c/{c}/mail/report"): "i",
    ("GET", "c/{c}/addresses"): "p",
    ("POST", "c/{c}/addresses"): "i",
    ("POST", "c/{c}/letters"): "i",
    ("POST", "c/{c}/links"): "i",
    ("GET", "proposals/{p}"): "i",
    ("POST", "proposals/{p}"): "i",
    ("POST", "proposals/{p}/withdraw"): "i",
    **{
        (method, f"c/{{c}}/{step}"): "i"
        for method in ("GET", "POST")
        for step in ("enrol", "accept", "publish", "close")
    },
}
LETTERS = {"personnel": "p", "issuing": "i", "auditor": "a", "administrator": "-"}


@pytest.fixture(scope="module")
def open_console(tmp_path_factory, blind_signing_key, server: MailServer) -> Iterator[Console]:
    """For what is only refused."""
    made = make_console(tmp_path_factory.mktemp("matrix"), blind_signing_key, server)
    yield made
    made.office.database.dispose()


def test_every_route_of_the_console_is_in_the_matrix(open_console: Console):
    rules = [rule for rule in open_console.app.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    found = {
        (
            method,
            str(rule.rule)
            .removeprefix("/<language:lang>/staff/")
            .replace("<string(length=32):campaign_id>", "{c}")
            .replace("<string(length=32):proposal_id>", "{p}"),
        )
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    steps = {
        r"/c/{c}/(enrol|accept|publish|close)$": "/c/{c}/<any(enrol,accept,publish,close):step>",
        r"/together/accept$": "/together/<any(enrol,accept,invite,publish,close):step>",
    }
    known = set()
    for method, path in ROUTES:
        rule = f"/{path}"
        for pattern, written in steps.items():
            rule = re.sub(pattern, written, rule)
        known.add((method, rule[1:]))
    assert found == known


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_routes_and_no_others(open_console: Console, role: str):
    one = open_console.staff[role]
    for (method, path), allowed in ROUTES.items():
        target = path.format(c=OWN, p=UNKNOWN)
        response = one.gets(target) if method == "GET" else one.posts(target)
        is_allowed = LETTERS[role] in allowed
        assert (response.status_code == 403) == (not is_allowed), (method, path, response.status_code)


def test_nobody_opens_anything_without_signing_in(open_console: Console):
    browser = open_console.app.test_client()
    for method, path in ROUTES:
        response = browser.open(
            f"/en/staff/{path.format(c=OWN, p=UNKNOWN)}",
            method=method,
            base_url="https://issuer.example",
            headers={"Accept": "text/html"},
        )
        if method == "GET":
            assert response.status_code == 302
            assert "/sign-in" in response.headers["Location"]
        else:
            assert response.status_code in (302, 400), "without a token it is refused even earlier"


def test_a_personnel_officer_never_sees_another_body(open_console: Console):
    assert "Ministry of Fire" not in open_console.personnel.reads("campaigns")
    for (method, path), allowed in ROUTES.items():
        if "{c}" in path and "p" in allowed:
            for campaign in (OTHER, "c" * 32):
                target = path.format(c=campaign, p=UNKNOWN)
                response = (
                    open_console.personnel.gets(target) if method == "GET" else open_console.personnel.posts(target)
                )
                assert response.status_code == 404, (method, path)
                assert b"Fire" not in response.data


def test_steps_that_count_ask_for_the_second_factor_again(open_console: Console):
    officer, clock = open_console.signs_in("issuing", "stale"), open_console.world.clock
    clock.advance(minutes=6)
    for method, path in ROUTES:
        if any(
            path.endswith(end)
            for end in ("/enrol", "/publish", "/mail/send", "/mail/go-on", "/cancel-reminders", "/letters", "/links")
        ):
            target = path.format(c=OWN, p=UNKNOWN)
            response = officer.gets(target) if method == "GET" else officer.posts(target)
            assert response.status_code == 403, path
            assert b"proof_" in response.data
    clock.advance(minutes=-6)


def test_forms_without_their_token_are_refused(open_console: Console):
    for method, path in ROUTES:
        if method == "POST":
            response = open_console.issuing.browser.post(
                f"/en/staff/{path.format(c=OWN, p=UNKNOWN)}", base_url="https://issuer.example"
            )
            assert response.status_code == 400, path


class TestSeveralAtOnce:
    def test_every_step_for_all_of_them_and_one_that_fails_stops_no_other(self, console: Console):
        officer, world = console.issuing, console.world
        drafts = {OWN: world.agency.drafts(OWN, body=WATER), OTHER: world.agency.drafts(OTHER, body=FIRE)}
        for campaign in drafts:
            import_roster(console.office, campaign, roster_csv(3))
            world.provides_blind_key(console.office, campaign)
        assert "Freeze the roster: 2 campaigns" in officer.reads("campaigns")
        assert officer.reads("together/enrol").count("checked") == 2
        officer.posts("together/enrol", campaign=[OWN, OTHER])
        console.app.extensions["pikir-freezer"].join()

        world.agency.announces(drafts[OWN], enrol(console.office, OWN))
        world.agency.announces(drafts[OTHER], enrol(console.office, OTHER), kpi_method="mean_score/1")
        page = officer.posts("together/accept", campaign=[OWN, OTHER]).get_data(as_text=True)
        assert "What was announced is not what was agreed" in page
        assert find_accepted(console.office, OWN)

        page = officer.posts("together/invite", campaign=[OWN, OTHER]).get_data(as_text=True)
        console.app.extensions["pikir-postman"].join()
        assert "The announcement must be accepted first." in page
        assert len(console.server.received) == 3
        assert [str(one.day) for one in mailings(console.office, OWN)] == ["None", "2026-11-05", "2026-11-08"]

        world.clock.now = TWO_VISITS.issuance_closes
        officer = console.signs_in("issuing", "later")
        second = console.signs_in("issuing", "second")
        path = console.proposes(officer, "together/publish", campaign=OWN)
        assert not world.agency.exchange.has(OWN, "drawn.jws")
        assert "done" in console.approves(second, path)
        assert world.agency.exchange.has(OWN, "drawn.jws")
        assert "nothing was done" in officer.posts("together/close").get_data(as_text=True)


class TestTwoOfficers:
    """Publishing M and closing: nobody alone, and no second officer who was made up meanwhile."""

    @pytest.fixture
    def drawn(self, console: Console) -> Console:
        """Both campaigns accepted, and drawing over."""
        world = console.world
        for campaign, body in ((OWN, WATER), (OTHER, FIRE)):
            draft = world.agency.drafts(campaign, body=body)
            import_roster(console.office, campaign, roster_csv(3))
            world.provides_blind_key(console.office, campaign)
            world.agency.announces(draft, enrol(console.office, campaign))
            accept(console.office, campaign)
        world.clock.now = TWO_VISITS.issuance_closes
        return console

    def test_one_approval_for_all_of_them(self, drawn: Console):
        first, second = drawn.signs_in("issuing", "first"), drawn.signs_in("issuing", "second")
        path = drawn.proposes(first, "together/publish", campaign=[OWN, OTHER])
        assert first.gets(f"c/{OTHER}/publish").location.endswith(path), "it waits already"
        assert "next for no campaign" in second.reads("together/publish")
        drawn.approves(second, path)
        assert all(drawn.world.agency.exchange.has(campaign, "drawn.jws") for campaign in (OWN, OTHER))
        again = second.posts(path)
        assert again.status_code == 409
        assert "no longer open" in again.get_data(as_text=True)

    def test_what_was_stopped_meanwhile_stops_no_other(self, drawn: Console):
        first, second = drawn.signs_in("issuing", "first"), drawn.signs_in("issuing", "second")
        path = drawn.proposes(first, "together/publish", campaign=[OWN, OTHER])
        drawn.world.agency.voids(OTHER)
        assert "The agency declared this campaign void." in drawn.approves(second, path)
        assert drawn.world.agency.exchange.has(OWN, "drawn.jws")
        assert not drawn.world.agency.exchange.has(OTHER, "drawn.jws")

    def test_an_office_with_one_officer_is_told_to_get_a_second(self, drawn: Console):
        only = drawn.signs_in("issuing", "only")
        disable(staff_desk(drawn.office), "issuing")
        for path in (f"c/{OWN}/publish", "together/publish"):
            page = only.reads(path)
            assert "A second issuing officer is needed." in page
            assert "pikir issuer add-staff LOGIN --role issuing --invite" in page
            assert "Propose it to a second officer" not in page
            answer = only.posts(path, campaign=[OWN])
            assert answer.status_code == 409
            assert "Nobody else could approve this" in answer.get_data(as_text=True)
        assert not drawn.world.agency.exchange.has(OWN, "drawn.jws")

    def test_nobody_approves_with_an_account_made_afterwards_or_for_an_officer_who_is_gone(self, drawn: Console):
        first = drawn.signs_in("issuing", "first")
        path = drawn.proposes(first, f"c/{OWN}/publish")
        made_up = drawn.signs_in("issuing", "made-up")
        assert "made or reset after this was proposed" in made_up.reads(path)
        assert made_up.posts(path).status_code == 403
        assert "Ask one of these to sign in: issuing." in first.reads(path)
        disable(staff_desk(drawn.office), "first")
        gone = made_up.posts(path)
        assert gone.status_code == 409
        assert "may not do so any more" in gone.get_data(as_text=True)
        assert not drawn.world.agency.exchange.has(OWN, "drawn.jws")
        assert made_up.posts(f"{path}/withdraw").status_code == 303
        assert "waits for a second officer" not in made_up.reads("campaigns")

    def test_a_number_that_has_changed_is_not_published(self, drawn: Console):
        first, second = drawn.signs_in("issuing", "first"), drawn.signs_in("issuing", "second")
        path = drawn.proposes(first, f"c/{OWN}/publish")
        with drawn.office.database.write() as session:
            entry = session.scalars(select(RosterEntryRow.entry_id).where(RosterEntryRow.campaign_id == OWN)).first()
            session.add(IssuanceRow(entry_id=entry, blinded_hash=b"0" * 32))
        assert "The number drawn is no longer what was proposed." in drawn.approves(second, path)
        assert not drawn.world.agency.exchange.has(OWN, "drawn.jws")


class TestUploads:
    def test_twenty_thousand_people(self, console: Console):
        assert console.personnel.posts(f"c/{OWN}/roster/upload", table=file(table(MANY), "r.xlsx")).status_code == 303
        taken = console.personnel.posts(f"c/{OWN}/roster/columns", reference="0", email="2", language="3")

        assert taken.status_code == 303
        assert roster_page(console.office, OWN).count == MANY
        assert f"On the roster: {MANY}" in console.personnel.reads(f"c/{OWN}/roster")

    def test_the_columns_are_remembered_for_the_body(self, console: Console):
        console.personnel.posts(f"c/{OWN}/roster/upload", table=file(table(3), "r.xlsx"))
        console.personnel.posts(f"c/{OWN}/roster/columns", reference="0", email="2", language="3")
        console.personnel.posts(f"c/{OWN}/roster/upload", table=file(table(4), "r.xlsx"))

        assert "Take over 4 people" in console.personnel.reads(f"c/{OWN}/roster/columns")

    @pytest.mark.parametrize(
        ("data", "name", "says"),
        [
            ("номер;почта\nФ-1;a@b.kz\n".encode("cp1251"), "r.csv", "Windows-1251"),
            (b"%PDF-1.7", "r.pdf", "neither CSV nor XLSX"),
            (b"", "r.csv", "empty"),
            (b"PK\x03\x04nonsense", "r.xlsx", "damaged"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_advice(self, open_console: Console, data, name, says):
        response = open_console.personnel.posts(f"c/{OWN}/roster/upload", table=file(data, name))

        assert response.status_code == 400
        assert says in response.get_data(as_text=True)

    def test_a_bomb_is_refused_and_the_roster_stays(self, console: Console):
        console.personnel.posts(f"c/{OWN}/roster/upload", table=file(roster_csv(3), "r.csv"))
        console.personnel.posts(f"c/{OWN}/roster/columns", reference="0", email="1", language="2")
        bomb = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(table(3))) as good, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in good.namelist():
                archive.writestr(name, good.read(name))
            archive.writestr("xl/worksheets/sheet9.xml", b" " * 200_000_000)
        response = console.personnel.posts(f"c/{OWN}/roster/upload", table=file(bomb.getvalue(), "r.xlsx"))

        assert response.status_code == 400
        assert "far larger than a table needs" in response.get_data(as_text=True)
        assert roster_page(console.office, OWN).count == 3

    def test_no_file_and_too_large_a_file(self, open_console: Console):
        assert open_console.personnel.posts(f"c/{OWN}/roster/upload").status_code == 400
        for role, most in (("personnel", 5_000_000), ("auditor", 50_000)):
            response = open_console.staff[role].browser.post(
                f"/en/staff/c/{OWN}/roster/upload",
                data=b"x" * most,
                content_type="multipart/form-data; boundary=b",
                base_url=BASE,
            )
            assert response.status_code == 413, role

    def test_a_table_is_withdrawn(self, console: Console):
        console.personnel.posts(f"c/{OWN}/roster/upload", table=file(roster_csv(3), "r.csv"))
        assert "An uploaded table waits" in console.personnel.reads(f"c/{OWN}/roster")
        console.personnel.posts(f"c/{OWN}/roster/columns", what="withdraw")

        assert console.personnel.gets(f"c/{OWN}/roster/columns").status_code == 303
        assert "An uploaded table waits" not in console.personnel.reads(f"c/{OWN}/roster")


class TestMailTrouble:
    def test_a_server_that_is_away_is_told_on_the_page_sending_stopped_and_gone_on_with(self, console: Console):
        def are_told(text: str) -> list[bool]:
            return [text in console.staff[role].reads("campaigns") for role in ("issuing", "personnel")]

        console.world.announces_campaign(console.office, OWN, 3)
        console.server.all_refused = ""
        console.server.closes()
        postman = console.app.extensions["pikir-postman"]
        postman.pace = Pace(most_waits=1, wait=lambda _seconds: None)
        console.issuing.posts(f"c/{OWN}/mail/send", number="0", day="")
        postman.join()
        page = console.issuing.reads(f"c/{OWN}/invitations")
        assert "The mail server could not be reached" in page
        assert "Sent: 0 of 3. Waiting: 3." in page
        assert are_told("Sending has stopped") == [True, False]
        assert are_told("An issuing officer stopped sending") == [False, False]

        assert console.issuing.posts(f"c/{OWN}/mail/stop").status_code == 303
        console.server.opens()
        postman.wake()
        postman.join()
        page = console.issuing.reads(f"c/{OWN}/invitations")
        assert "Stopped by: issuing" in page
        assert are_told("An issuing officer stopped sending") == [True, False]
        assert console.issuing.posts(f"c/{OWN}/mail/send").status_code == 409, "going on is a button of its own"

        assert console.issuing.posts(f"c/{OWN}/mail/go-on").status_code == 303
        postman.join()
        page = console.issuing.reads(f"c/{OWN}/invitations")
        assert ("topped" in page, "3 of 3" in page) == (False, True)
        assert console.issuing.posts(f"c/{OWN}/mail/stop").status_code == 303, "nothing is left to stop"
        assert [(actor, details) for actor, action, details in console.journal() if action.endswith("-sending")] == [
            ("issuing", {"waiting": 3}),
            ("issuing", {"reminders_left_out": 0, "people_left_out": 0}),
        ]

    def test_without_a_mail_server_the_page_says_so(self, tmp_path, blind_signing_key):
        world = make_world(tmp_path, blind_signing_key)
        world.clock.now = TWO_VISITS.issuance_opens
        app = create_issuer_app(world.config, world.clock)
        world.announces_campaign(app.extensions[OFFICE], OWN, 2)
        officer = signs_in(app, "dana", "issuing")

        assert "PIKIR_ISSUER_SMTP_HOST" in officer.reads(f"c/{OWN}/invitations")
        assert officer.posts(f"c/{OWN}/mail/send", number="0").status_code == 409
        app.extensions[OFFICE].database.dispose()
