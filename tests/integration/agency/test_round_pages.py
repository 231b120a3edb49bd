"""Figures of a round as they change: pooled, corrected, void, on their way; each shown for what it is."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from analytics.campaigns.certified import certified_in_round
from analytics.campaigns.certified_rounds import present_round
from analytics.campaigns.round_certification import certify_round
from analytics.campaigns.round_keys import round_keys
from analytics.campaigns.round_openings import open_round_batches
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice
from analytics.release import Release
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import Staff
from tests.integration.agency.conftest import agency_at, copied
from tests.integration.agency.partners import PASSPHRASE, SCHEDULE, Partners
from tests.printed import words


@pytest.fixture
def office(office_with_figures: AgencyOffice) -> AgencyOffice:
    return office_with_figures


@pytest.fixture
def certified(office: AgencyOffice) -> dict[str, Release]:
    return {found.release.body.code: found.release for found in certified_in_round(office, "2026")}


NAMES = {"kk": "{} министрлігі", "ru": "Министерство {}", "en": "Ministry {}"}


class TestAllTogether:
    """Round 2026 of "large" and "middling", certified as a whole; "small" has too few responses."""

    @pytest.fixture
    def office(
        self, tmp_path: Path, round_world: Path, clock: FakeClock, environ: dict[str, str]
    ) -> Iterator[AgencyOffice]:
        clock.now = SCHEDULE.collection_closes
        opened = agency_at(copied(round_world, tmp_path / "instance"), environ, clock)
        yield opened
        opened.database.dispose()

    def test_anybody_fetches_the_signed_document(self, office: AgencyOffice, visitor: Staff) -> None:
        office.exchange.put_of_round("2026", "notes.txt", b"not signed")
        jws = present_round(office, "2026").jws.encode()
        index = visitor.get("/exchange/index.json")
        digest = hashlib.sha256(jws).hexdigest()
        assert index.json["rounds"] == {"2026": {"round-release.jws": digest}}
        answer = visitor.get("/exchange/rounds/2026/round-release.jws")
        assert (answer.data, answer.mimetype) == (jws, "application/jose")
        assert "Set-Cookie" not in answer.headers
        for path in (
            "2026/notes.txt",
            "2026/round-release-1.jws",
            "2027/round-release.jws",
            "%2e%2e/round-release.jws",
        ):
            assert visitor.get(f"/exchange/rounds/{path}").status_code == 404

    def test_without_certified_figures_there_is_no_such_page(self, staff: Staff) -> None:
        assert "All bodies together" not in staff.page("/en/rounds/2027")
        assert "are not certified" in staff.page("/en/national/2027", status=404)
        staff.page("/en/national/2026/2", status=404)
        staff.page("/en/national/1999", status=404)

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_with_them_it_shows_whose_answers_are_in(self, staff: Staff, office: AgencyOffice, lang: str) -> None:
        release = present_round(office, "2026").release
        assert f"/agency/{lang}/national/2026" in staff.page(f"/{lang}/matrix/2026")
        overview, page = staff.page(f"/{lang}/rounds/2026"), staff.page(f"/{lang}/national/2026")
        for text in (release.turnout, release.pinned.percent):
            assert (text if lang == "en" else text.replace(".", ",")) in page
        assert release.pinned.percent.replace(".", "." if lang == "en" else ",") in overview
        bodies = page[page.index('data-table="round-bodies"') :]
        rows = re.findall(r"<tr>.*?</tr>", bodies[bodies.index("<tbody>") :], re.DOTALL)
        told = {"kk": "жауаптары кіреді", "ru": "ответы входят", "en": "answers are in"}
        shown = [any(NAMES[lang].format(code) in row for row in rows) for code in ("large", "middling", "small")]
        assert shown == [True, True, True]
        assert [told[lang] in row for row in rows] == [True, True, False]

    def test_the_signed_document_is_there_to_take_away(self, staff: Staff, office: AgencyOffice) -> None:
        one = present_round(office, "2026")
        page = staff.page("/en/national/2026")
        (address,) = re.findall(r'href="/agency(/rounds/2026/1/round-release.jws)"', page)
        assert staff.get(address).text == one.jws
        assert one.sha256.hex()[:4] in page
        assert Staff(staff.client.application.test_client()).get(address).status_code == 302  # signed in only

    def test_a_body_that_is_void_since_is_named_everywhere(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        assert "no longer fit" not in staff.page("/en/national/2026")
        void(office, certified["middling"].campaign_id, "Fourteen ghosts on the roster.")
        page = staff.page("/en/national/2026")
        assert "These figures no longer fit the bodies' own." in page
        assert '<strong class="ag-tag ag-tag--void">outdated</strong>' in page
        assert "declared void since" in page
        assert '<strong class="ag-tag ag-tag--void">outdated</strong>' in staff.page("/en/rounds/2026")
        report = words(PdfReader(io.BytesIO(staff.get("/en/reports/rounds/2026.pdf").data)).pages[0])
        assert "The figures of all bodies together are outdated." in report
        with zipfile.ZipFile(io.BytesIO(staff.get("/en/reports/rounds/2026.zip").data)) as package:
            rounds = list(csv.DictReader(io.StringIO(package.read("data/rounds.csv").decode())))
            bodies = list(csv.DictReader(io.StringIO(package.read("data/round_bodies.csv").decode())))
            document = package.read("documents/rounds/2026-1/round-release.jws").decode()
        assert [row["status"] for row in rounds] == ["outdated"]
        assert {row["body"]: row["change"] for row in bodies} == {"large": "", "middling": "void", "small": ""}
        assert document == present_round(office, "2026").jws

    def test_what_supersedes_it_and_why(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        first = present_round(office, "2026").release.pinned.percent
        void(office, certified["middling"].campaign_id, "Fourteen ghosts on the roster.")
        open_round_batches(office, "2026", round_keys(office, [PASSPHRASE]))
        certify_round(office, "2026", reason="A body was declared void.")
        page = staff.page("/en/national/2026")
        assert "A body was declared void." in page
        assert "published once" in page
        assert first not in page
        assert "no longer fit" not in page
        earlier = staff.page("/en/national/2026/1")
        assert "These figures were superseded." in earlier
        assert first in earlier


class TestVoid:
    REASON = "Fourteen ghosts on the roster."

    @pytest.fixture(autouse=True)
    def declared(self, office: AgencyOffice, certified: dict[str, Release]) -> None:
        void(office, certified["large"].campaign_id, self.REASON)

    @pytest.mark.parametrize("part", ["", "/questions", "/groups", "/drivers", "/trend"])
    def test_every_page_of_the_body_says_so(self, staff: Staff, part: str) -> None:
        page = staff.page(f"/en/rounds/2026/large{part}")
        assert "nothing of it counts" in page
        assert self.REASON in page

    def test_it_is_in_no_comparison(self, staff: Staff) -> None:
        matrix = staff.page("/en/matrix/2026")
        assert "Ministry large" not in matrix[matrix.index("<tbody>") : matrix.index("</tbody>")]
        assert self.REASON in matrix
        comparison = staff.page("/en/comparison/2026?first=large&second=middling")
        assert '<option value="large"' not in comparison
        assert 'id="verdict"' not in comparison

    def test_its_turnout_is_listed_as_void_and_not_drawn(self, staff: Staff) -> None:
        page = staff.page("/en/turnout/2026")
        table, chart = page[page.index("<tbody>") :], page[: page.index("<tbody>")]
        assert "Ministry large" in table
        assert '<strong class="ag-tag ag-tag--voided">void</strong>' in table
        assert "Ministry large" not in chart

    def test_the_trend_leaves_it_out_and_strikes_it_through(self, staff: Staff) -> None:
        page = staff.page("/en/rounds/2026/large/trend")
        assert 'class="chart"' not in page
        assert "ag-gone" in page


class TestTurnoutOnItsWay:
    def test_each_number_appears_when_its_office_has_signed_it(
        self, app: Flask, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        def page() -> str:
            """As somebody who has just signed in."""
            somebody = Staff(app.test_client())
            somebody.sign_in()
            return somebody.page("/en/turnout/2028")

        clock.now = SCHEDULE.issuance_opens - timedelta(days=1)
        campaign_id = play.announced_campaign(office, partners, 71, code="early", round_code="2028")
        clock.now = SCHEDULE.issuance_closes - timedelta(minutes=1)
        assert "No office has stated any number yet." in page()
        clock.now = SCHEDULE.issuance_closes
        partners.publish_drawn(campaign_id, 47)
        drawn = page()
        assert 'data-value="47"' in drawn
        assert "66.2" in drawn  # 47 of 71
        clock.now = SCHEDULE.collection_closes - timedelta(minutes=1)
        during = page()
        assert during.count("47") == drawn.count("47")
        assert "not even in bands" in during
