"""Dashboards show exactly what the signed Releases say: every figure of theirs, and none besides."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from analytics.campaigns.certification import certify
from analytics.campaigns.certified import certified_in_round
from analytics.campaigns.openings import open_campaign_batch
from analytics.campaigns.reading import campaigns
from analytics.campaigns.voiding import void
from analytics.models import ReleaseRow
from analytics.office import AgencyOffice
from analytics.release import Release
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import BASE, Staff, numbers_in
from tests.integration.agency.partners import PASSPHRASE, SCHEDULE, TWELVE, Partners

LANGUAGES = ("kk", "ru", "en")
# Not figures: Appendices, "95 % interval", limits that the pages' sentences name.
WORDS = {"5", "95", "2026", "2027", "50", "10", "44", "40", "15"}


@pytest.fixture
def office(office_with_figures: AgencyOffice) -> AgencyOffice:
    return office_with_figures


@pytest.fixture
def certified(office: AgencyOffice) -> dict[str, Release]:
    """The certified Releases by body."""
    return {found.release.body.code: found.release for found in certified_in_round(office, "2026")}


@pytest.fixture
def pending(office: AgencyOffice) -> str:
    """The campaign that is opened but not certified."""
    (found,) = campaigns(office, "2027")
    return found.campaign_id


class TestOverview:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_it_shows_the_releases_figures_and_no_others(
        self, staff: Staff, certified: dict[str, Release], lang: str
    ) -> None:
        shown = numbers_in(staff.page(f"/{lang}/rounds/2026"))
        expected = {figure for release in certified.values() for figure in overview_figures(release, lang)}
        assert expected <= shown
        assert shown - expected - WORDS <= {"3", "2", "1"}  # how many bodies, and places

    def test_bodies_are_sorted_by_kpi_and_the_small_one_comes_last(
        self, staff: Staff, certified: dict[str, Release]
    ) -> None:
        page = staff.page("/en/rounds/2026")
        table = page[page.index("<tbody>") : page.index("</tbody>")]
        assert re.findall(r"Ministry (\w+)</a>", table) == ["large", "middling", "small"]
        assert certified["large"].pinned.percent == "66.67"
        assert certified["middling"].pinned.percent == "58.33"

    def test_the_small_body_gives_its_row_only(self, staff: Staff, certified: dict[str, Release]) -> None:
        chart = chart_of(staff.page("/en/rounds/2026"))
        bars, marks = chart["data"]
        row = next(f for f in certified["small"].kpis).row
        start = float(row.split("-")[0])
        assert bars["x"] == [start, start + 2.5, start + 5, None]
        assert [str(Decimal(str(x))) for x in marks["x"]] == ["66.67", "58.33"]
        assert "not shown" in staff.page("/en/rounds/2026")

    def test_marks_tell_stable_from_unstable_and_official_from_provisional(
        self, staff: Staff, certified: dict[str, Release]
    ) -> None:
        marks = chart_of(staff.page("/en/rounds/2026"))["data"][-1]
        for code, symbol in zip(("large", "middling"), marks["marker"]["symbol"], strict=True):
            release = certified[code]
            assert symbol.startswith("circle" if release.standing == "official" else "diamond")
            assert symbol.endswith("-open") is not release.pinned.stable
        assert {certified["large"].standing, certified["middling"].standing} == {"official", "provisional"}

    def test_intervals_are_drawn_as_published(self, staff: Staff, certified: dict[str, Release]) -> None:
        marks = chart_of(staff.page("/en/rounds/2026"))["data"][-1]
        for position, code in enumerate(("large", "middling")):
            interval, x = certified[code].pinned.interval, marks["x"][position]
            assert x + marks["error_x"]["array"][position] == pytest.approx(float(interval.high))
            assert x - marks["error_x"]["arrayminus"][position] == pytest.approx(float(interval.low))

    def test_home_leads_to_the_latest_round_with_figures(self, staff: Staff, certified: dict[str, Release]) -> None:
        assert certified
        assert staff.get("/ru/").headers["Location"] == "/agency/ru/rounds/2026"


class TestBody:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_it_shows_the_releases_figures_and_no_others(
        self, staff: Staff, certified: dict[str, Release], lang: str
    ) -> None:
        for code, release in certified.items():
            shown = numbers_in(staff.page(f"/{lang}/rounds/2026/{code}"))
            expected = body_figures(release, lang)
            assert expected <= shown, code
            moments = {"09", "00", "17", "14", "16"}  # of certifying
            assert shown - expected - WORDS - moments <= {"0", "1"}, code

    def test_the_small_body_shows_no_percentage_but_its_row(self, staff: Staff, certified: dict[str, Release]) -> None:
        page = staff.page("/en/rounds/2026/small")
        assert "Only 8 responses count, fewer than 10" in page
        assert 'class="chart"' not in page
        assert certified["small"].pinned.percent is None

    def test_what_others_must_know_is_said(
        self, visitor: Staff, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        clock.now = SCHEDULE.issuance_opens
        campaign_id = play.announced_campaign(office, partners, 12, code="quick", schedule=play.SINGLE_VISIT)
        clock.now = SCHEDULE.collection_closes
        partners.close(campaign_id, TWELVE, None)
        open_campaign_batch(office, campaign_id, PASSPHRASE)
        certify(office, campaign_id)
        visitor.sign_in()
        page = visitor.page("/en/rounds/2026/quick")
        assert "In this campaign drawing and answering overlapped" in page
        assert "The issuer never stated how many tokens were drawn" in page

    def test_a_superseded_release_says_so_and_leads_on(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        campaign_id = certified["large"].campaign_id
        with office.database.write() as session:
            session.get_one(ReleaseRow, (campaign_id, 1)).opened_sha256 = "0" * 64
        open_campaign_batch(office, campaign_id, PASSPHRASE)
        certify(office, campaign_id, reason="Rounding was wrong.")
        old, new = staff.page(f"/en/releases/{campaign_id}/1"), staff.page("/en/rounds/2026/large")
        assert "This Release was superseded." in old
        assert f"/agency/en/releases/{campaign_id}/2" in old
        assert "This Release corrects an earlier one." in new
        assert "Reason: Rounding was wrong." in new
        past = staff.page("/en/rounds/2026/large/trend")
        assert past.count("Release 1") == past.count("Release 2") == 1
        assert past.count('<strong class="ag-tag ag-tag--void">superseded</strong>') == 1
        assert "corrected" in staff.page("/en/rounds/2026")

    def test_a_void_campaign_leaves_the_ranking_and_keeps_its_page(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        void(office, certified["large"].campaign_id, "Fourteen ghosts on the roster.")
        overview = staff.page("/en/rounds/2026")
        assert "Ministry large" not in overview[overview.index("<tbody>") : overview.index("</tbody>")]
        assert "Fourteen ghosts on the roster." in overview
        assert "66.67" not in overview
        assert "nothing of it counts" in staff.page("/en/rounds/2026/large")


class TestQuestions:
    def test_four_options_where_the_release_has_them(self, staff: Staff, certified: dict[str, Release]) -> None:
        chart = chart_of(staff.page("/ru/rounds/2026/large/questions"))
        inner, outer, inner_bad, outer_bad, whole, whole_bad = chart["data"]
        assert [trace["x"] for trace in (whole, whole_bad)] == [[], []]
        # 23 chose the first option of every question, 17 the second (Q1, Q2: 40 the first), of 60
        assert sorted({round(x * 60 / 100) for x in outer["x"]}) == [23, 40]
        assert {round(x * 60 / 100) for x in inner["x"]} == {17}
        assert {round(x * 60 / 100) for x in inner_bad["x"]} == {-11}
        assert {round(x * 60 / 100) for x in outer_bad["x"]} == {-9}
        assert len(outer["x"]) == len(certified["large"].totals) == 11

    def test_two_segments_where_it_has_not(self, staff: Staff, certified: dict[str, Release]) -> None:
        chart = chart_of(staff.page("/ru/rounds/2026/middling/questions"))
        *fine, whole, whole_bad = chart["data"]
        assert all(trace["x"] == [] for trace in fine)
        assert {round(x * 12 / 100) for x in whole["x"]} == {7}
        assert {round(x * 12 / 100) for x in whole_bad["x"]} == {-5}
        assert all(total.options is None for total in certified["middling"].totals)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_table_has_the_same_counts(self, staff: Staff, certified: dict[str, Release], lang: str) -> None:
        page = staff.page(f"/{lang}/rounds/2026/large/questions")
        cells = [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<td.*?</td>", page, re.DOTALL)]
        counts = {cell[-1] for cell in cells if cell}
        assert {"40", "20", "60"} <= counts
        assert all(total.favourable == 40 for total in certified["large"].totals)
        assert ("66.7" if lang == "en" else "66,7") in page

    def test_the_small_body_shows_none(self, staff: Staff, certified: dict[str, Release]) -> None:
        page = staff.page("/en/rounds/2026/small/questions")
        assert all(total.hidden == "small_body" for total in certified["small"].totals)
        assert page.count("hidden: fewer responses than the minimum group") == 11
        assert 'class="chart"' not in page


class TestBeforeCertification:
    PLACES = ("/en/rounds/2027", "/en/campaigns", "/en/campaigns/{}", "/en/rounds/2027/pending", "/en/releases/{}/1")

    @pytest.mark.parametrize("place", PLACES)
    def test_no_page_shows_a_figure_of_an_opened_campaign(self, staff: Staff, pending: str, place: str) -> None:
        response = staff.get(place.format(pending))
        assert response.status_code in (200, 404)
        for figure in ("66.67", "84.51", "60", "3.25", "65"):  # KPI, turnout, n, score, row
            assert figure not in numbers_in(response.text), figure
        assert 'class="chart"' not in response.text

    def test_nor_is_there_a_file(self, staff: Staff, pending: str) -> None:
        assert staff.get(f"/c/{pending}/1/release.jws").status_code == 404

    def test_its_state_is_told(self, staff: Staff, pending: str) -> None:
        assert "opened, not certified" in staff.page("/en/rounds/2027")
        assert f"pikir agency certify {pending}" in staff.page(f"/en/campaigns/{pending}")


class TestCampaigns:
    def test_each_is_listed_with_what_it_waits_for(
        self, visitor: Staff, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        clock.now = SCHEDULE.issuance_opens - timedelta(hours=1)
        campaign_id = play.announced_campaign(office, partners, 71, code="early")
        visitor.sign_in()
        page = visitor.page("/en/campaigns")
        assert "Ministry early" in page
        assert "announced" in page
        detail = visitor.page(f"/en/campaigns/{campaign_id}")
        assert "the beginning of drawing" in detail
        assert f"pikir agency void {campaign_id}" in detail

    def test_a_document_that_is_not_accepted_is_told(
        self, visitor: Staff, office: AgencyOffice, partners: Partners, clock: FakeClock
    ) -> None:
        clock.now = SCHEDULE.issuance_opens
        campaign_id = play.announced_campaign(office, partners, 71, code="early")
        office.exchange.put_text(campaign_id, "drawn.jws", "not.a.document")
        visitor.sign_in()
        assert "a document is not accepted" in visitor.page("/en/campaigns")
        page = visitor.page(f"/en/campaigns/{campaign_id}")
        assert "drawn.jws</code>: It does not have the form that it must have." in page


class TestDocuments:
    def test_the_manifest_is_public_and_as_signed(
        self, visitor: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        campaign_id = certified["large"].campaign_id
        response = visitor.client.get(f"/c/{campaign_id}/manifest", base_url=BASE)
        assert response.content_type == "application/jose"
        assert response.text == office.exchange.get_text(campaign_id, "manifest.jws")

    def test_there_is_none_before_it_is_announced(self, visitor: Staff, office: AgencyOffice) -> None:
        response = visitor.client.get(f"/c/{play.draft_campaign(office)}/manifest", base_url=BASE)
        assert response.status_code == 404
        assert response.content_type == "application/problem+json"

    @pytest.mark.parametrize("name", ["release.jws", "scoring-record.jws", "scoring-record.json", "scoring-record.csv"])
    def test_certified_files_are_as_published(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release], name: str
    ) -> None:
        campaign_id = certified["large"].campaign_id
        response = staff.get(f"/c/{campaign_id}/1/{name}")
        assert response.data == office.exchange.get(campaign_id, name)
        assert response.headers["Content-Disposition"] == f'attachment; filename="2026-large-{name}"'

    def test_no_other_files(self, staff: Staff, certified: dict[str, Release]) -> None:
        campaign_id = certified["large"].campaign_id
        for name in ("draft.jws", "batch.bin", "../agency.sqlite"):
            assert staff.get(f"/c/{campaign_id}/1/{name}").status_code == 404


class TestAltered:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_release_whose_signature_fails_is_not_shown(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release], lang: str
    ) -> None:
        with office.database.write() as session:
            row = session.get_one(ReleaseRow, (certified["large"].campaign_id, 1))
            row.jws = row.jws[:-8] + ("AAAAAAAA" if row.jws[-8:] != "AAAAAAAA" else "BBBBBBBB")
        page = staff.page(f"/{lang}/rounds/2026", status=500)
        assert "66" not in numbers_in(page)

    def test_a_release_of_another_campaign_is_not_shown(
        self, staff: Staff, office: AgencyOffice, certified: dict[str, Release]
    ) -> None:
        with office.database.write() as session:
            rows = {row.campaign_id: row for row in session.scalars(select(ReleaseRow))}
            rows[certified["large"].campaign_id].jws = rows[certified["middling"].campaign_id].jws
        assert staff.get("/en/rounds/2026").status_code >= 400

    def test_unknown_places(self, staff: Staff) -> None:
        for path in ("/en/rounds/1999", "/en/rounds/1999/nobody", "/en/campaigns/" + "0" * 32):
            staff.page(path, status=404)
        assert staff.get("/en/nowhere").status_code == 404


def overview_figures(release: Release, lang: str) -> set[str]:
    """The numbers of one body's line, from the Release, in the page's notation."""
    pinned = release.pinned
    texts = [str(release.n), str(release.eligible), release.turnout]
    texts += [] if pinned.percent is None else [pinned.percent, pinned.interval.low, pinned.interval.high]
    return {localised(text, lang) for text in texts} | score_bounds(pinned.score_range, lang)


def body_figures(release: Release, lang: str) -> set[str]:
    """Everything that a body's page may show of its Release."""
    numbers = [release.n, release.eligible, release.received, release.drawn, release.unusable]
    numbers += [release.minimum_group, release.minimum_turnout, *release.verdict.hidden.values()]
    numbers += [] if release.verdict.worst_margin is None else [release.verdict.worst_margin]
    texts = [str(number) for number in numbers] + [release.turnout]
    bounds = set()
    for figure in release.kpis:
        bounds |= score_bounds(figure.score_range, lang) | {localised(edge, lang) for edge in row_edges(figure.row)}
        if figure.percent is not None:
            texts += [figure.percent, figure.interval.low, figure.interval.high]
            texts += [figure.logical_bounds.low, figure.logical_bounds.high]
        texts += (figure.fraction or "").split("/")[:1]
    texts += gap_figures(release)
    return ({localised(text, lang) for text in texts if text} | bounds) - {"0", "10", "50"}


