"""Sealing answers for the agency: HPKE base mode (RFC 9180), DHKEM(P-256, HKDF-SHA256), AES-256-GCM.

    info       "pikir/sealed-response/1" || 0x00 || campaign_id || token_hash
    sealed     enc(65) || ciphertext(64) || tag(16) = always 145 bytes; aad empty

``info`` binds an envelope to its campaign and token: a copied envelope does not open under another token.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.domain.answers import PLAINTEXT_BYTES
from survey_app.domain.errors import Malformed, PikirError

DOMAIN = b"pikir/sealed-response/1\x00"
KEY_BYTES = 65
SEALED_BYTES = KEY_BYTES + PLAINTEXT_BYTES + 16
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(PikirError):
    """An envelope was not sealed for this key, campaign and token, or was altered."""

    slug = "cannot-open"


def generate_sealing_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key of the agency."""
    return ec.generate_private_key(ec.SECP256R1())


def sealing_key_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """Uncompressed point, 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealing_key_from_bytes(point: bytes) -> ec.EllipticCurvePublicKey:
    """The reverse of sealing_key_bytes; one key has one text. Raises Malformed."""
    if len(point) != KEY_BYTES:
        raise Malformed(f"a sealing key has {KEY_BYTES} bytes")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise Malformed("the sealing key is not a point of P-256") from error


def sealing_info(campaign_id: str, token_hash: bytes) -> bytes:
    """HPKE's info, 72 bytes."""
    return DOMAIN + bytes.fromhex(campaign_id) + token_hash


def seal(public_key: ec.EllipticCurvePublicKey, info: bytes, plaintext: bytes) -> bytes:
    """145 bytes that only the agency's key opens, only under the same ``info``."""
    return _SUITE.encrypt(plaintext, public_key, info=info)


def open_sealed(private_key: ec.EllipticCurvePrivateKey, info: bytes, sealed: bytes) -> bytes:
    """The plaintext. Raises CannotOpen."""
    try:
        return _SUITE.decrypt(sealed, private_key, info=info)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the envelope does not open") from error
