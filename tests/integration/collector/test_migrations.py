"""The responses database's schema: as the models say, up and down, and strict by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from survey_app.responses.models import Base, CampaignRow, PinnedKey, ResponseRow
from survey_app.web.database import Database, migrate, migrate_down, open_database
from tests.economy import STORAGE_RULES

CAMPAIGN_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TABLES = {"pinned_key", "campaign", "response"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'responses.sqlite'}")
    migrate(database, "responses")
    yield database
    database.dispose()


def response(**changes: bytes | str) -> ResponseRow:
    widths = {"token_hash": 32, "input_msg": 94, "signature": 384, "holder_key": 65, "holder_signature": 64}
    fields = {name: bytes(width) for name, width in widths.items()} | {"sealed": bytes(145)}
    return ResponseRow(**({"campaign_id": CAMPAIGN_ID} | fields | changes))


def fill(database: Database) -> None:
    with database.write() as session:
        session.add(CampaignRow(campaign_id=CAMPAIGN_ID, draft="draft"))
        session.add(PinnedKey(office="agency", public_key=bytes(32)))
        session.flush()
        session.add(response())


def test_the_schema_is_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_down_and_up_again_with_data(database: Database) -> None:
    fill(database)
    migrate_down(database, "responses", "base")
    assert TABLES.isdisjoint(inspect(database.engine).get_table_names())
    migrate(database, "responses")
    assert set(inspect(database.engine).get_table_names()) >= TABLES
    fill(database)


@pytest.mark.parametrize(
    "row",
    [
        response(token_hash=bytes(31)),
        response(input_msg=bytes(95)),
        response(signature=b""),
        response(holder_key=bytes(64)),
        response(holder_signature=bytes(65)),
        response(sealed=bytes(144)),
        response(campaign_id="ff" * 16),
        CampaignRow(campaign_id="short", draft="draft"),
        CampaignRow(campaign_id="ff" * 16, draft="draft", drawn="drawn"),
        CampaignRow(campaign_id="ff" * 16, draft="draft", manifest="manifest", board="board"),
        PinnedKey(office="issuer", public_key=bytes(31)),
    ],
)
def test_the_database_itself_refuses_what_cannot_be(database: Database, row: Base) -> None:
    with database.write() as session:
        session.add(CampaignRow(campaign_id=CAMPAIGN_ID, draft="draft"))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(row)


def test_storage_rules_of_the_anonymous_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.web.database._PRAGMAS", STORAGE_RULES)
    database = open_database(f"sqlite:///{tmp_path / 'responses.sqlite'}")
    with database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    database.dispose()
    assert pragmas == {"journal_mode": "delete", "synchronous": 2, "secure_delete": 1}
