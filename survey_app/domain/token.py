"""The token: the right to respond once, bound to a campaign and to a holder key made by the respondent.

msg        "pikir/token/1" || 0x00 || campaign_id || SHA-256(holder_key)
input_msg  prefix(32) || msg                              what is signed, and what the collector sees
token_hash SHA-256(input_msg)                             what is spent
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.domain import base64url, blind_rsa
from survey_app.domain.errors import Malformed, PikirError

DOMAIN = b"pikir/token/1\x00"
TRANSIT_FORMAT = "pikir-token/1"
INPUT_MSG_BYTES = blind_rsa.PREFIX_BYTES + len(DOMAIN) + 16 + 32
SIGNATURE_BYTES = blind_rsa.MODULUS_BITS // 8
HOLDER_KEY_BYTES = 65
HOLDER_SIGNATURE_BYTES = 64
PRIVATE_KEY_BYTES = 32
_CURVE, _ECDSA = ec.SECP256R1(), ec.ECDSA(hashes.SHA256())
_TRANSIT_WIDTHS = (16, 32, INPUT_MSG_BYTES, SIGNATURE_BYTES, PRIVATE_KEY_BYTES)


class TokenInvalid(PikirError):
    """A token is not for this campaign, not for this holder key, or not signed by the issuer."""

    slug = "token-invalid"


class HolderSignatureInvalid(PikirError):
    """An envelope was not made by the token's holder."""

    slug = "holder-signature-invalid"


@dataclass(frozen=True)
class Token:
    """A finished token with all that is needed to use it once: a bearer right.

    ``fingerprint`` is of the manifest under which it was drawn; ``holder_private_key`` is the P-256 scalar.
    """

    campaign_id: str
    fingerprint: bytes
    input_msg: bytes
    signature: bytes
    holder_private_key: bytes


def token_message(campaign_id: str, holder_key: bytes) -> bytes:
    """msg, 62 bytes: what RFC 9474's Prepare puts a random prefix before."""
    return DOMAIN + bytes.fromhex(campaign_id) + hashlib.sha256(holder_key).digest()


def token_hash(input_msg: bytes) -> bytes:
    """The spent key, 32 bytes; of the message, never of the (malleable in principle) signature."""
    return hashlib.sha256(input_msg).digest()


def verify_token(
    campaign_id: str, input_msg: bytes, signature: bytes, holder_key: bytes, issuer_key: rsa.RSAPublicKey
) -> None:
    """Check that the issuer signed this token for this campaign and holder. Raises TokenInvalid."""
    if len(input_msg) != INPUT_MSG_BYTES or input_msg[blind_rsa.PREFIX_BYTES :] != token_message(
        campaign_id, holder_key
    ):
        raise TokenInvalid("the token is for another campaign or another holder key")
    try:
        blind_rsa.verify(issuer_key, input_msg, signature)
    except blind_rsa.BlindSignatureInvalid as error:
        raise TokenInvalid("the token is not signed by the issuer of this campaign") from error


def new_holder_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def holder_key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as an uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def holder_scalar(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The private scalar, 32 bytes."""
    return key.private_numbers().private_value.to_bytes(PRIVATE_KEY_BYTES)


def holder_key_from_scalar(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a token in transit. Raises Malformed."""
    try:
        return ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())
    except ValueError as error:
        raise Malformed("not a P-256 private key") from error


def sign_as_holder(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ECDSA with SHA-256 as r || s, 64 bytes (the form that WebCrypto uses)."""
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def verify_holder_signature(holder_key: bytes, message: bytes, signature: bytes) -> None:
    """Check r || s over ``message``. Raises HolderSignatureInvalid, Malformed for a point off the curve."""
    try:
        public_key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, holder_key)
    except ValueError as error:
        raise Malformed("the holder key is not a point of P-256") from error
    if len(holder_key) != HOLDER_KEY_BYTES or len(signature) != HOLDER_SIGNATURE_BYTES:
        raise Malformed("a holder key has 65 bytes and its signature 64")
    der = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        public_key.verify(der, message, _ECDSA)
    except InvalidSignature as error:
        raise HolderSignatureInvalid("the envelope is not signed by the token's holder") from error


def pack_token(token: Token) -> str:
    """A token in transit (fragment, file, QR): base64url of its five fields in order, 744 characters."""
    fields = (
        bytes.fromhex(token.campaign_id),
        token.fingerprint,
        token.input_msg,
        token.signature,
        token.holder_private_key,
    )
    if tuple(map(len, fields)) != _TRANSIT_WIDTHS:
        raise Malformed("a token's field has the wrong length")
    return base64url.encode(b"".join(fields))


def unpack_token(text: str) -> Token:
    """The reverse of pack_token. Raises Malformed."""
    data = base64url.decode(text, sum(_TRANSIT_WIDTHS))
    fields, start = [], 0
    for width in _TRANSIT_WIDTHS:
        fields.append(data[start : start + width])
        start += width
    return Token(fields[0].hex(), *fields[1:])
