"""HPKE's base mode, single shot, written from RFC 9180 over ECDH, HMAC and AES-GCM alone.

A second opinion on the sealing: it shares no HPKE code with the product. DHKEM(P-256, HKDF-SHA256) and HKDF-SHA256;
``aead_id`` 1 is AES-128-GCM, 2 is AES-256-GCM.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEM_ID, KDF_ID = 0x0010, 0x0001
KEY_BYTES = {1: 16, 2: 32}
KEM_SUITE = b"KEM" + KEM_ID.to_bytes(2)


@dataclass(frozen=True)
class Context:
    """What both ends derive, before the first message."""

    key: bytes
    base_nonce: bytes


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """SerializePublicKey, section 7.1.1."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """Section 4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256)


def labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """Section 4, over HKDF-Expand of RFC 5869."""
    labeled = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    output, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(prk, block + labeled + bytes([counter]), hashlib.sha256)
        output += block
    return output[:length]


def shared_secret(dh: bytes, enc: bytes, recipient: bytes) -> bytes:
    """ExtractAndExpand, section 4.1."""
    eae_prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", dh)
    return labeled_expand(KEM_SUITE, eae_prk, b"shared_secret", enc + recipient, 32)


def encap(recipient: ec.EllipticCurvePublicKey, ephemeral: ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
    """(shared secret, enc), section 4.1."""
    enc = point(ephemeral.public_key())
    return shared_secret(ephemeral.exchange(ec.ECDH(), recipient), enc, point(recipient)), enc


def decap(enc: bytes, recipient: ec.EllipticCurvePrivateKey) -> bytes:
    """The shared secret, section 4.1."""
    ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc)
    return shared_secret(recipient.exchange(ec.ECDH(), ephemeral), enc, point(recipient.public_key()))


def key_schedule(secret: bytes, info: bytes, aead_id: int) -> Context:
    """mode_base with the default PSK, section 5.1."""
    suite = b"HPKE" + KEM_ID.to_bytes(2) + KDF_ID.to_bytes(2) + aead_id.to_bytes(2)
    psk_id_hash = labeled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = labeled_extract(suite, b"", b"info_hash", info)
    schedule = b"\x00" + psk_id_hash + info_hash
    prk = labeled_extract(suite, secret, b"secret", b"")
    return Context(
        key=labeled_expand(suite, prk, b"key", schedule, KEY_BYTES[aead_id]),
        base_nonce=labeled_expand(suite, prk, b"base_nonce", schedule, 12),
    )


def seal(
    recipient: ec.EllipticCurvePublicKey,
    info: bytes,
    plaintext: bytes,
    *,
    ephemeral: ec.EllipticCurvePrivateKey,
    aead_id: int = 2,
    aad: bytes = b"",
) -> bytes:
    """enc || ciphertext || tag of the first message (sequence number 0), section 6.1."""
    secret, enc = encap(recipient, ephemeral)
    context = key_schedule(secret, info, aead_id)
    return enc + AESGCM(context.key).encrypt(context.base_nonce, plaintext, aad)


def open_sealed(recipient: ec.EllipticCurvePrivateKey, info: bytes, sealed: bytes) -> bytes:
    """The plaintext of the first message under AES-256-GCM, section 6.1."""
    context = key_schedule(decap(sealed[:65], recipient), info, 2)
    return AESGCM(context.key).decrypt(context.base_nonce, sealed[65:], b"")
