"""The staffing register: how many servants each body has by the agency's own books, to compare the rosters' N with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.campaigns.hand_ins import BadRow, Columns, Reason, RowRefused, find_columns, whole_number
from analytics.campaigns.reading import Campaign, find_round
from analytics.campaigns.terms import CODE
from analytics.models import StaffingNumberRow, StaffingStatementRow
from analytics.office import AgencyOffice
from analytics.staffing_statement import StaffingStatement
from survey_app.domain import signing
from survey_app.domain.documents import from_payload, read_document
from survey_app.domain.errors import Malformed, PikirError
from survey_app.staff import journal
from survey_app.web.spreadsheet import Row, Table

IMPORT = "import-staffing"
MOST_SERVANTS = 1_000_000
TITLES: Mapping[str, frozenset[str]] = {
    "code": frozenset({"code", "body code", "коды", "код", "орган коды", "код органа"}),
    "servants": frozenset(
        {
            "servants",
            "number",
            "n",
            "қызметшілер",
            "қызметшілер саны",
            "саны",
            "служащие",
            "число служащих",
            "численность",
        }
    ),
}


class RegisterEmpty(PikirError):
    """A register without one row that can be taken."""

    slug = "register-empty"


@dataclass(frozen=True)
class StaffingFile:
    """Servants by body code, and rows that cannot be taken."""

    servants: Mapping[str, int]
    bad_rows: tuple[BadRow, ...]
    ignored_columns: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """``login`` handed a number of the register in; ``replaced`` is the one that stood there before, if any."""

    login: str
    replaced: int | None


def read_staffing(table: Table) -> StaffingFile:
    """A register's table: body code and number of servants. Raises ColumnsUnknown."""
    columns = find_columns(table, TITLES, ("code", "servants"))
    found: dict[str, int] = {}
    lines: dict[str, int] = {}
    bad: list[BadRow] = []
    for row in table.rows[1:]:
        try:
            code, servants = _row(row, columns, lines)
        except RowRefused as refused:
            bad.append(refused.bad)
        else:
            found[code] = servants
    return StaffingFile(found, tuple(bad), columns.ignored)


def import_register(
    office: AgencyOffice, round_code: str, servants: Mapping[str, int], *, actor: str = journal.COMMAND_LINE
) -> None:
    """Make these numbers the round's register; bodies that it had and these have not keep theirs.

    Raises UnknownRound, RegisterEmpty, Malformed for a code or number that no table could bring.
    """
    find_round(office, round_code)
    for code, number in servants.items():
        if not CODE.fullmatch(code) or not 1 <= number <= MOST_SERVANTS:
            raise Malformed("the staffing register names no such body or number")
    if not servants:
        raise RegisterEmpty("the staffing register has no row that can be taken; nothing was changed")
    with office.database.write() as session:
        for code, number in servants.items():
            session.merge(StaffingNumberRow(round=round_code, body=code, servants=number))
        session.flush()
        numbers = json.dumps(dict(servants), sort_keys=True)
        total = sum(servants.values())
        journal.record(
            session, office.clock, actor, IMPORT, round_code, bodies=len(servants), sum=total, numbers=numbers
        )


def register_of(office: AgencyOffice, round_code: str) -> dict[str, int]:
    """Servants by body code."""
    with office.database.read() as session:
        rows = session.scalars(select(StaffingNumberRow).where(StaffingNumberRow.round == round_code))
        return {row.body: row.servants for row in rows}


def registered_number(session: Session, round_code: str, body_code: str) -> int | None:
    """The register's number of a body's servants, None if it has none."""
    row = session.get(StaffingNumberRow, (round_code, body_code))
    return None if row is None else row.servants


def register_origin(session: Session, round_code: str, body_code: str) -> Origin | None:
    """Who handed in a body's number, and what it replaced, by the journal; None for a number that it does not know.

    One officer does it alone, and N is compared with it: the officer who approves the announcement looks at whose
    word it is.
    """
    known: list[tuple[str, int]] = []
    for row in journal.entries_about(session, IMPORT, round_code):
        numbers = json.loads(json.loads(row.details).get("numbers", "{}"))
        if body_code in numbers and (not known or known[-1][1] != numbers[body_code]):
            known.append((row.actor, numbers[body_code]))
    if not known:
        return None
    return Origin(known[-1][0], known[-2][1] if len(known) > 1 else None)


def statements(office: AgencyOffice) -> dict[str, StaffingStatement]:
    """What was signed when campaigns were announced, by campaign."""
    with office.database.read() as session:
        rows = session.scalars(select(StaffingStatementRow))
        return {row.campaign_id: from_payload(StaffingStatement, signing.peek(row.jws)[1]) for row in rows}


def statement_of(office: AgencyOffice, campaign: Campaign) -> StaffingStatement | None:
    """What was signed when this campaign was announced; None if there was no register then. Raises SignatureInvalid."""
    with office.database.read() as session:
        row = session.get(StaffingStatementRow, campaign.campaign_id)
    return None if row is None else read_document(StaffingStatement, row.jws, campaign.draft.agency_key)


def _row(row: Row, columns: Columns, lines: dict[str, int]) -> tuple[str, int]:
    values = columns.values(row)
    code = values["code"]
    if not CODE.fullmatch(code):
        raise RowRefused(row.line, Reason.CODE, code)
    before = lines.setdefault(code, row.line)
    if before != row.line:
        raise RowRefused(row.line, Reason.REPEATED, str(before))
    return code, whole_number(row.line, "servants", values["servants"], 1, MOST_SERVANTS)
