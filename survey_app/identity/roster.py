"""The roster of a campaign: imported whole or not at all, replaced until enrolment, frozen from then on."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import read_draft, require_not_void
from survey_app.identity.errors import StepOutOfOrder
from survey_app.identity.models import CampaignRow, RosterEntryRow, RosterUploadRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster_file import parse_roster, parse_workbook
from survey_app.identity.roster_rows import BadRow, RosterRow

ENTRY_ID_BYTES = 16
FROZEN = (
    "the roster is frozen: this office has enrolled in the campaign with it. "
    "Next: accept the manifest once the agency has announced it (pikir issuer accept)"
)


@dataclass(frozen=True)
class RosterImport:
    """How an import went: how many entries the roster has now, the lines left out, the columns not stored."""

    imported: int
    bad_rows: tuple[BadRow, ...]
    ignored_columns: tuple[str, ...]


class RosterHasBadRows(StepOutOfOrder):
    """Some lines of a roster cannot be taken, so none was; ``bad_rows`` lists them."""

    slug = "roster-has-bad-rows"

    def __init__(self, bad_rows: tuple[BadRow, ...]) -> None:
        lines = "\n".join(f"  line {row.line}: {row.reason}" for row in bad_rows)
        super().__init__(
            f"nothing was imported, because {len(bad_rows)} lines cannot be taken:\n{lines}\n"
            "Correct the file and import it again, or add --skip-bad to import the other lines"
        )
        self.bad_rows = bad_rows


def import_roster(
    office: IssuerOffice, campaign_id: str, data: bytes, *, name: str = "roster.csv", skip_bad: bool = False
) -> RosterImport:
    """Take the roster of a drafted campaign from a CSV or XLSX file's bytes, in place of an earlier one.

    Raises RosterUnreadable, SpreadsheetRefused, RosterHasBadRows (unless ``skip_bad``), StepOutOfOrder (no good row, or
    enrolled already), CampaignVoid, DocumentMissing (no draft), KeyChanged.
    """
    require_not_void(office, campaign_id)
    file = parse_workbook(data, name) if name.lower().endswith(".xlsx") else parse_roster(data)
    if file.bad_rows and not skip_bad:
        raise RosterHasBadRows(file.bad_rows)
    replace_roster(office, campaign_id, file.rows)
    return RosterImport(len(file.rows), file.bad_rows, file.ignored_columns)


def replace_roster(office: IssuerOffice, campaign_id: str, rows: Sequence[RosterRow]) -> None:
    """Make these rows the roster of a drafted campaign, in place of an earlier one.

    Raises StepOutOfOrder (no row, or enrolled already), CampaignVoid, DocumentMissing (no draft), KeyChanged.
    """
    require_not_void(office, campaign_id)
    if not rows:
        raise StepOutOfOrder("nothing was imported: the file has no line that can be taken")
    with office.database.write(erasing=[RosterUploadRow.__tablename__]) as session:
        _, document = read_draft(office, campaign_id, session)
        row = session.get(CampaignRow, campaign_id) or CampaignRow(campaign_id=campaign_id, draft=document)
        if row.enrolment is not None:
            raise StepOutOfOrder(FROZEN)
        row.draft = document
        session.add(row)
        session.flush()
        session.execute(delete(RosterEntryRow).where(RosterEntryRow.campaign_id == campaign_id))
        session.execute(insert(RosterEntryRow), _entries(campaign_id, rows))
        session.execute(delete(RosterUploadRow).where(RosterUploadRow.campaign_id == campaign_id))


def require_open_roster(session: Session, campaign_id: str) -> None:
    """Raise StepOutOfOrder if the campaign's roster is frozen; one of which nothing is known yet is open."""
    row = session.get(CampaignRow, campaign_id)
    if row is not None and row.enrolment is not None:
        raise StepOutOfOrder(FROZEN)


def _entries(campaign_id: str, rows: Iterable[RosterRow]) -> list[dict[str, str | None]]:
    return [
        {
            "entry_id": secrets.token_hex(ENTRY_ID_BYTES),
            "campaign_id": campaign_id,
            "reference": row.reference,
            "email": row.email,
            "language": row.language,
        }
        for row in rows
    ]
