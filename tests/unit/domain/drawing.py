"""A respondent's two steps, drawing and sealing, in the order of the protocol."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec

from survey_app.domain import batch, blind_rsa, sealing, token

FINGERPRINT = hashlib.sha256(b"a manifest").digest()


def draw_token(
    signer: blind_rsa.BlindSigner, campaign_id: str, holder_key: ec.EllipticCurvePrivateKey | None = None
) -> token.Token:
    """A finished token, blind-signed by ``signer``."""
    holder_key = holder_key or token.new_holder_key()
    message = token.token_message(campaign_id, token.holder_key_bytes(holder_key))
    input_msg = blind_rsa.prepare(message)
    blinded = blind_rsa.blind(signer.public_key, input_msg)
    signature = blind_rsa.finalize(signer.public_key, input_msg, signer.blind_sign(blinded.message), blinded.inverse)
    return token.Token(campaign_id, FINGERPRINT, input_msg, signature, token.holder_scalar(holder_key))


def make_envelope(drawn: token.Token, sealing_key: ec.EllipticCurvePublicKey, plaintext: bytes) -> batch.Envelope:
    """The plaintext, sealed for the agency and signed by the token's holder."""
    holder = token.holder_key_from_scalar(drawn.holder_private_key)
    token_hash = token.token_hash(drawn.input_msg)
    sealed = sealing.seal(sealing_key, sealing.sealing_info(drawn.campaign_id, token_hash), plaintext)
    message = batch.submission_message(drawn.campaign_id, token_hash, sealed)
    return batch.Envelope(
        input_msg=drawn.input_msg,
        signature=drawn.signature,
        holder_key=token.holder_key_bytes(holder),
        holder_signature=token.sign_as_holder(holder, message),
        sealed=sealed,
    )
