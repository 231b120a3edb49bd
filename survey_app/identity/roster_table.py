"""A roster from a table in which the personnel service itself says which column is which; kept until it is taken over.

What was uploaded waits in the identity database, beside the roster that it will become; importing, withdrawing,
another upload or enrolling erases it: it may hold columns, such as names, that are never stored otherwise. The choice
of columns is remembered for the body.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete

from survey_app.identity import roster_rows
from survey_app.identity.campaigns import require_not_void
from survey_app.identity.errors import ColumnsUnclear, NoUpload
from survey_app.identity.models import ColumnChoiceRow, RosterUploadRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster import require_open_roster
from survey_app.identity.roster_rows import COLUMNS, REFERENCE, BadRow, RosterRow, header_name, known_column
from survey_app.web.spreadsheet import Row, Table


@dataclass(frozen=True)
class Choice:
    """Which column is which: places from 0 by ``reference``, ``email``, ``language``; whether line 1 is a heading."""

    places: Mapping[str, int]
    has_heading: bool = True


@dataclass(frozen=True)
class CheckedTable:
    """Rows that can be taken, the others with their reasons, and headings of the columns that are left out."""

    rows: tuple[RosterRow, ...]
    bad_rows: tuple[BadRow, ...]
    left_out: tuple[str, ...]


def keep_upload(office: IssuerOffice, campaign_id: str, table: Table) -> None:
    """Keep an uploaded table, in place of an earlier one. Raises StepOutOfOrder (frozen), CampaignVoid."""
    require_not_void(office, campaign_id)
    found = [[row.line, row.cells, row.formulas] for row in table.rows]
    content = zlib.compress(json.dumps({"rows": found, "left_out": table.left_out}, ensure_ascii=False).encode(), 6)
    with office.database.write(erasing=[RosterUploadRow.__tablename__]) as session:
        require_open_roster(session, campaign_id)
        session.merge(RosterUploadRow(campaign_id=campaign_id, content=content))


def find_upload(office: IssuerOffice, campaign_id: str) -> Table:
    """The table that waits. Raises NoUpload."""
    with office.database.read() as session:
        row = session.get(RosterUploadRow, campaign_id)
    if row is None:
        raise NoUpload("no uploaded table waits for this campaign: it was taken over or withdrawn meanwhile")
    found = json.loads(zlib.decompress(row.content))
    lines = tuple(Row(line, tuple(cells), tuple(formulas)) for line, cells, formulas in found["rows"])
    return Table(lines, tuple(found["left_out"]))


def drop_upload(office: IssuerOffice, campaign_id: str) -> None:
    """Withdraw the table that waits; none is fine."""
    with office.database.write(erasing=[RosterUploadRow.__tablename__]) as session:
        session.execute(delete(RosterUploadRow).where(RosterUploadRow.campaign_id == campaign_id))


def width_of(table: Table) -> int:
    """How many columns the table has."""
    return max(len(row.cells) for row in table.rows)


def titles_of(table: Table) -> tuple[str, ...]:
    """What stands in the first line, for every column."""
    first = table.rows[0].cells
    return first + ("",) * (width_of(table) - len(first))


def propose_choice(office: IssuerOffice, body_code: str, table: Table) -> Choice:
    """The columns as this body chose them last, where the headings are the same; else by well-known headings."""
    with office.database.read() as session:
        row = session.get(ColumnChoiceRow, body_code)
    remembered: dict[str, str] = {} if row is None else json.loads(row.titles)
    titles = [header_name(title) for title in titles_of(table)]
    places: dict[str, int] = {}
    for column in COLUMNS:
        if remembered.get(column) in titles:
            places[column] = titles.index(remembered[column])
    if REFERENCE not in places:
        places = {known: place for place, title in reversed(list(enumerate(titles))) if (known := known_column(title))}
    return Choice(places, has_heading=bool(places) or not any("@" in title for title in titles))


def remember_choice(office: IssuerOffice, body_code: str, table: Table, choice: Choice) -> None:
    """Propose these columns to the body the next time; without a heading there is nothing to know them by."""
    if not choice.has_heading:
        return
    titles = titles_of(table)
    named = {column: header_name(titles[place]) for column, place in choice.places.items() if titles[place]}
    with office.database.write() as session:
        session.merge(ColumnChoiceRow(body_code=body_code, titles=json.dumps(named, ensure_ascii=False)))


def check_table(table: Table, choice: Choice) -> CheckedTable:
    """Check every row. Raises ColumnsUnclear (no reference, or one column is two things)."""
    places = dict(choice.places)
    if REFERENCE not in places or len(set(places.values())) < len(places):
        raise ColumnsUnclear("choose the column with the reference, and a different one for each of the others")
    good, bad = roster_rows.check_table(table, places, has_heading=choice.has_heading)
    left_out = [title for place, title in enumerate(titles_of(table)) if place not in places.values() and title]
    return CheckedTable(good, bad, tuple(left_out) if choice.has_heading else ())
