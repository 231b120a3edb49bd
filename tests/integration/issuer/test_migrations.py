"""The identity database's schema: up and down with data in it, equal to the models, and refusing what must not be."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from survey_app.identity.models import Base
from survey_app.staff.models import StaffBase
from survey_app.web.database import Database, migrate, migrate_down, open_database

CAMPAIGN = "a" * 32
ENTRY = "e" * 32
ROWS = {
    "pinned_key": {"office": "agency", "public_key": b"k" * 32},
    "campaign": {
        "campaign_id": CAMPAIGN,
        "draft": "d.d.d",
        "enrolment": "e.e.e",
        "eligible": 1,
        "commitment": b"c" * 32,
        "manifest": "m.m.m",
        "drawn": "n.n.n",
        "void": None,
    },
    "roster_entry": {
        "entry_id": ENTRY,
        "campaign_id": CAMPAIGN,
        "reference": "P-1",
        "email": "a@b.kz",
        "language": "kk",
        "code_hash": b"h" * 32,
        "leaf": b"l" * 32,
    },
    "issuance": {"entry_id": ENTRY, "blinded_hash": b"b" * 32},
    "dispute": {"entry_id": ENTRY},
    "turnout_band": {"campaign_id": CAMPAIGN, "day": "2026-11-02", "band": "<25"},
    "mailing": {"campaign_id": CAMPAIGN, "number": 0, "day": None, "total": 1},
    "mail_queue": {"campaign_id": CAMPAIGN, "number": 0, "entry_id": ENTRY},
    "bounce": {"entry_id": ENTRY, "status": "5.1.1"},
    "mail_stop": {"campaign_id": CAMPAIGN, "officer": "d" * 80, "day": "2026-11-05"},
    "roster_upload": {"campaign_id": CAMPAIGN, "content": b"z"},
    "column_choice": {"body_code": "min-water", "titles": "{}"},
    "handout": {"campaign_id": CAMPAIGN, "kind": "links", "times": 1},
    "freezing": {"campaign_id": CAMPAIGN, "officer": "d" * 80, "problem": None},
}


@pytest.fixture
def database(tmp_path):
    made = open_database(f"sqlite:///{tmp_path / 'identity.sqlite'}")
    yield made
    made.dispose()


def insert(database: Database, table: str, **changes: object) -> None:
    row = ROWS[table] | changes
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    with database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)  # noqa: S608


def fill(database: Database) -> None:
    for table in ROWS:
        insert(database, table)


def test_up_and_down_with_data(database):
    migrate(database, "identity")
    fill(database)
    with database.engine.connect() as connection:
        kept = connection.execute(text("SELECT reference, language FROM roster_entry")).one()
    assert kept == ("P-1", "kk")

    migrate_down(database, "identity", "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}

    migrate(database, "identity")
    fill(database)


def test_migrating_twice_keeps_the_data(database):
    migrate(database, "identity")
    fill(database)
    migrate(database, "identity")

    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM issuance")).scalar_one() == 1


def test_the_migrated_schema_is_that_of_the_models(database):
    migrate(database, "identity")

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), [Base.metadata, StaffBase.metadata]) == []


def test_no_table_keeps_an_order_of_arrival(database, tmp_path):
    """Given the migrated and the models' own schema, then no table of ours has a row number."""
    migrate(database, "identity")
    models = open_database(f"sqlite:///{tmp_path / 'models.sqlite'}")
    Base.metadata.create_all(models.engine)
    models.dispose()

    for file in ("identity.sqlite", "models.sqlite"):
        connection = sqlite3.connect(tmp_path / file)
        tables = connection.execute("SELECT name, wr FROM pragma_table_list WHERE type = 'table'").fetchall()
        connection.close()
        with_rowid = {name for name, without_rowid in tables if not without_rowid and not name.startswith("sqlite_")}
        assert with_rowid <= {"alembic_version"}
        assert {name for name, _ in tables} >= set(ROWS)


def test_the_models_checks_are_those_of_the_migration(database, tmp_path):
    migrate(database, "identity")
    models = open_database(f"sqlite:///{tmp_path / 'models.sqlite'}")
    Base.metadata.create_all(models.engine)

    for table in ROWS:
        migrated, modelled = (
            {check["name"]: check["sqltext"] for check in inspect(each.engine).get_check_constraints(table)}
            for each in (database, models)
        )
        assert migrated == modelled
    models.dispose()


REFUSED = [
    ("pinned_key", {"office": "x", "public_key": b"k" * 31}),
    ("campaign", {"campaign_id": "b" * 31}),
    ("campaign", {"campaign_id": "b" * 32, "eligible": 0}),
    ("campaign", {"campaign_id": "b" * 32, "commitment": b"c" * 33}),
    ("campaign", {"campaign_id": "b" * 32, "enrolment": None}),
    ("campaign", {"campaign_id": "b" * 32, "enrolment": None, "eligible": None, "commitment": None}),
    ("campaign", {"campaign_id": "b" * 32, "manifest": None}),
    ("campaign", {"campaign_id": "b" * 32, "draft": None}),
    ("roster_entry", {"entry_id": "f" * 32}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": "a@b.kz", "code_hash": b"i" * 32}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": None}),
    ("roster_entry", {"entry_id": "f" * 31, "reference": "P-2", "email": None, "code_hash": None}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "", "email": None, "code_hash": None}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": "", "code_hash": None}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": None, "language": "de", "code_hash": None}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": None, "code_hash": b"i" * 31}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": None, "code_hash": b"i" * 32, "leaf": None}),
    ("roster_entry", {"entry_id": "f" * 32, "reference": "P-2", "email": None, "code_hash": None, "campaign_id": "x"}),
    ("issuance", {}),
    ("issuance", {"entry_id": "f" * 32}),
    ("dispute", {"entry_id": "f" * 32}),
    ("turnout_band", {"band": "26"}),
    ("mailing", {"number": 0}),
    ("mailing", {"number": 1, "day": None}),
    ("mailing", {"number": 10, "day": "2026-11-05"}),
    ("mailing", {"number": 1, "day": "2026-11-05", "total": -1}),
    ("mail_queue", {}),
    ("mail_queue", {"number": 1}),
    ("mail_queue", {"entry_id": "f" * 32}),
    ("bounce", {"entry_id": "f" * 32}),
    ("bounce", {"status": "no"}),
    ("mail_stop", {"campaign_id": "b" * 32}),
    ("roster_upload", {"campaign_id": "b" * 31}),
    ("column_choice", {"body_code": "other", "titles": None}),
    ("handout", {"kind": "letters", "times": 0}),
    ("handout", {"kind": "other"}),
]


def test_the_database_itself_refuses_what_must_not_be(database):
    migrate(database, "identity")
    fill(database)

    for table, changes in REFUSED:
        with pytest.raises(IntegrityError):
            insert(database, table, **changes)
    insert(database, "roster_entry", entry_id="f" * 32, reference="P-2", email=None, code_hash=None, leaf=None)
    with pytest.raises(IntegrityError):
        insert(database, "issuance", entry_id="f" * 32, blinded_hash=b"b" * 31)


def test_an_error_of_the_database_quotes_no_value(database):
    migrate(database, "identity")
    fill(database)

    with pytest.raises(IntegrityError) as refused:
        insert(database, "roster_entry", entry_id="f" * 32, code_hash=None)

    assert "P-1" not in str(refused.value)
    assert "a@b.kz" not in str(refused.value)
