"""Invitation codes and links. Codes are stored nowhere: they are derived again while the invitation key exists.

code         first 16 bytes of HMAC-SHA-256(invitation key, campaign_id || entry id), as 26 base32 characters
roster leaf  SHA-256(0x00 || HMAC-SHA-256(code, "pikir/roster-salt/1")[:16] || reference)
link         {issuer's address}/{language}/c/{campaign_id}/draw#{code}.{manifest's fingerprint}
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.merkle import leaf_hash
from survey_app.identity.campaigns import find_accepted, require_not_void, require_row
from survey_app.identity.errors import CodeMalformed, StepOutOfOrder
from survey_app.identity.models import RosterEntryRow
from survey_app.identity.office import IssuerOffice

CODE_BYTES = 16
CODE_CHARACTERS = 26
SALT_BYTES = 16
SALT_DOMAIN = b"pikir/roster-salt/1"


@dataclass(frozen=True)
class Invitation:
    """What one eligible person gets. The code is a secret of that person: whoever has it can draw in his name."""

    reference: str
    email: str | None
    language: str
    code: str
    link: str


def invitation_key_label(campaign_id: str) -> str:
    """The invitation key's name in the key store."""
    return f"invitation-{campaign_id}"


def new_invitation_key() -> bytes:
    """A fresh key from which all codes of one campaign are derived, 32 bytes."""
    return secrets.token_bytes(32)


def derive_code(invitation_key: bytes, campaign_id: str, entry_id: str) -> bytes:
    """The code of one roster entry, 16 bytes; the identifiers are hexadecimal."""
    message = bytes.fromhex(campaign_id) + bytes.fromhex(entry_id)
    return hmac.digest(invitation_key, message, "sha256")[:CODE_BYTES]


def format_code(code: bytes) -> str:
    """26 upper-case base32 characters (RFC 4648, section 6, without padding)."""
    return base64.b32encode(code).decode("ascii").rstrip("=")


def parse_code(text: str) -> bytes:
    """The code's 16 bytes; upper or lower case. Raises CodeMalformed for anything but the text of one code."""
    if len(text) != CODE_CHARACTERS or not text.isascii():
        raise CodeMalformed(f"an invitation code has {CODE_CHARACTERS} characters")
    try:
        code = base64.b32decode(text.upper() + "======")
    except binascii.Error as error:
        raise CodeMalformed("not base32") from error
    if format_code(code) != text.upper():
        raise CodeMalformed("not the canonical text of a code")
    return code


def hash_code(code: bytes) -> bytes:
    """SHA-256 of the code's 16 bytes: all that the database knows of it."""
    return hashlib.sha256(code).digest()


def roster_leaf(code: bytes, reference: str) -> bytes:
    """The entry's leaf in the roster's tree, 32 bytes; hides the reference from all who lack the code."""
    salt = hmac.digest(code, SALT_DOMAIN, "sha256")[:SALT_BYTES]
    return leaf_hash(salt + reference.encode())


def invitations(office: IssuerOffice, campaign_id: str, language: str | None = None) -> list[Invitation]:
    """Every invitation of an accepted campaign, by reference; in ``language`` instead of each person's own.

    Raises StepOutOfOrder, CampaignVoid, KeyMissing.
    """
    require_not_void(office, campaign_id)
    with office.database.read() as session:
        require_invitable(session, campaign_id)
        entries = session.execute(
            select(
                RosterEntryRow.entry_id, RosterEntryRow.reference, RosterEntryRow.email, RosterEntryRow.language
            ).where(RosterEntryRow.campaign_id == campaign_id)
        ).all()
    key = office.keys.load(invitation_key_label(campaign_id))
    fingerprint = find_accepted(office, campaign_id).fingerprint.hex()
    found = []
    for entry_id, reference, email, own_language in entries:
        code = format_code(derive_code(key, campaign_id, entry_id))
        spoken = language or own_language
        link = invitation_link(office, campaign_id, spoken, code, fingerprint)
        found.append(Invitation(reference, email, spoken, code, link))
    return sorted(found, key=lambda invitation: invitation.reference)


def invitation_link(office: IssuerOffice, campaign_id: str, language: str, code: str, fingerprint: str) -> str:
    """The address of the drawing page with one person's code; the fingerprint is hexadecimal."""
    return f"{office.config.url}/{language}/c/{campaign_id}/draw#{code}.{fingerprint}"


def require_invitable(session: Session, campaign_id: str) -> None:
    """Raise StepOutOfOrder unless the campaign's links can be derived: from its acceptance until M is published."""
    row = require_row(session, campaign_id)
    if row.enrolment is None:
        raise StepOutOfOrder("this office has not enrolled in the campaign: import the roster, then pikir issuer enrol")
    if row.manifest is None:
        raise StepOutOfOrder(
            "an invitation names the manifest's fingerprint, and none is accepted yet. "
            "Once the agency has announced the campaign: pikir issuer accept"
        )
    if row.drawn is not None:
        raise StepOutOfOrder("issuing is over and its number published: the invitation codes are destroyed")
