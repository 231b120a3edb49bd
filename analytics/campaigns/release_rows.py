"""Deleting Releases with all that hangs on them in the database, by the schema: nothing added later is forgotten."""

from collections.abc import Collection

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from analytics.models import Base, ReleaseRow

RELEASE = ReleaseRow.__table__


def delete_releases(session: Session, campaign_id: str, numbers: Collection[int]) -> None:
    """Records, times of attacks and the like first, then the Releases with these numbers."""
    for table in (*hanging(), RELEASE):
        session.execute(
            delete(table).where(table.c.campaign_id == campaign_id, table.c.number.in_(numbers))  # type: ignore[arg-type]
        )


def hanging() -> list[Table]:
    """Tables whose rows refer to a Release."""
    tables = reversed(Base.metadata.sorted_tables)
    return [table for table in tables if any(key.column.table is RELEASE for key in table.foreign_keys)]