def gap_figures(release: Release) -> list[str]:
    """Mean score less favourable share, and what either half of the answers does to it, by hand."""
    shown = {figure.method: figure.percent for figure in release.kpis}
    if None in (shown.get("mean_score/1"), shown.get("fav_share/1")):
        return []
    texts = [str(abs(Decimal(shown["mean_score/1"]) - Decimal(shown["fav_share/1"])))]
    if any(total.options is None for total in release.totals):
        return texts
    favourable = others = 0.0
    for total in release.totals:
        mild = {3: (0, 1 / 2, 0), 4: (-1 / 3, 1 / 3, 0)}[len(total.options)]
        moved = [weight * count / total.base for weight, count in zip(mild, total.options[-len(mild) :], strict=True)]
        favourable += moved[0]
        others += moved[1]
    return [*texts, *(f"{abs(100 * part / len(release.totals)):.1f}" for part in (favourable, others))]


def row_edges(row: str) -> list[str]:
    """The Order's row in the notation of Releases."""
    return [edge.replace(",", ".") for edge in row.split("-")]


def score_bounds(score_range: str, lang: str) -> set[str]:
    """The Order's range, such as 3,25-3,49 or 3-3,24, with two decimals."""
    return {localised(f"{Decimal(edge.replace(',', '.')):.2f}", lang) for edge in score_range.split("-")}


def localised(text: str, lang: str) -> str:
    return text if lang == "en" else text.replace(".", ",")


def chart_of(page: str) -> dict[str, Any]:
    """The first chart's JSON."""
    found = re.search(r'<script type="application/json" class="chart"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found, "the page has no chart"
    return json.loads(found.group(1))
