"""Signed documents on the wire: compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

The protected header's ``typ`` is the document's format name, so a signature over one kind of document can
never pass for another kind.
"""

import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

from survey_app.domain.errors import Malformed, PikirError

ALGORITHM = "EdDSA"
PUBLIC_KEY_BYTES = 32


class _OneAlgorithm(jws.JWSRegistry):
    """EdDSA and nothing else, by its name of RFC 8037.

    joserfc warns at each use that RFC 9864 renamed it, and silencing a warning is not safe between threads.
    """

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"expected {ALGORITHM}, got {name!r}")
        return self.algorithms[name]


_REGISTRY = _OneAlgorithm(algorithms=[ALGORITHM])


class SignatureInvalid(PikirError):
    """A document is not signed by the key that should have signed it."""

    slug = "document-signature-invalid"


def public_key_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes by which documents name the signer's key."""
    return key.public_key().public_bytes_raw()


def sign(payload: bytes, typ: str, key: Ed25519PrivateKey) -> str:
    """Compact JWS over ``payload``; deterministic, so the same payload gives the same text."""
    return jws.serialize_compact({"alg": ALGORITHM, "typ": typ}, payload, OKPKey.import_key(key), registry=_REGISTRY)


def verify(document: str, typ: str, public_key: bytes) -> bytes:
    """Payload of a compact JWS signed under ``public_key`` (32 bytes) as a ``typ``.

    Raises Malformed if it is no JWS of that type, SignatureInvalid if the signature does not verify.
    """
    found_typ, _ = peek(document)
    if found_typ != typ:
        raise Malformed(f"expected a document {typ!r}, got {found_typ!r}")
    try:
        key = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public_key))
        return jws.deserialize_compact(document, key, registry=_REGISTRY).payload
    except (JoseError, ValueError, TypeError) as error:  # TypeError: a "crit" that is no list of names
        raise SignatureInvalid(f"the signature of this {typ} does not verify") from error


def peek(document: str) -> tuple[str, bytes]:
    """(typ, payload) of a compact JWS, unverified. Raises Malformed."""
    try:
        compact = jws.extract_compact(document.encode("ascii"))
        header = compact.headers()
    except (JoseError, ValueError) as error:
        raise Malformed("not a compact JWS") from error
    return str(header.get("typ", "")), compact.payload


def fingerprint(document: str) -> bytes:
    """SHA-256 of the compact JWS' ASCII bytes, 32 bytes."""
    return hashlib.sha256(document.encode("ascii")).digest()
