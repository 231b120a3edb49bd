"""Redeeming a token for one sealed response, exactly once, however often and from however many places it is sent."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from survey_app.domain import base64url
from survey_app.domain.batch import Envelope, Receipt, verify_envelope
from survey_app.domain.documents import sign_document
from survey_app.domain.errors import Malformed
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import find_campaign, refuse_void
from survey_app.responses.errors import CollectionClosed, CollectionNotOpen, DrawnNotPublished, TokenAlreadySpent
from survey_app.responses.models import ResponseRow
from survey_app.responses.office import CollectorOffice

WIRE_FIELDS = ("token", "signature", "holder_key", "holder_signature", "sealed")
_INSERT = text(
    "INSERT INTO response"
    " (token_hash, campaign_id, input_msg, signature, holder_key, holder_signature, sealed)"
    " SELECT :token_hash, campaign_id, :input_msg, :signature, :holder_key, :holder_signature, :sealed"
    " FROM campaign WHERE campaign_id = :campaign_id AND board IS NULL AND void IS NULL"
    " ON CONFLICT (token_hash) DO NOTHING"
)


def parse_submission(body: bytes) -> Envelope:
    """The envelope in a request's JSON. Raises Malformed for anything but the five fields."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(fields, dict) or set(fields) != set(WIRE_FIELDS):
        raise Malformed(f"expected exactly the fields {', '.join(WIRE_FIELDS)}")
    return Envelope(*(base64url.decode(fields[name]) for name in WIRE_FIELDS))


def submit(office: CollectorOffice, campaign_id: str, envelope: Envelope) -> tuple[str, bool]:
    """(receipt as compact JWS, whether the response was new). The receipt is made after the commit is durable.

    An identical envelope gets the same receipt again, even after the window: a respondent whose answer was lost
    in the last second still gets the proof of what was stored in time. Raises UnknownCampaign, CampaignVoid,
    CollectionNotOpen, DrawnNotPublished, CollectionClosed, Malformed, TokenInvalid, HolderSignatureInvalid,
    TokenAlreadySpent.
    """
    campaign = find_campaign(office, campaign_id)
    try:
        check_collecting(office, campaign)
    except CollectionClosed:
        if not _is_stored(office, campaign_id, envelope):
            raise
        return _receipt(office, campaign_id, envelope), False
    verify_envelope(campaign_id, envelope, campaign.issuer_key)
    is_new = _store(office, campaign_id, envelope)
    return _receipt(office, campaign_id, envelope), is_new


def check_collecting(office: CollectorOffice, campaign: Campaign) -> None:
    """Raise unless responses are taken now, by the office's clock and (with two visits) after M was published."""
    refuse_void(campaign)
    now, schedule = office.clock(), campaign.manifest.schedule
    if now < schedule.collection_opens:
        raise CollectionNotOpen("collecting has not opened")
    if now >= schedule.collection_closes:
        raise CollectionClosed("collecting has closed")
    if campaign.lacks_drawn:
        raise DrawnNotPublished("the issuer's drawn statement was not accepted yet")


def _store(office: CollectorOffice, campaign_id: str, envelope: Envelope) -> bool:
    """Whether the envelope was stored just now rather than before. Raises TokenAlreadySpent, CollectionClosed."""
    row = _row(campaign_id, envelope)
    is_new, stored = office.database.write_with_others(lambda session: _insert(session, row, envelope))
    if stored is None:
        raise CollectionClosed("the batch is frozen")
    if stored != row:
        raise TokenAlreadySpent("the token was redeemed with another envelope")
    return is_new


def _insert(
    session: Session, row: dict[str, bytes | str], envelope: Envelope
) -> tuple[bool, dict[str, bytes | str] | None]:
    """Whether the row is new, and what is stored under its token now."""
    if session.connection().execute(_INSERT, row).rowcount == 1:
        return True, row
    return False, _stored_row(session, envelope)


def _is_stored(office: CollectorOffice, campaign_id: str, envelope: Envelope) -> bool:
    with office.database.read() as session:
        return _stored_row(session, envelope) == _row(campaign_id, envelope)


def _row(campaign_id: str, envelope: Envelope) -> dict[str, bytes | str]:
    return {
        "token_hash": envelope.token_hash,
        "campaign_id": campaign_id,
        "input_msg": envelope.input_msg,
        "signature": envelope.signature,
        "holder_key": envelope.holder_key,
        "holder_signature": envelope.holder_signature,
        "sealed": envelope.sealed,
    }


def _stored_row(session: Session, envelope: Envelope) -> dict[str, bytes | str] | None:
    row = session.get(ResponseRow, envelope.token_hash)
    if row is None:
        return None
    stored = Envelope(row.input_msg, row.signature, row.holder_key, row.holder_signature, row.sealed)
    return _row(row.campaign_id, stored)


def _receipt(office: CollectorOffice, campaign_id: str, envelope: Envelope) -> str:
    return sign_document(Receipt(campaign_id, envelope.leaf), office.signing_key)
