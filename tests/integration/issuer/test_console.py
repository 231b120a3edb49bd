"""The issuer's console over HTTP: the way of a campaign, step by step, as the officers go it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from survey_app.domain import documents, signing
from survey_app.domain.manifest import DrawnStatement
from survey_app.identity.enrolment import enrol
from survey_app.identity.invitations import invitations
from survey_app.identity.roster_edit import roster_page
from tests.integration.issuer.conftest import Respondent
from tests.integration.issuer.console import OWN, Console, file, make_console, workbook
from tests.integration.issuer.offices import TWO_VISITS, WATER
from tests.mail_server import MailServer, mail_server
from tests.printed import pages as pdf_pages
from tests.printed import qr_texts

PEOPLE = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as opened:
        yield opened


@pytest.fixture(scope="class")
def story(tmp_path_factory, blind_signing_key, server: MailServer) -> Iterator[Console]:
    """One console for the steps of a class."""
    made = make_console(tmp_path_factory.mktemp("story"), blind_signing_key, server)
    yield made
    made.office.database.dispose()


class TestTheWayOfACampaign:
    """Step by step, as the officers go it."""

    def test_01_the_draft_is_there_before_anybody_did_anything(self, story: Console):
        assert "Ministry of Water" in story.personnel.reads("campaigns")
        assert "Upload the roster" in story.personnel.reads(f"c/{OWN}")
        assert "The roster is missing" in story.issuing.reads(f"c/{OWN}")

    def test_02_a_table_is_uploaded_its_columns_chosen_and_its_faults_shown(self, story: Console):
        rows = [("Таб. №", "ФИО", "Адрес", "Язык")]
        rows += [(f"S-{n:05}", "Фамилия", f"s{n}@body.example", "казахский") for n in range(PEOPLE)]
        rows += [("S-00003", "", "x@body.example", ""), ("=1+1", "", "", ""), ("S-9", "", "nowhere", "")]
        response = story.personnel.posts(f"c/{OWN}/roster/upload", table=file(workbook(rows), "roster.xlsx"))
        assert response.status_code == 303
        assert "choose" in story.personnel.reads(f"c/{OWN}/roster/columns"), "the heading says nothing by itself"

        page = story.personnel.reads(f"c/{OWN}/roster/columns?reference=0&email=2&language=3")
        assert "the same reference as in line 5" in page
        assert "a cell holds a formula" in page
        assert "not an e-mail address" in page
        assert f"Take over {PEOPLE} people" in page
        faults = story.personnel.gets(f"c/{OWN}/roster/faults.csv?reference=0&email=2&language=3")
        lines = list(csv.reader(io.StringIO(faults.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
        assert [line for line, _ in lines[1:]] == ["62", "63", "64"]

    def test_03_the_rest_is_taken_over_and_corrected(self, story: Console):
        story.personnel.posts(f"c/{OWN}/roster/columns", reference="0", email="2", language="3")
        story.personnel.posts(f"c/{OWN}/roster/entries", what="add", reference="S-9", email="", language="ru")
        story.personnel.posts(
            f"c/{OWN}/roster/entries",
            what="change",
            before="S-00001",
            reference="S-1",
            email="n@body.example",
            language="kk",
        )
        story.personnel.posts(f"c/{OWN}/roster/entries", what="remove", before="S-00002")
        refused = story.personnel.posts(f"c/{OWN}/roster/entries", what="add", reference="s-1", email="", language="kk")

        assert refused.status_code == 400
        assert "another entry has the same reference" in refused.get_data(as_text=True)
        assert roster_page(story.office, OWN).count == PEOPLE
        assert "S-1" in story.personnel.reads(f"c/{OWN}/roster?search=n%40body")

    def test_04_steps_out_of_order_say_what_is_missing(self, story: Console):
        for step in ("accept", "publish", "close"):
            response = story.issuing.gets(f"c/{OWN}/{step}")
            assert response.status_code == 409
            text = response.get_data(as_text=True)
            assert "This step is not possible now" in text
            assert "The roster must be frozen first." in text
        assert story.issuing.gets(f"c/{OWN}/invitations").status_code == 409

    def test_05_the_roster_is_frozen_with_n_and_its_commitment(self, story: Console):
        page = story.issuing.reads(f"c/{OWN}/enrol")
        assert f"The roster with {PEOPLE} people is frozen" in page
        assert signing.public_key_bytes(story.world.agency.key).hex() in page, "it is trusted from now on"
        story.world.provides_blind_key(story.office, OWN)
        assert story.issuing.posts(f"c/{OWN}/enrol").status_code == 303

        commitment = enrol(story.office, OWN).roster_commitment.hex()
        for page in (f"c/{OWN}", f"c/{OWN}/roster"):
            text = story.personnel.reads(page)
            assert commitment in text
            assert str(PEOPLE) in text
        late = story.personnel.posts(f"c/{OWN}/roster/entries", what="remove", before="S-1")
        assert late.status_code == 409

    def test_06_the_announcement_is_accepted(self, story: Console):
        draft = story.world.agency.drafts(OWN, body=WATER)
        story.world.agency.announces(draft, enrol(story.office, OWN))
        assert "Accept the announcement" in story.issuing.reads("campaigns")
        assert story.issuing.posts(f"c/{OWN}/accept").status_code == 303

    def test_07_invitations_go_out_by_mail_and_reminders_are_planned_with_them(self, story: Console):
        story.server.received.clear()
        story.server.refusals = {"s5@body.example": "550 5.1.1 unknown"}
        page = story.issuing.reads(f"c/{OWN}/invitations")
        assert 'value="2026-11-05"' in page
        sent = story.issuing.posts(f"c/{OWN}/mail/send", number="0", day=["2026-11-05", "", "2026-11-08"])
        assert sent.status_code == 303
        story.app.extensions["pikir-postman"].join()

        found = invitations(story.office, OWN)
        reached = {one.email for one in found if one.email} - {"s5@body.example"}
        assert set(story.server.counts()) == reached
        progress = json.loads(story.issuing.gets(f"c/{OWN}/mail/progress").data)
        assert progress == {
            "bars": [
                {"number": 0, "total": len(reached) + 1, "waiting": 0},
                {"number": 1, "total": None, "waiting": 0},
                {"number": 2, "total": None, "waiting": 0},
            ],
            "working": False,
        }
        assert "s5@body.example" in story.issuing.reads(f"c/{OWN}/invitations")
        assert story.issuing.posts(f"c/{OWN}/mail/plan", day="2026-11-03").status_code == 400, "the days are fixed"

    def test_08_a_bounced_address_is_corrected_and_served(self, story: Console):
        story.issuing.posts(f"c/{OWN}/addresses", reference="S-00005", email="five@body.example")
        story.issuing.posts(f"c/{OWN}/mail/send", number="0")
        story.app.extensions["pikir-postman"].join()
        assert story.server.counts()["five@body.example"] == 1

        report = file(b"s7@body.example\n", "bounces.txt")
        assert story.issuing.posts(f"c/{OWN}/mail/report", report=report).status_code == 303
        assert "s7@body.example" in story.issuing.reads(f"c/{OWN}/invitations")
        assert story.issuing.posts(f"c/{OWN}/mail/report", report=file(b"\xff", "x")).status_code == 400

    def test_09_letters_for_those_whom_mail_does_not_reach(self, story: Console):
        response = story.issuing.posts(f"c/{OWN}/letters", who="unreached", form="letters")

        assert response.mimetype == "application/pdf"
        needed = {one.link for one in invitations(story.office, OWN) if one.reference in ("S-9", "S-00007")}
        assert {text for texts in qr_texts(pdf_pages(response.data)) for text in texts} == needed

    def test_10_the_table_of_links_is_handed_out_once_and_then_with_a_reason(self, story: Console):
        first = story.issuing.posts(f"c/{OWN}/links")
        links = [row["link"] for row in csv.DictReader(io.StringIO(first.get_data(as_text=True)))]
        assert links == [one.link for one in invitations(story.office, OWN)]

        again = story.issuing.posts(f"c/{OWN}/links")
        assert again.status_code == 400
        assert links[0] not in again.get_data(as_text=True)
        reason = "The printer lost the first half of the letters"
        assert story.issuing.posts(f"c/{OWN}/links", reason=reason).mimetype == "text/csv"
        taken = [details for _, action, details in story.journal() if action == "take-links"]
        assert [(one["times"], one.get("reason")) for one in taken] == [(1, None), (2, reason)]

    def test_11_turnout_is_a_band_and_disputes_are_a_number(self, story: Console):
        story.world.clock.now = TWO_VISITS.issuance_opens
        key = story.world.blind_signing_key.public_key()
        for one in invitations(story.office, OWN)[:20]:
            person = Respondent(story.app.test_client(), OWN, one.code, key)
            assert person.draws(person.prepares()[1].message).status_code == 200
        person.posts("contest", {"code": person.code})
        staff = {role: story.signs_in(role, f"{role}-2") for role in ("personnel", "issuing")}
        assert "under a quarter" in staff["personnel"].reads(f"c/{OWN}"), "as it stood at midnight"

        story.world.clock.now += timedelta(days=1)
        staff = {role: story.signs_in(role, f"{role}-3") for role in ("personnel", "issuing")}
        for role, one in staff.items():
            page = one.reads(f"c/{OWN}")
            assert "a quarter to a half" in page
            assert ("Say that somebody else drew" in page) == (role == "issuing")

    def test_12_no_page_of_a_personnel_officer_holds_a_code_or_who_has_drawn(self, story: Console):
        officer = story.signs_in("personnel", "personnel-4")
        codes = [one.code for one in invitations(story.office, OWN)]
        pages = [
            officer.gets(path).data for path in ("campaigns", f"c/{OWN}", f"c/{OWN}/roster", f"c/{OWN}/roster?start=50")
        ]
        for page in pages:
            assert not [code for code in codes if code.encode() in page]
            assert b"draw#" not in page
        rows = re.findall(r'<tr class="govuk-table__row">\s*<th scope="row".*?</tr>', pages[2].decode(), re.DOTALL)
        shapes = {re.sub(r"S-\w+|[a-z0-9]+@body\.example|none: a letter|Қазақша|Русский", "", row) for row in rows}
        assert len(rows) == 50
        assert len({re.sub(r"\s+|<span[^>]*></span>", "", shape) for shape in shapes}) == 1, "all rows look alike"

    def test_13_m_is_published_with_the_disputes_and_everything_about_mail_is_gone(self, story: Console):
        story.world.clock.now = TWO_VISITS.issuance_closes
        officer, second = (story.signs_in("issuing", name) for name in ("issuing-5", "issuing-6"))
        asked = officer.reads(f"c/{OWN}/publish")
        assert "signed and published" in asked
        assert "another issuing officer sees the same and approves it" in asked
        path = story.proposes(officer, f"c/{OWN}/publish")
        assert not story.world.agency.exchange.has(OWN, "drawn.jws"), "one officer alone publishes nothing"
        assert "Publish how many tokens were drawn" in second.reads("campaigns").partition("waits for a second")[2]
        assert officer.posts(path).status_code == 403
        shown = second.reads(path)
        assert re.search(r'data-label="People">60</td>\s*<td[^>]*data-label="Tokens drawn">20</td>', shown)
        assert not story.world.agency.exchange.has(OWN, "drawn.jws")
        assert "done" in story.approves(second, path)

        statement = documents.read_document(
            DrawnStatement,
            story.world.agency.exchange.get_text(OWN, "drawn.jws"),
            enrol(story.office, OWN).issuer_statement_key,
        )
        assert (statement.drawn, statement.disputes) == (20, 1)
        page = story.signs_in("personnel", "personnel-5").reads(f"c/{OWN}")
        assert "Disputes, published" in page
        assert b"@body.example" not in (story.world.instance / "identity.sqlite").read_bytes()
        assert officer.gets(f"c/{OWN}/invitations").status_code == 409

    def test_14_at_the_end_who_has_drawn_is_deleted(self, story: Console):
        story.world.clock.now = TWO_VISITS.collection_closes
        officer, second = (story.signs_in("issuing", name) for name in ("issuing-7", "issuing-8"))
        story.approves(second, story.proposes(officer, f"c/{OWN}/close"))
        assert "Closed" in officer.reads("campaigns")

    def test_15_all_of_it_is_in_the_journal_and_nobody_of_the_roster(self, story: Console):
        entries = story.journal()
        actions = [action for _, action, _ in entries]
        for wanted in (
            "import-roster",
            "correct-roster",
            "enrol",
            "accept",
            "send-mail",
            "take-letters",
            "propose-publish",
            "approve-publish",
            "publish",
            "approve-close",
            "close",
        ):
            assert wanted in actions
        said = json.dumps(entries)
        assert "S-0" not in said
        assert "body.example" not in said
