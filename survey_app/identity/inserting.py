"""Inserting a row unless its key exists, on SQLite and PostgreSQL: a key never reaches an error message or a log."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_once(session: Session, row: Any, values: dict[str, Any]) -> bool:
    """Insert into the table of the mapped class ``row`` unless a row with that key exists; whether it did."""
    connection = session.connection()
    return connection.execute(_statement(row.__table__, connection.dialect.name), values).rowcount == 1


@cache
def _statement(table: Table, dialect: str) -> Insert:
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    statement: Insert = insert(table).on_conflict_do_nothing()
    return statement
