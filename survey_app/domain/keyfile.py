"""Private keys at rest: AES-256-GCM over DER under a passphrase stretched by scrypt (RFC 7914).

Files of one store share a salt, so that an office pays the 0.4 s and 128 MiB of scrypt once for all its keys.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_app.domain import base64url
from survey_app.domain.errors import Malformed, PikirError

FORMAT = "pikir-key/1"
SALT_BYTES = 16
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1


class WrongPassphrase(PikirError):
    """The passphrase does not open the key file, or the file was altered."""

    slug = "wrong-passphrase"


@dataclass(frozen=True)
class WrappingKey:
    """A passphrase stretched with one salt; wraps and unwraps the key files of one store."""

    salt: bytes
    key: bytes


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def stretch(passphrase: str, salt: bytes) -> WrappingKey:
    """scrypt(N = 2^17, r = 8, p = 1) of the passphrase's UTF-8 bytes."""
    kdf = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)
    return WrappingKey(salt, kdf.derive(passphrase.encode()))


def wrap(secret: bytes, label: str, wrapping_key: WrappingKey) -> bytes:
    """A key file (JSON bytes) that holds ``secret``; ``label`` says what it is for and is authenticated."""
    nonce = secrets.token_bytes(12)
    ciphertext = AESGCM(wrapping_key.key).encrypt(nonce, secret, _aad(label))
    document = {
        "format": FORMAT,
        "label": label,
        "kdf": {
            "name": "scrypt",
            "n": SCRYPT_N,
            "r": SCRYPT_R,
            "p": SCRYPT_P,
            "salt": base64url.encode(wrapping_key.salt),
        },
        "nonce": base64url.encode(nonce),
        "ciphertext": base64url.encode(ciphertext),
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def salt_of(file: bytes) -> bytes:
    """The scrypt salt that a key file was made with. Raises Malformed."""
    return base64url.decode(_parse(file)["kdf"]["salt"], SALT_BYTES)


def unwrap(file: bytes, label: str, wrapping_key: WrappingKey) -> bytes:
    """The secret inside a key file. Raises WrongPassphrase, or Malformed if it is no key file for ``label``."""
    document = _parse(file)
    if document["label"] != label:
        raise Malformed(f"this key file is for {document['label']!r}, not for {label!r}")
    nonce = base64url.decode(document["nonce"], 12)
    try:
        return AESGCM(wrapping_key.key).decrypt(nonce, base64url.decode(document["ciphertext"]), _aad(label))
    except InvalidTag as error:
        raise WrongPassphrase(f"the passphrase does not open the key file for {label!r}") from error


def _aad(label: str) -> bytes:
    return f"{FORMAT}\x00{label}".encode()


def _parse(file: bytes) -> dict[str, Any]:
    try:
        document = json.loads(file)
        kdf = document["kdf"]
        known = document["format"] == FORMAT and kdf["name"] == "scrypt" and "salt" in kdf
        cost = (kdf["n"], kdf["r"], kdf["p"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed("not a key file") from error
    if not known or cost != (SCRYPT_N, SCRYPT_R, SCRYPT_P) or not {"label", "nonce", "ciphertext"} <= document.keys():
        raise Malformed(f"not a key file of the format {FORMAT}")
    return cast("dict[str, Any]", document)
