"""Every migration up and down with data in it, on both engines, and both schemas as the models say."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, inspect, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from analytics.models import Base as AgencyBase
from survey_app.identity.models import Base as IdentityBase
from survey_app.responses.models import Base as ResponsesBase
from survey_app.staff.models import StaffBase
from survey_app.web.database import Database, migrate, migrate_down, open_database

STAFF = {"login": "a", "password_hash": "x", "must_change": False, "disabled": False}
CAMPAIGN, ENTRY, NOW = "c" * 32, "e" * 32, "2026-11-02T04:00:00Z"
JOURNAL = {
    "number": 1,
    "moment": NOW,
    "actor": "a",
    "action": "open",
    "subject": CAMPAIGN,
    "details": "{}",
    "previous": "0" * 64,
    "sha256": "1" * 64,
}


def with_staff(office: MetaData) -> MetaData:
    """An office's tables and its staff's, which are one schema in the database."""
    together = MetaData()
    for table in (*office.sorted_tables, *StaffBase.metadata.sorted_tables):
        table.to_metadata(together)
    return together


TREES: dict[str, MetaData] = {
    "identity": with_staff(IdentityBase.metadata),
    "responses": ResponsesBase.metadata,
    "agency": with_staff(AgencyBase.metadata),
}
ROWS: dict[str, dict[str, dict[str, object]]] = {
    "identity": {
        "pinned_key": {"office": "agency", "public_key": b"k" * 32},
        "campaign": {
            "campaign_id": CAMPAIGN,
            "draft": "d.d.d",
            "enrolment": "e.e.e",
            "eligible": 1,
            "commitment": b"c" * 32,
            "manifest": "m.m.m",
        },
        "roster_entry": {
            "entry_id": ENTRY,
            "campaign_id": CAMPAIGN,
            "reference": "Қызметші №1",
            "email": "canary@mail.example.kz",
            "language": "kk",
            "code_hash": b"h" * 32,
            "leaf": b"l" * 32,
        },
        "issuance": {"entry_id": ENTRY, "blinded_hash": b"b" * 32},
        "dispute": {"entry_id": ENTRY},
        "mailing": {"campaign_id": CAMPAIGN, "number": 0, "total": 1},
        "mail_queue": {"campaign_id": CAMPAIGN, "number": 0, "entry_id": ENTRY},
        "bounce": {"entry_id": ENTRY, "status": "5.1.1"},
        "mail_stop": {"campaign_id": CAMPAIGN, "officer": "d" * 80, "day": date(2026, 11, 5)},
        "roster_upload": {"campaign_id": CAMPAIGN, "content": b"z"},
        "column_choice": {"body_code": "min-water", "titles": "{}"},
        "handout": {"campaign_id": CAMPAIGN, "kind": "links", "times": 1},
        "freezing": {"campaign_id": CAMPAIGN, "officer": "d" * 80, "problem": None},
        "staff": STAFF | {"role": "personnel", "bodies": '["bridges"]'},
        "journal": JOURNAL,
    },
    "responses": {
        "pinned_key": {"office": "agency", "public_key": b"k" * 32},
        "campaign": {"campaign_id": CAMPAIGN, "draft": "d.d.d", "manifest": "m.m.m"},
        "response": {
            "token_hash": b"t" * 32,
            "campaign_id": CAMPAIGN,
            "input_msg": b"i" * 94,
            "signature": b"s" * 384,
            "holder_key": b"h" * 65,
            "holder_signature": b"g" * 64,
            "sealed": b"x" * 145,
        },
    },
    "agency": {
        "round": {"code": "2026", "title": "2026 жыл"},
        "campaign": {"campaign_id": CAMPAIGN, "round": "2026", "body": "trial", "draft": "d.d.d"},
        "release": {"campaign_id": CAMPAIGN, "number": 1, "opened_sha256": "0" * 64, "draft": "{}"},
        "round_release": {"round": "2026", "number": 1, "opened_sha256": "0" * 64, "draft": "{}"},
        "staff": STAFF | {"role": "officer", "bodies": "[]"},
        "journal": JOURNAL,
    },
}
REFUSED: dict[str, list[tuple[str, dict[str, object]]]] = {
    "identity": [
        ("roster_entry", {"entry_id": "f" * 32, "reference": "B-2", "code_hash": None}),
        ("roster_entry", {"entry_id": "f" * 32, "email": None, "code_hash": None}),
        ("roster_entry", {"entry_id": "f" * 32, "reference": "", "email": None, "code_hash": None}),
        ("issuance", {"blinded_hash": b"z" * 32}),
        ("issuance", {"entry_id": "f" * 32}),
        ("staff", {"login": "b", "role": "officer"}),
        ("staff", {"login": "b", "bodies": "[]"}),
    ],
    "responses": [
        ("response", {"sealed": b"z" * 145}),
        ("response", {"token_hash": b"z" * 31}),
        ("response", {"token_hash": b"z" * 32, "sealed": b"z" * 144}),
        ("response", {"token_hash": b"z" * 32, "campaign_id": "f" * 32}),
    ],
    "agency": [
        ("release", {"number": 2}),
        ("round_release", {"number": 2}),
        ("staff", {"login": "UPPER"}),
        ("journal", {}),
    ],
}


@pytest.fixture(params=["postgresql", "sqlite"])
def database(request: pytest.FixtureRequest, side: str, tmp_path: Path, opened: Callable[[str], Database]) -> Database:
    """An empty database for ``side``."""
    if request.param == "sqlite":
        return opened(f"sqlite:///{tmp_path / side}.sqlite")
    return opened(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def postgresql_url(side: str, create: Callable[[str, str], str]) -> str:
    return create("responses_cluster" if side == "responses" else "identity_cluster", side)


def fill(connection: Connection, side: str) -> None:
    for name, row in ROWS[side].items():
        connection.execute(insert(TREES[side].tables[name]).values(row))


@pytest.mark.parametrize("side", TREES)
def test_up_down_and_up_again_with_data(side: str, database: Database) -> None:
    migrate(database, side)
    with database.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TREES[side]) == []
        fill(connection, side)
    migrate(database, side)
    with database.engine.connect() as connection:
        for name, row in ROWS[side].items():
            assert row.items() <= connection.execute(select(TREES[side].tables[name])).one()._asdict().items()

    migrate_down(database, side, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}

    migrate(database, side)
    with database.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TREES[side]) == []
        fill(connection, side)


@pytest.mark.parametrize("side", TREES)
def test_both_engines_refuse_the_same_and_quote_no_value(side: str, database: Database) -> None:
    migrate(database, side)
    with database.engine.begin() as connection:
        fill(connection, side)

    for table, changes in REFUSED[side]:
        row = {**ROWS[side][table], **changes}
        with pytest.raises(IntegrityError) as refused, database.engine.begin() as connection:
            connection.execute(insert(TREES[side].tables[table]).values(row))
        for text in (str(refused.value), str(refused.value.orig)):
            for value in ("canary", CAMPAIGN, ENTRY, "f" * 32, "zzzz", "7a7a7a"):
                assert value not in text
    for change in ("UPDATE journal SET actor = 'b'", "DELETE FROM journal") if side != "responses" else ():
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.exec_driver_sql(change)


@pytest.fixture
def migrated(side: str, postgresql_url: str) -> Iterator[Database]:
    database = open_database(postgresql_url)
    migrate(database, side)
    with database.engine.begin() as connection:
        fill(connection, side)
    yield database
    database.dispose()


@pytest.mark.parametrize("side", ["identity", "responses"])
def test_the_planner_samples_no_key_address_or_answer(side: str, migrated: Database) -> None:
    """Its samples would outlive what they were taken of. Given statistics are made, they name campaigns only."""
    with migrated.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
        query = "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public'"
        sampled = {(table, column) for table, column in connection.exec_driver_sql(query)}

    people = {"identity": ("roster_entry", "issuance", "dispute"), "responses": ("response",)}[side]
    of_people = {(table, column) for table, column in sampled if table in people}
    assert of_people <= {("roster_entry", "campaign_id"), ("roster_entry", "language"), ("response", "campaign_id")}


@pytest.mark.parametrize(
    ("side", "tables"),
    [
        ("identity", ("roster_entry", "issuance", "dispute", "turnout_band", "mailing", "mail_queue", "bounce")),
        ("responses", ("response",)),
    ],
)
def test_a_rewritten_table_keeps_its_constraints_and_rows(
    side: str, tables: tuple[str, ...], migrated: Database
) -> None:
    before = _constraints(migrated, tables)

    migrated.rewrite(tables)

    assert _constraints(migrated, tables) == before
    with migrated.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TREES[side]) == []
        for name in ROWS[side].keys() & set(tables):
            row = connection.execute(select(TREES[side].tables[name])).one()._asdict()
            assert ROWS[side][name].items() <= row.items()


def _constraints(database: Database, tables: tuple[str, ...]) -> list[tuple[str, ...]]:
    query = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid <> 0 ORDER BY 1, 2"
    )
    with database.engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(query)]
    assert {table for table, _, _ in found} >= set(tables)
    return found
