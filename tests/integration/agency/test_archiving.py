"""The agency's side of archiving: when, what, what keeps it from happening, and what stays."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from analytics.campaigns import archive_holds, archiving, old_figures
from analytics.campaigns.certification import ReasonMissing, certify
from analytics.campaigns.destruction import destroy_key
from analytics.campaigns.reading import find_campaign
from analytics.campaigns.release_rows import hanging
from analytics.campaigns.state import State, StepOutOfOrder
from analytics.campaigns.voiding import void
from analytics.cli import agency
from analytics.models import AttackRow, ReleaseRow, RoundReleaseRow, ScoringRecordRow
from survey_app.domain.archive import AlreadyArchived, kept_until
from survey_app.domain.documents import format_time
from survey_app.web.exchange import BATCH
from survey_app.web.settings import Settings
from tests.integration.agency import partners as play
from tests.integration.agency.partners import EIGHT


@pytest.fixture
def certified(office, partners, clock) -> str:
    campaign_id = play.opened_campaign(office, partners, clock, EIGHT, 13)
    certify(office, campaign_id)
    return campaign_id


def after_appeals(office, clock, campaign_id) -> None:
    clock.now = find_campaign(office, campaign_id).situation.until


def test_it_is_due_on_the_day_after_the_last_day_of_appeals(office, clock, certified):
    """Certified on Tuesday, 17 November 2026: ten working days end on 1 December."""
    before = archiving.plan_archive(office, certified)
    assert (before.is_due, str(before.due)) == (False, "2026-12-02")
    after_appeals(office, clock, certified)
    clock.advance(seconds=-1)
    with pytest.raises(StepOutOfOrder):
        archiving.archive(office, certified)
    clock.advance(seconds=1)

    certificate = archiving.archive(office, certified)

    names = [(one.kind, one.name) for one in certificate.destroyed]
    assert names == [("key", f"sealing-{certified}.key"), ("file", BATCH)]
    assert find_campaign(office, certified).situation.state is State.ARCHIVED


def test_a_correction_begins_the_time_anew(office, clock, certified):
    after_appeals(office, clock, certified)
    with office.database.write() as session:
        session.scalars(select(ReleaseRow)).one().certified = format_time(clock.now)
    with pytest.raises(StepOutOfOrder, match="the end of the time for appeals"):
        archiving.archive(office, certified)


def test_a_draft_that_waits_keeps_it_from_being_archived(office, partners, clock, certified):
    after_appeals(office, clock, certified)
    with office.database.write() as session:
        session.add(ReleaseRow(campaign_id=certified, number=2, opened_sha256="0" * 64, draft="{}"))
    with pytest.raises(StepOutOfOrder):
        archiving.archive(office, certified)


def test_a_void_campaign_is_archived_at_once_with_its_drafts(office, partners, clock):
    campaign_id = play.opened_campaign(office, partners, clock, EIGHT, 13)
    void(office, campaign_id, "fraud")

    certificate = archiving.archive(office, campaign_id)

    assert (certificate.destroyed[-1].name, certificate.destroyed[-1].count) == (archiving.DRAFT_ROWS, 1)
    with office.database.read() as session:
        assert session.scalars(select(ReleaseRow)).all() == []
        assert session.scalars(select(AttackRow)).all() == []
    assert find_campaign(office, campaign_id).situation.state is State.VOIDED
    assert archiving.plan_all(office) == ()


def test_a_campaign_without_a_key_can_be_voided_and_archived(office):
    campaign_id = play.draft_campaign(office)
    void(office, campaign_id, "drafted for the wrong body")
    certificate = archiving.archive(office, campaign_id)
    assert (certificate.destroyed, certificate.manifest) == ((), None)


def test_what_broke_off_is_finished_by_the_next_call(office, clock, certified):
    after_appeals(office, clock, certified)
    batch = office.exchange.get(certified, BATCH)
    first = archiving.archive(office, certified)
    office.exchange.put(certified, BATCH, batch)  # as if the call had ended before it was erased
    assert len(archiving.plan_all(office)) == 1

    assert archiving.archive_due(office) == (first,)
    assert not office.exchange.has(certified, BATCH)


def test_a_hold_needs_a_reason_and_comes_before_archiving(office, clock, certified):
    with pytest.raises(ReasonMissing):
        archive_holds.hold(office, certified, " ")
    after_appeals(office, clock, certified)
    archiving.archive(office, certified)
    with pytest.raises(AlreadyArchived):
        archive_holds.hold(office, certified, "an appeal")


def test_a_hold_keeps_the_key_too(office, clock, certified):
    archive_holds.hold(office, certified, "an appeal")
    after_appeals(office, clock, certified)
    with pytest.raises(StepOutOfOrder, match="on hold"):
        destroy_key(office, certified, "archived")
    with pytest.raises(ReasonMissing):
        archive_holds.unhold(office, certified, " ")
    archive_holds.unhold(office, certified)
    assert destroy_key(office, certified, "archived").campaign_id == certified


def test_by_itself_it_waits_for_the_rounds_figures_but_not_for_ever(office, partners, clock, certified):
    clock.now = play.OPENS
    other = play.opened_campaign(office, partners, clock, EIGHT, 13, code="min-roads")
    certify(office, other)
    after_appeals(office, clock, certified)
    assert archiving.archive_due(office) == ()
    archiving.archive(office, other)
    clock.advance(days=89)
    assert archiving.archive_due(office) == ()
    clock.advance(days=2)

    assert [one.campaign_id for one in archiving.archive_due(office)] == [certified]


def test_once_the_round_is_certified_it_waits_no_longer(office, partners, clock, certified):
    clock.now = play.OPENS
    play.draft_campaign(office, code="min-roads")
    with office.database.write() as session:
        session.add(
            RoundReleaseRow(round="2026", number=1, opened_sha256="0" * 64, jws="x", certified=format_time(clock.now))
        )
    after_appeals(office, clock, certified)
    assert [one.campaign_id for one in archiving.archive_due(office)] == [certified]


def test_figures_and_all_that_hangs_on_them_go_after_three_years(office, clock, certified):
    after_appeals(office, clock, certified)
    archiving.archive(office, certified)
    (planned,) = old_figures.plan_old_figures(office)
    assert (str(planned.until), planned.is_due) == ("2029-11-17", False)
    clock.now = clock.now.replace(year=2029, month=11, day=18)

    assert [one.campaign_id for one in old_figures.delete_old_figures(office)] == [certified]

    with office.database.read() as session:
        for table in (ReleaseRow, ScoringRecordRow, AttackRow):
            assert session.scalars(select(table)).all() == []
    left = {path.name for path in office.exchange.files(certified)}
    assert not any(name.startswith(("release", "scoring-record")) for name in left)
    assert {"manifest.jws", "archive-agency.jws", "destruction.jws"} <= left
    assert find_campaign(office, certified).situation.state is State.ARCHIVED


def test_figures_whose_files_could_not_be_removed_stay_due(office, clock, certified):
    after_appeals(office, clock, certified)
    archiving.archive(office, certified)
    clock.now = clock.now.replace(year=2029, month=11, day=18)
    stuck = office.exchange.path(certified, "release-stuck.jws")
    stuck.mkdir()
    with pytest.raises(OSError, match="release-stuck"):
        old_figures.delete_old_figures(office)

    stuck.rmdir()
    assert [one.campaign_id for one in old_figures.delete_old_figures(office)] == [certified]
    assert not [path.name for path in office.exchange.files(certified) if path.name.startswith("release")]


def test_every_table_that_refers_to_a_release_is_emptied_with_it():
    assert {table.name for table in hanging()} >= {"scoring_record", "attack"}


@pytest.mark.parametrize(("day", "until"), [("2026-11-17", "2029-11-17"), ("2028-02-29", "2031-03-01")])
def test_three_years_end_on_the_same_day(day, until):
    from datetime import date  # noqa: PLC0415

    assert str(kept_until(date.fromisoformat(day))) == until


def test_the_timers_dry_run_tells_everything_as_json(office, clock, environ, certified, tmp_path):
    settings = Settings(tmp_path, environ, clock)
    shown = CliRunner().invoke(agency, ["archive-due", "--dry-run", "--json"], obj=settings)
    (plan,) = json.loads(shown.stdout)["campaigns"]
    assert plan["campaign_id"] == certified
    assert plan["waits_for"] == ["the end of the time for appeals"]
    assert [path.rpartition("/")[2] for path in plan["files"]] == [f"sealing-{certified}.key", "batch.bin"]
    assert office.exchange.has(certified, BATCH)
