"""What the office must be able to read again but nobody else: AES-256-GCM under a key from the office's secret key."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import SecretUnreadable

NONCE_BYTES = 12


def lock(desk: StaffDesk, purpose: str, content: bytes) -> bytes:
    """Nonce and ciphertext of ``content``; ``purpose`` (what for, and whose) must be the same to read it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(desk)).encrypt(nonce, content, purpose.encode())


def unlock(desk: StaffDesk, purpose: str, locked: bytes) -> bytes:
    """The content. Raises SecretUnreadable: changed, of another purpose, or under another secret key."""
    try:
        return AESGCM(_key(desk)).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable("this was not locked with the present secret key of the office") from error


def _key(desk: StaffDesk) -> bytes:
    derivation = HKDF(SHA256(), length=32, salt=None, info=f"pikir staff vault, {desk.office}".encode())
    return derivation.derive(desk.secret_key.encode())
