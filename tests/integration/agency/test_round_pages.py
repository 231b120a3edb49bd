"""Figures of a round as they change: pooled, corrected, void, on their way; each shown for what it is."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from analytics.campaigns.certified import certified_in_round
from analytics.campaigns.voiding import void
from analytics.office import AgencyOffice, open_agency
from analytics.release import Release
from analytics.round_release import RoundBody, RoundRelease
from analytics.views.pooled import SOURCE
from config import agency_config
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.browsing import Staff
from tests.integration.agency.partners import SCHEDULE, Partners


@pytest.fixture
def office(tmp_path: Path, built_world: Path, clock: FakeClock, environ: dict[str, str]) -> Iterator[AgencyOffice]:
    """The agency of the built world, on a copy of its own."""
    shutil.copytree(built_world, tmp_path / "instance")
    clock.now = SCHEDULE.collection_closes
    opened = open_agency(agency_config(tmp_path / "instance", environ), clock)
    yield opened
    opened.database.dispose()


@pytest.fixture
def certified(office: AgencyOffice) -> dict[str, Release]:
    return {found.release.body.code: found.release for found in certified_in_round(office, "2026")}


@pytest.fixture
def pooled(certified: dict[str, Release]) -> RoundRelease:
    """A round's figures as of two bodies, with the figures of the large one standing for those of both."""
    large = certified["large"]
    bodies = tuple(
        RoundBody(
            r.campaign_id, code, r.manifest, r.board, pooled=code != "small", not_in_totals=(), not_in_breakdowns=()
        )
        for code, r in certified.items()
    )
    return RoundRelease(
        round="2026",
        agency_key=large.agency_key,
        questionnaire=large.questionnaire,
        method=large.method,
        minimum_group=10,
        bodies=tuple(replace(b, not_in_totals=("q3",)) if b.code == "middling" else b for b in bodies),
        eligible=100,
        received=72,
        n=72,
        turnout="72.00",
        kpis=large.kpis,
        totals=large.totals,
        breakdowns=large.breakdowns,
        drivers=None,
        verdict=large.verdict,
        software=large.software,
    )


class TestAllTogether:
    def test_without_certified_figures_there_is_no_such_page(self, staff: Staff) -> None:
        assert "All bodies together" not in staff.page("/en/rounds/2026")
        staff.page("/en/national/2026", status=404)

    @pytest.mark.parametrize("lang", ["kk", "ru", "en"])
    def test_with_them_it_shows_whose_answers_are_in(
        self, app: Flask, visitor: Staff, pooled: RoundRelease, lang: str
    ) -> None:
        app.extensions[SOURCE] = lambda _, code: pooled if code == "2026" else None
        visitor.sign_in()
        assert f"/agency/{lang}/national/2026" in visitor.page(f"/{lang}/matrix/2026")
        page = visitor.page(f"/{lang}/national/2026")
        for text in ("72.00", "66.67"):
            assert (text if lang == "en" else text.replace(".", ",")) in page
        names = {"kk": "{} министрлігі", "ru": "Министерство {}", "en": "Ministry {}"}
        assert names[lang].format("small") in page  # left out
        assert f"{names[lang].format('middling')} (3)" in page  # its answers to question 3 are
        visitor.page(f"/{lang}/national/2027", status=404)

    def test_a_body_that_is_void_since_is_named(
        self, app: Flask, visitor: Staff, office: AgencyOffice, pooled: RoundRelease
    ) -> None:
        app.extensions[SOURCE] = lambda *_: pooled
        visitor.sign_in()
        assert "no longer fit" not in visitor.page("/en/national/2026")
        void(office, pooled.bodies[0].campaign_id, "Fourteen ghosts on the roster.")
        page = visitor.page("/en/national/2026")
        assert "These figures no longer fit the bodies' own." in page
        assert f"Ministry {pooled.bodies[0].code}" in page


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
