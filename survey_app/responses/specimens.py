"""What is stored of one response, literally, for the page "What we store".

In earnest no received row is ever shown: the page gets an example, sealed and signed by the same functions for nobody.
"""

import secrets

from sqlalchemy import select

from survey_app.domain import token as tokens
from survey_app.domain.answers import PLAINTEXT_BYTES
from survey_app.domain.batch import submission_message
from survey_app.domain.blind_rsa import prepare
from survey_app.domain.sealing import seal, sealing_info, sealing_key_from_bytes
from survey_app.responses.campaign import Campaign
from survey_app.responses.models import ResponseRow
from survey_app.responses.office import CollectorOffice
from survey_app.web.specimen import Specimen, specimen_of


def stored_response(office: CollectorOffice, campaign: Campaign) -> tuple[bool, list[Specimen]]:
    """(whether it is from the database, the row of one response): of a demonstration's fictional people only."""
    if office.config.demo:
        found = _from_database(office, campaign.manifest.campaign_id)
        if found is not None:
            return True, [specimen_of(ResponseRow, found)]
    return False, [specimen_of(ResponseRow, _example(campaign))]


def _from_database(office: CollectorOffice, campaign_id: str) -> ResponseRow | None:
    with office.database.read() as session:
        wanted = select(ResponseRow).where(ResponseRow.campaign_id == campaign_id)
        return session.scalars(wanted.order_by(ResponseRow.token_hash).limit(1)).first()


def _example(campaign: Campaign) -> ResponseRow:
    """An envelope with nothing in it; what only the issuer could make, its signature, is random."""
    campaign_id = campaign.manifest.campaign_id
    holder = tokens.new_holder_key()
    input_msg = prepare(tokens.token_message(campaign_id, tokens.holder_key_bytes(holder)))
    token_hash = tokens.token_hash(input_msg)
    sealing_key = sealing_key_from_bytes(campaign.manifest.sealing_key)
    sealed = seal(sealing_key, sealing_info(campaign_id, token_hash), bytes(PLAINTEXT_BYTES))
    return ResponseRow(
        token_hash=token_hash,
        campaign_id=campaign_id,
        input_msg=input_msg,
        signature=secrets.token_bytes(tokens.SIGNATURE_BYTES),
        holder_key=tokens.holder_key_bytes(holder),
        holder_signature=tokens.sign_as_holder(holder, submission_message(campaign_id, token_hash, sealed)),
        sealed=sealed,
    )
