"""Figures older than three years in the console: when each is due, what exactly is deleted, and two officers for it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics.campaigns import archiving
from analytics.campaigns.certification import certify
from analytics.campaigns.old_figures import plan_old_figures, plan_old_rounds
from analytics.campaigns.reading import find_campaign
from analytics.cli import agency
from analytics.models import RoundReleaseRow
from analytics.office import AgencyOffice
from survey_app.domain.documents import format_time
from survey_app.staff import journal
from survey_app.web.settings import Settings
from tests.clock import FakeClock
from tests.integration.agency import partners as play
from tests.integration.agency.forms import sends
from tests.integration.agency.officers import SECOND, Officers
from tests.integration.agency.partners import EIGHT, Partners

PAGE = "/en/console/old-figures"


@pytest.fixture
def archived(officers: Officers, office: AgencyOffice, partners: Partners, clock: FakeClock) -> str:
    """A campaign that is archived, and figures of its round as a whole."""
    campaign_id = play.opened_campaign(office, partners, clock, EIGHT, 13)
    certify(office, campaign_id)
    with office.database.write() as session:
        row = {"opened_sha256": "0" * 64, "jws": "x", "certified": format_time(clock.now)}
        session.add(RoundReleaseRow(round="2026", number=1, **row))
    file = office.exchange.round_path("2026", "round-release.jws")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    clock.now = find_campaign(office, campaign_id).situation.until
    archiving.archive(office, campaign_id)
    return campaign_id


def three_years_later(officers: Officers, clock: FakeClock) -> None:
    clock.now = clock.now.replace(year=2029, month=11, day=18)
    officers.sign_in_again()


def test_nothing_is_proposed_before_three_years_are_over(
    officers: Officers, office: AgencyOffice, archived: str
) -> None:
    officers.sign_in_again()
    page = officers.first.page(PAGE)
    assert "17 November 2029" in page
    assert "No figures are due now." in page
    token = officers.first.csrf_token(page)
    refused = officers.first.post(PAGE, {"csrf_token": token})
    assert refused.status_code == 400
    assert "No figures are older than three years" in refused.text


def test_a_second_officer_sees_every_file_and_then_exactly_that_is_deleted(
    officers: Officers, office: AgencyOffice, clock: FakeClock, archived: str
) -> None:
    three_years_later(officers, clock)
    page = officers.first.page(PAGE)
    assert page.count("is due</strong>") == 2
    path = sends(officers.first, page, "/old-figures").location.removeprefix("/agency")
    assert "Delete figures older than three years" in officers.first.page("/en/console")
    assert "another officer must approve it" in officers.first.page(path)
    seen = officers.second.page(path)
    for name in ("release.jws", "scoring-record.jws", "round-release.jws"):
        assert name in seen
    assert officers.approves(path).location.endswith("/console/old-figures")
    assert plan_old_figures(office) == plan_old_rounds(office) == ()
    left = {file.name for file in office.exchange.files(archived)}
    assert not any(name.startswith(("release", "scoring-record")) for name in left)
    assert not office.exchange.round_path("2026", "round-release.jws").exists()
    with office.database.read() as session:
        done = {(row.actor, row.subject) for row in journal.entries(session) if row.action == "delete-figures"}
    assert done == {(SECOND, archived), (SECOND, "2026")}
    assert "No figures are due now." in officers.second.page(PAGE)
    officers.first.page(path)


def test_what_was_not_agreed_on_is_not_deleted(
    officers: Officers, office: AgencyOffice, clock: FakeClock, archived: str
) -> None:
    three_years_later(officers, clock)
    path = sends(officers.first, officers.first.page(PAGE), "/old-figures").location.removeprefix("/agency")
    office.exchange.path(archived, "countersignature-x.jws").write_text("x")
    answer = officers.approves(path)
    assert "Something has changed since this was proposed" in answer.text
    assert len(plan_old_figures(office)) == 1
    assert sends(officers.first, officers.first.page(path), "/withdraw").status_code == 302


def test_the_timers_dry_run_names_the_figures_of_whole_rounds_too(
    office: AgencyOffice, clock: FakeClock, environ: dict[str, str], archived: str, tmp_path: Path
) -> None:
    settings = Settings(tmp_path, environ, clock)
    shown = CliRunner().invoke(agency, ["archive-due", "--dry-run", "--json"], obj=settings)
    assert json.loads(shown.stdout)["round_figures"] == [{"round": "2026", "until": "2029-11-17", "is_due": False}]
    text = CliRunner().invoke(agency, ["archive-due", "--dry-run"], obj=settings).stdout
    assert "round 2026 as a whole: figures (1 Releases, 1 files) are kept until 2029-11-17" in text
