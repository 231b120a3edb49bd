"""Corrections of a roster, entry by entry, until enrolling freezes it; and looking entries up. Never a code."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import require_not_void, require_row
from survey_app.identity.errors import StepOutOfOrder, UnknownEntry
from survey_app.identity.models import RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster import ENTRY_ID_BYTES, FROZEN
from survey_app.identity.roster_rows import N_, RosterRow, RowRefused, check_entry


@dataclass(frozen=True)
class RosterPage:
    """Some entries by reference, how many fit the search, and how many there are."""

    entries: tuple[RosterRow, ...]
    fitting: int
    count: int


def roster_page(office: IssuerOffice, campaign_id: str, search: str = "", start: int = 0, most: int = 50) -> RosterPage:
    """Entries whose reference or address contains ``search``, ``most`` from the ``start``-th on."""
    of_campaign = RosterEntryRow.campaign_id == campaign_id
    wanted = of_campaign
    if search.strip():
        text = search.strip()
        fits = (column.icontains(text, autoescape=True) for column in (RosterEntryRow.reference, RosterEntryRow.email))
        wanted &= or_(*fits)
    rows = select(RosterEntryRow.reference, RosterEntryRow.email, RosterEntryRow.language).where(wanted)
    with office.database.read() as session:
        found = session.execute(rows.order_by(RosterEntryRow.reference).offset(start).limit(most)).all()
        entries = tuple(RosterRow(row.reference, row.email, row.language) for row in found)
        return RosterPage(entries, _count(session, wanted), _count(session, of_campaign))


def add_entry(office: IssuerOffice, campaign_id: str, *, reference: str, email: str, language: str) -> RosterRow:
    """Add somebody. Raises RowRefused, StepOutOfOrder (no roster yet, or frozen), CampaignVoid."""
    row = check_entry(reference, email, language)
    require_not_void(office, campaign_id)
    with office.database.write() as session:
        _require_open(session, campaign_id)
        _require_new(session, campaign_id, row, None)
        session.add(
            RosterEntryRow(
                entry_id=secrets.token_hex(ENTRY_ID_BYTES),
                campaign_id=campaign_id,
                reference=row.reference,
                email=row.email,
                language=row.language,
            )
        )
    return row


def change_entry(
    office: IssuerOffice, campaign_id: str, before: str, *, reference: str, email: str, language: str
) -> RosterRow:
    """Correct the entry whose reference is ``before``. Raises as add_entry does, and UnknownEntry."""
    row = check_entry(reference, email, language)
    require_not_void(office, campaign_id)
    with office.database.write() as session:
        _require_open(session, campaign_id)
        entry = _find(session, campaign_id, before)
        _require_new(session, campaign_id, row, entry.entry_id)
        entry.reference, entry.email, entry.language = row.reference, row.email, row.language
    return row


def remove_entry(office: IssuerOffice, campaign_id: str, reference: str) -> None:
    """Take somebody off. Raises UnknownEntry, StepOutOfOrder, CampaignVoid."""
    require_not_void(office, campaign_id)
    with office.database.write() as session:
        _require_open(session, campaign_id)
        entry = _find(session, campaign_id, reference)
        session.execute(delete(RosterEntryRow).where(RosterEntryRow.entry_id == entry.entry_id))


def _require_open(session: Session, campaign_id: str) -> None:
    if require_row(session, campaign_id).enrolment is not None:
        raise StepOutOfOrder(FROZEN)


def _require_new(session: Session, campaign_id: str, row: RosterRow, own: str | None) -> None:
    """Raise RowRefused if another entry has this reference or address, whatever the capitals."""
    found = session.execute(
        select(RosterEntryRow.entry_id, RosterEntryRow.reference, RosterEntryRow.email).where(
            RosterEntryRow.campaign_id == campaign_id
        )
    )
    reference, email = row.reference.casefold(), (row.email or "").casefold()
    for entry_id, other_reference, other_email in found:
        if entry_id != own and other_reference.casefold() == reference:
            raise RowRefused(N_("another entry has the same reference"))
        if entry_id != own and email and (other_email or "").casefold() == email:
            raise RowRefused(N_("another entry has the same address"))


def _find(session: Session, campaign_id: str, reference: str) -> RosterEntryRow:
    entry = session.scalars(
        select(RosterEntryRow).where(RosterEntryRow.campaign_id == campaign_id, RosterEntryRow.reference == reference)
    ).one_or_none()
    if entry is None:
        raise UnknownEntry("no entry of this roster has this reference; it may have been changed meanwhile")
    return entry


def _count(session: Session, wanted: object) -> int:
    return session.execute(select(func.count()).select_from(RosterEntryRow).where(wanted)).scalar_one()  # type: ignore[arg-type]
