"""The agency's schema: as the models say, and gone without a trace when taken down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from analytics.models import Base, CampaignRow, ReleaseRow, RoundReleaseRow, RoundRow
from survey_app.staff import journal
from survey_app.staff.models import StaffBase, StaffRow
from survey_app.web.database import Database, migrate, migrate_down, open_database
from tests.clock import FakeClock

MAY_NEVER_BE_A_COLUMN = ("tally", "pair", "cross", "answer", "response", "count", "address", "agent", "option")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'agency.sqlite'}")
    migrate(opened, "agency")
    yield opened
    opened.dispose()


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), [Base.metadata, StaffBase.metadata]) == []


def test_down_and_up_again_with_data(database: Database) -> None:
    with database.write() as session:
        session.add(RoundRow(code="2026", title=""))
        session.flush()
        session.add(RoundReleaseRow(round="2026", number=1, opened_sha256="0" * 64, draft="{}"))
        session.add(StaffRow(login="a", password_hash="x", role="officer"))
        journal.record(session, FakeClock(), "a", "create-round", "2026")
    migrate_down(database, "agency", "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrate(database, "agency")
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), [Base.metadata, StaffBase.metadata]) == []


def test_accounts_outlive_the_change_of_their_table(database: Database) -> None:
    """Given an account of the time before bodies and second factors, then it is there after every way up."""
    migrate_down(database, "agency", "0005")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO staff VALUES ('aigerim', 'a hash', 'officer')")
        connection.exec_driver_sql("INSERT INTO staff_session VALUES ('0', 'aigerim', '2026-11-02T04:00:00Z')")
    migrate(database, "agency")
    with database.write() as session:
        (row,) = session.scalars(select(StaffRow))
        assert (row.login, row.password_hash, row.role, row.bodies, row.disabled) == (
            "aigerim",
            "a hash",
            "officer",
            "[]",
            False,
        )
        session.add(StaffRow(login="marat", password_hash="x", role="auditor"))
    migrate_down(database, "agency", "0005")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT login, role FROM staff").all() == [("aigerim", "officer")]


def test_no_column_could_hold_counts_or_answers() -> None:
    names = [f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns]
    assert [name for name in names if any(word in name for word in MAY_NEVER_BE_A_COLUMN)] == []


@pytest.mark.parametrize(
    "row",
    [
        ReleaseRow(campaign_id="a" * 32, number=1, opened_sha256="0"),
        ReleaseRow(campaign_id="a" * 32, number=1, opened_sha256="0", draft="{}", jws="x", certified="now"),
        ReleaseRow(campaign_id="a" * 32, number=2, opened_sha256="0", jws="x", certified="now"),
        ReleaseRow(campaign_id="a" * 32, number=0, opened_sha256="0", draft="{}"),
        RoundReleaseRow(round="2026", number=1, opened_sha256="0" * 64),
        RoundReleaseRow(round="2026", number=1, opened_sha256="0", draft="{}"),
        RoundReleaseRow(round="2026", number=1, opened_sha256="0" * 64, draft="{}", jws="x", certified="now"),
        RoundReleaseRow(round="2026", number=2, opened_sha256="0" * 64, jws="x", certified="now"),
        RoundReleaseRow(round="2026", number=0, opened_sha256="0" * 64, draft="{}"),
        RoundReleaseRow(round="1999", number=1, opened_sha256="0" * 64, draft="{}"),
        CampaignRow(campaign_id="b" * 32, round="2026", body="x", draft="x", manifest="x"),
        CampaignRow(campaign_id="b" * 32, round="unknown", body="x", draft="x"),
        CampaignRow(campaign_id="short", round="2026", body="x", draft="x"),
        StaffRow(login="UPPER", password_hash="x", role="officer", bodies="[]", must_change=False, disabled=False),
        StaffRow(login="a", password_hash="x", role="root", bodies="[]", must_change=False, disabled=False),
    ],
)
def test_the_database_refuses_what_cannot_be(database: Database, row: Base | StaffBase) -> None:
    with database.write() as session:
        session.add(RoundRow(code="2026", title=""))
        session.flush()
        session.add(CampaignRow(campaign_id="a" * 32, round="2026", body="x", draft="x"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(type(row)(**{c.name: getattr(row, c.name) for c in row.__table__.columns}))


def test_one_draft_release_a_campaign(database: Database) -> None:
    with database.write() as session:
        session.add(RoundRow(code="2026", title=""))
        session.flush()
        session.add(CampaignRow(campaign_id="a" * 32, round="2026", body="x", draft="x"))
        session.flush()
        session.add(ReleaseRow(campaign_id="a" * 32, number=1, opened_sha256="0", draft="{}"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(ReleaseRow(campaign_id="a" * 32, number=2, opened_sha256="0", draft="{}"))


def test_one_draft_of_a_round(database: Database) -> None:
    with database.write() as session:
        session.add(RoundRow(code="2026", title=""))
        session.flush()
        session.add(RoundReleaseRow(round="2026", number=1, opened_sha256="0" * 64, draft="{}"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(RoundReleaseRow(round="2026", number=2, opened_sha256="0" * 64, draft="{}"))
