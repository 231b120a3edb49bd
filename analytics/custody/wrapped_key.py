r"""A sealing key at rest under a split secret: AES-256-GCM over DER, a file that is worth nothing without the shares.

    key   the split secret (32 random bytes: nothing to stretch)
    aad   "pikir-split-key/1" || 0x00 || label || 0x00 || fingerprint of the secret

The shares are worth nothing without this file: destroying it destroys the key, whoever still holds a share.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analytics.custody.plan import Group
from analytics.custody.shares import fingerprint_of
from survey_app.domain import base64url
from survey_app.domain.errors import Malformed
from survey_app.domain.keyfile import WrongPassphrase

FORMAT = "pikir-split-key/1"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class WrappedKey:
    """A key file as read: what it is for, under which secret, and who can put that together."""

    label: str
    fingerprint: str
    plan: tuple[Group, ...]
    nonce: bytes
    ciphertext: bytes


def wrap(key: bytes, label: str, secret: bytes, plan: Sequence[Group]) -> bytes:
    """A key file (JSON bytes) that holds ``key``."""
    nonce, fingerprint = secrets.token_bytes(_NONCE_BYTES), fingerprint_of(secret)
    document = {
        "format": FORMAT,
        "label": label,
        "secret": fingerprint,
        "groups": [{"name": g.name, "threshold": g.threshold, "custodians": list(g.custodians)} for g in plan],
        "nonce": base64url.encode(nonce),
        "ciphertext": base64url.encode(AESGCM(secret).encrypt(nonce, key, _aad(label, fingerprint))),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def is_wrapped(file: bytes) -> bool:
    """Whether this is a key file under a split secret, going by its format's name."""
    return f'"{FORMAT}"'.encode() in file[:200]


def read(file: bytes) -> WrappedKey:
    """Raises Malformed."""
    try:
        document = json.loads(file)
        if document["format"] != FORMAT:
            raise Malformed(f"not a key file of the format {FORMAT}")
        return WrappedKey(
            label=_text(document["label"]),
            fingerprint=_text(document["secret"]),
            plan=tuple(_group(fields) for fields in document["groups"]),
            nonce=base64url.decode(document["nonce"], _NONCE_BYTES),
            ciphertext=base64url.decode(document["ciphertext"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Malformed(f"not a key file of the format {FORMAT}") from error


def unwrap(wrapped: WrappedKey, label: str, secret: bytes) -> bytes:
    """The key. Raises WrongPassphrase, or Malformed if the file is for another ``label``."""
    if wrapped.label != label:
        raise Malformed(f"this key file is for {wrapped.label!r}, not for {label!r}")
    try:
        return AESGCM(secret).decrypt(wrapped.nonce, wrapped.ciphertext, _aad(label, wrapped.fingerprint))
    except InvalidTag as error:
        raise WrongPassphrase(f"the shares' secret does not open the key file for {label!r}") from error


def _aad(label: str, fingerprint: str) -> bytes:
    return b"\x00".join(part.encode() for part in (FORMAT, label, fingerprint))


def _group(fields: dict[str, Any]) -> Group:
    return Group(_text(fields["name"]), int(fields["threshold"]), tuple(map(_text, fields["custodians"])))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed(f"not a key file of the format {FORMAT}")
    return value
