"""A stored record as it is shown to the public: every column of a table with its literal contents."""

from dataclasses import dataclass

from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True)
class Field:
    """One column and what stands in it: binary as hex digits, None for an empty column."""

    column: str
    value: str | None


@dataclass(frozen=True)
class Specimen:
    """One row of ``table`` with all its columns; ``fields`` are empty where the table holds no row."""

    table: str
    fields: tuple[Field, ...]


def specimen_of(kind: type[DeclarativeBase], row: DeclarativeBase | None) -> Specimen:
    """All columns of ``row``, in the table's order."""
    columns = kind.__table__.columns.keys()
    fields = () if row is None else tuple(Field(name, _text(getattr(row, name))) for name in columns)
    return Specimen(kind.__tablename__, fields)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else str(value)
