"""What is stored of one issuance, literally, for the page "What we store".

In earnest nobody's row is ever shown: the page gets an example, made in the same tables' shape by the same functions.
"""

import hashlib
import secrets

from sqlalchemy import select

from survey_app.identity.invitations import hash_code, roster_leaf
from survey_app.identity.models import IssuanceRow, RosterEntryRow
from survey_app.identity.office import IssuerOffice
from survey_app.identity.roster import ENTRY_ID_BYTES
from survey_app.web.specimen import Specimen, specimen_of

BLINDED_BYTES = 384


def stored_issuance(office: IssuerOffice, campaign_id: str) -> tuple[bool, list[Specimen]]:
    """(whether they are from the database, the rows of one person): of a demonstration's fictional people only."""
    if office.config.demo:
        found = _from_database(office, campaign_id)
        if found is not None:
            return True, _specimens(*found)
    return False, _specimens(*_example(campaign_id))


def _from_database(office: IssuerOffice, campaign_id: str) -> tuple[RosterEntryRow, IssuanceRow | None] | None:
    """Somebody who has drawn, if anybody has; identifiers are random, so the least one says nothing."""
    wanted = (
        select(RosterEntryRow, IssuanceRow)
        .outerjoin(IssuanceRow, IssuanceRow.entry_id == RosterEntryRow.entry_id)
        .where(RosterEntryRow.campaign_id == campaign_id)
        .order_by(IssuanceRow.entry_id.is_(None), RosterEntryRow.entry_id)
        .limit(1)
    )
    with office.database.read() as session:
        found = session.execute(wanted).first()
    return None if found is None else (found[0], found[1])


def _example(campaign_id: str) -> tuple[RosterEntryRow, IssuanceRow]:
    code, reference = secrets.token_bytes(16), "EXAMPLE-0001"
    entry = RosterEntryRow(
        entry_id=secrets.token_hex(ENTRY_ID_BYTES),
        campaign_id=campaign_id,
        reference=reference,
        email="someone@example.org",
        language="kk",
        code_hash=hash_code(code),
        leaf=roster_leaf(code, reference),
    )
    blinded_hash = hashlib.sha256(secrets.token_bytes(BLINDED_BYTES)).digest()
    return entry, IssuanceRow(entry_id=entry.entry_id, blinded_hash=blinded_hash)


def _specimens(entry: RosterEntryRow, issuance: IssuanceRow | None) -> list[Specimen]:
    return [specimen_of(RosterEntryRow, entry), specimen_of(IssuanceRow, issuance)]
