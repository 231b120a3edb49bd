"""Issuing: one blind signature for one roster entry, for one blinded message, as often as it is asked for.

The office commits "this entry -> SHA-256(this blinded message)" durably and only then signs, so that a crash can
neither lose a draw nor give two tokens.
"""

import hashlib

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from survey_app.identity.campaigns import VOID_TEXT, find_active
from survey_app.identity.enrolment import forget_signer, load_signer
from survey_app.identity.errors import (
    AlreadyIssued,
    CampaignVoid,
    IssuingClosed,
    IssuingNotOpen,
    UnknownInvitation,
)
from survey_app.identity.inserting import insert_once
from survey_app.identity.invitations import hash_code, parse_code
from survey_app.identity.models import CampaignRow, IssuanceRow, RosterEntryRow, TurnoutBandRow
from survey_app.identity.office import AcceptedCampaign, IssuerOffice
from survey_app.identity.turnout import note_midnight

_ENTRY = (
    select(RosterEntryRow.entry_id, IssuanceRow.blinded_hash)
    .outerjoin(IssuanceRow, IssuanceRow.entry_id == RosterEntryRow.entry_id)
    .where(RosterEntryRow.code_hash == bindparam("code_hash"), RosterEntryRow.campaign_id == bindparam("campaign_id"))
)
_GUARD = (
    select(CampaignRow.drawn, CampaignRow.void, TurnoutBandRow.day)
    .outerjoin(TurnoutBandRow, TurnoutBandRow.campaign_id == CampaignRow.campaign_id)
    .where(CampaignRow.campaign_id == bindparam("campaign_id"))
    .with_for_update(read=True, of=CampaignRow)
)


def issue(office: IssuerOffice, campaign_id: str, code: str, blinded_message: bytes) -> bytes:
    """The blind signature (384 bytes) over ``blinded_message``, which becomes the only one for this code.

    What could be refused for any code is refused before the code is looked at, so that outside the window no answer
    depends on it. Raises UnknownCampaign, CampaignVoid, IssuingNotOpen, IssuingClosed, Malformed, CodeMalformed,
    UnknownInvitation, AlreadyIssued.
    """
    code_hash = hash_code(parse_code(code))
    campaign = find_active(office, campaign_id)
    _require_issuing(office, campaign)
    signer = load_signer(office, campaign_id)
    signer.check(blinded_message)
    wanted = hashlib.sha256(blinded_message).digest()
    with office.database.read() as session:
        entry_id, issued = find_entry(session, campaign_id, code_hash)
    if issued is None:
        issued = office.database.write_with_others(lambda session: _commit(office, campaign, session, entry_id, wanted))
    if issued != wanted:
        raise AlreadyIssued("a token was drawn with this code before, from another device or browser")
    return signer.blind_sign(blinded_message)


def find_entry(session: Session, campaign_id: str, code_hash: bytes) -> tuple[str, bytes | None]:
    """(entry id, hash of the blinded message that was signed for it or None). Raises UnknownInvitation."""
    found = session.connection().execute(_ENTRY, {"code_hash": code_hash, "campaign_id": campaign_id}).one_or_none()
    if found is None:
        raise UnknownInvitation("no entry of this campaign's roster has this code")
    return found[0], found[1]


def _commit(office: IssuerOffice, campaign: AcceptedCampaign, session: Session, entry_id: str, wanted: bytes) -> bytes:
    """Record the draw unless there is one; the hash that counts. Nothing is added once M is published."""
    guard = session.connection().execute(_GUARD, {"campaign_id": campaign.campaign_id}).one()
    if guard.void is not None:
        raise CampaignVoid(VOID_TEXT)
    if guard.drawn is not None:
        raise IssuingClosed("the number of tokens drawn is published")
    _require_issuing(office, campaign)
    note_midnight(office, campaign, session, guard.day)
    if insert_once(session, IssuanceRow, {"entry_id": entry_id, "blinded_hash": wanted}):
        return wanted
    return session.execute(select(IssuanceRow.blinded_hash).where(IssuanceRow.entry_id == entry_id)).scalar_one()


def _require_issuing(office: IssuerOffice, campaign: AcceptedCampaign) -> None:
    schedule, now = campaign.manifest.schedule, office.clock()
    if now < schedule.issuance_opens:
        raise IssuingNotOpen("issuing has not begun")
    if not schedule.is_issuing(now):
        forget_signer(office, campaign.campaign_id)
        raise IssuingClosed("issuing is over")
