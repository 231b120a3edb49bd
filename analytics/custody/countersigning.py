"""A second institution opens the same batch again, and signs the hash of what came out.

What is signed is SHA-256 of the Release's JSON as it comes out of an opening: the agency's signature, and the reason
that a correction names, come later and are not the countersigner's business. So a countersignature can be made
before the agency certifies, or after, and the Release's own hash never depends on it.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.release import Release, release_bytes
from survey_app.domain import signing
from survey_app.domain.documents import read_self_signed
from survey_app.domain.errors import Malformed, PikirError
from survey_app.domain.manifest import LocalisedText

SHORT_DIGITS = 16


class CountersignatureMismatch(PikirError):
    """A countersignature names another campaign, manifest or Release."""

    slug = "countersignature-mismatch"


@dataclass(frozen=True)
class Countersigner:
    """An institution's card: its name and public key (32 bytes), signed with that key."""

    format: ClassVar[str] = "pikir-countersigner/1"

    institution: LocalisedText
    key: bytes


@dataclass(frozen=True)
class Countersignature:
    """``institution`` has opened the batch itself and got the Release with this hash. Signed with ``key``.

    ``manifest`` is the fingerprint, ``release`` the SHA-256 of the Release's JSON as opened (see opened_sha256).
    """

    format: ClassVar[str] = "pikir-countersignature/1"

    campaign_id: str
    manifest: bytes
    release: bytes
    institution: LocalisedText
    key: bytes


def make_card(institution: LocalisedText, key: Ed25519PrivateKey) -> Countersigner:
    """An institution's card. Raises Malformed for a name that could pass for two in a record."""
    for name in (institution.kk, institution.ru, institution.en):
        if not name.strip() or not name.isprintable() or ";" in name or " / " in name:
            raise Malformed(f"{name!r} is no institution's name: one line, without ';' and ' / '")
    return Countersigner(institution, signing.public_key_bytes(key))


def read_card(text: str) -> Countersigner:
    """A card signed with the key that it names. Raises Malformed, SignatureInvalid."""
    return read_self_signed(Countersigner, text, "key")


def opened_sha256(release: Release) -> bytes:
    """SHA-256 (32 bytes) of the JSON that an opening gave, whatever was put in when it was certified."""
    return hashlib.sha256(release_bytes(replace(release, supersedes=None, reason=None))).digest()


def read_countersignature(text: str) -> Countersignature:
    """Signed with the key that it names; whether that key is whose it says is for the reader to know.

    Raises Malformed, SignatureInvalid.
    """
    return read_self_signed(Countersignature, text, "key")


def file_name(countersignature: Countersignature) -> str:
    """countersignature-<16 digits of the key>-<16 of the Release's hash>.jws: a correction gets another one."""
    parts = (countersignature.key.hex()[:SHORT_DIGITS], countersignature.release.hex()[:SHORT_DIGITS])
    return f"countersignature-{parts[0]}-{parts[1]}.jws"


def name_in_record(institution: LocalisedText) -> str:
    """The institution in the record's one field: its three names, each once."""
    return " / ".join(dict.fromkeys((institution.kk, institution.ru, institution.en)))
