"""Freezing a campaign's responses at close: the batch for the agency, the board for everyone."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.archive import AlreadyArchived
from survey_app.domain.batch import Board, Envelope, board_root, pack_batch
from survey_app.domain.documents import sign_document
from survey_app.responses.campaign import Campaign
from survey_app.responses.campaigns import find_campaign, read_campaign, refuse_void
from survey_app.responses.errors import BoardArchived, BoardNotReady, DocumentChanged, StepOutOfOrder, TooManyResponses
from survey_app.responses.models import CampaignRow, ResponseRow
from survey_app.responses.office import CollectorOffice
from survey_app.web.exchange import BATCH, BOARD


def close(office: CollectorOffice, campaign_id: str) -> Board:
    """Freeze the batch, rewrite the database without traces of order, hand batch and board to the exchange.

    May be run again after a crash anywhere: the same bytes come out. Raises UnknownCampaign, CampaignVoid,
    StepOutOfOrder (too early, or M is missing), TooManyResponses (K > M), DocumentExists, DatabaseBusy.
    """
    campaign = find_campaign(office, campaign_id)
    refuse_void(campaign)
    if read_campaign(office, campaign_id).is_archived:
        raise AlreadyArchived("the campaign is archived: its responses are destroyed, its board stays")
    _check_can_close(office, campaign)
    board, document, batch = _freeze(office, read_campaign(office, campaign_id))
    office.database.rewrite([ResponseRow.__tablename__])
    office.exchange.put(campaign_id, BATCH, batch)
    office.exchange.put_text(campaign_id, BOARD, document)
    read_campaign(office, campaign_id)
    return board


def find_board(office: CollectorOffice, campaign_id: str) -> Campaign:
    """The campaign with its board if it was closed or archived, by whichever process. Raises UnknownCampaign."""
    campaign = find_campaign(office, campaign_id)
    if campaign.board is None or (not campaign.is_archived and _was_archived(office, campaign_id)):
        return read_campaign(office, campaign_id)
    return campaign


def public_board(office: CollectorOffice, campaign_id: str) -> tuple[str, list[bytes]]:
    """(the board's compact JWS, sorted leaves of 64 bytes). Raises UnknownCampaign, BoardNotReady, BoardArchived."""
    campaign = find_board(office, campaign_id)
    if campaign.board_document is None:
        raise BoardNotReady("the batch is not closed")
    if campaign.is_archived:
        raise BoardArchived("the envelopes were destroyed when the campaign was archived")
    with office.database.read() as session:
        leaves = sorted(envelope.leaf for envelope in _envelopes(session, campaign_id))
    return campaign.board_document, leaves


def _was_archived(office: CollectorOffice, campaign_id: str) -> bool:
    with office.database.read() as session:
        return session.scalars(
            select(CampaignRow.archive.is_not(None)).where(CampaignRow.campaign_id == campaign_id)
        ).one()


def _check_can_close(office: CollectorOffice, campaign: Campaign) -> None:
    campaign_id, closes = campaign.manifest.campaign_id, campaign.manifest.schedule.collection_closes
    if office.clock() < closes:
        raise StepOutOfOrder(
            f"collecting is open until {closes:%Y-%m-%d %H:%M} UTC by the manifest: closing is allowed after that"
        )
    if campaign.drawn is None and read_campaign(office, campaign_id).drawn is None:
        raise StepOutOfOrder(
            "the issuer's signed statement of M is missing: allowed now is "
            f"`pikir collector accept-drawn {campaign_id}`, once drawn.jws is in the exchange folder"
        )


def _freeze(office: CollectorOffice, campaign: Campaign) -> tuple[Board, str, bytes]:
    """Store the board in the transaction that reads the responses: nothing can be added after it."""
    campaign_id = campaign.manifest.campaign_id
    with office.database.write() as session:
        envelopes = _envelopes(session, campaign_id)
        batch = pack_batch(campaign_id, envelopes)
        board = _board(campaign, envelopes, batch)
        document = sign_document(board, office.signing_key)
        row = session.get_one(CampaignRow, campaign_id)
        if row.board not in (None, document):
            raise DocumentChanged("the stored responses do not give the board that was signed at close")
        row.board = document
    return board, document, batch


def _board(campaign: Campaign, envelopes: list[Envelope], batch: bytes) -> Board:
    received, drawn = len(envelopes), campaign.drawn.drawn if campaign.drawn else 0
    if received > drawn:
        raise TooManyResponses(
            f"K = {received} responses, but the issuer says that only M = {drawn} tokens were drawn: tokens were made "
            "outside the rules. Nothing was closed; tell the agency, which can only declare this campaign void"
        )
    return Board(
        campaign_id=campaign.manifest.campaign_id,
        manifest=campaign.fingerprint,
        eligible=campaign.manifest.eligible,
        drawn=drawn,
        received=received,
        root=board_root(envelope.leaf for envelope in envelopes),
        batch=hashlib.sha256(batch).digest(),
    )


def _envelopes(session: Session, campaign_id: str) -> list[Envelope]:
    columns = (
        ResponseRow.input_msg,
        ResponseRow.signature,
        ResponseRow.holder_key,
        ResponseRow.holder_signature,
        ResponseRow.sealed,
    )
    return [Envelope(*row) for row in session.execute(select(*columns).where(ResponseRow.campaign_id == campaign_id))]
