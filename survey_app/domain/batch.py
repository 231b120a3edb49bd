r"""Envelopes as submitted, the receipt for one, and the frozen batch of a campaign with its public board.

leaf    token_hash || SHA-256(sealed), 64 bytes; the tree is over the sorted leaves
batch   "pikir-batch/1\\n" || campaign_id || K envelopes of 752 bytes, sorted by token_hash
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import rsa

from survey_app.domain import token as tokens
from survey_app.domain.errors import Malformed
from survey_app.domain.merkle import leaf_hash, tree_root
from survey_app.domain.sealing import SEALED_BYTES

SUBMISSION_DOMAIN = b"pikir/submission/1\x00"
BATCH_MAGIC = b"pikir-batch/1\n"
_WIDTHS = (
    tokens.INPUT_MSG_BYTES,
    tokens.SIGNATURE_BYTES,
    tokens.HOLDER_KEY_BYTES,
    tokens.HOLDER_SIGNATURE_BYTES,
    SEALED_BYTES,
)
ENVELOPE_BYTES = sum(_WIDTHS)
_ENDS = tuple(itertools.accumulate(_WIDTHS))
_PARTS = tuple(slice(end - width, end) for width, end in zip(_WIDTHS, _ENDS, strict=True))


@dataclass(frozen=True)
class Envelope:
    """A sealed response with the token that admits it and its holder's signature: all that is ever submitted."""

    input_msg: bytes
    signature: bytes
    holder_key: bytes
    holder_signature: bytes
    sealed: bytes

    @cached_property
    def token_hash(self) -> bytes:
        """The spent key, 32 bytes."""
        return tokens.token_hash(self.input_msg)

    @property
    def leaf(self) -> bytes:
        """token_hash || SHA-256(sealed), 64 bytes: what a receipt is for."""
        return self.token_hash + hashlib.sha256(self.sealed).digest()


@dataclass(frozen=True)
class EnvelopeRows:
    """The envelopes of a batch file, unpacked only as they are looked at: a million of them take 752 MB as they lie.

    ``data`` holds 752 bytes for each, after ``header`` bytes of something else.
    """

    data: bytes
    header: int = 0

    def __len__(self) -> int:
        return (len(self.data) - self.header) // ENVELOPE_BYTES

    def __iter__(self) -> Iterator[Envelope]:
        for start in range(self.header, len(self.data), ENVELOPE_BYTES):
            row = self.data[start : start + ENVELOPE_BYTES]
            yield Envelope(*(row[part] for part in _PARTS))

    def leaves(self) -> Iterator[bytes]:
        """Each envelope's leaf, in order."""
        input_msg, sealed = _PARTS[0], _PARTS[-1]
        for start in range(self.header, len(self.data), ENVELOPE_BYTES):
            row = self.data[start : start + ENVELOPE_BYTES]
            yield tokens.token_hash(row[input_msg]) + hashlib.sha256(row[sealed]).digest()

    def chunks(self, count: int) -> Iterator["EnvelopeRows"]:
        """All of them in order, at most ``count`` at a time, each chunk with bytes of its own."""
        width = count * ENVELOPE_BYTES
        return (EnvelopeRows(self.data[start : start + width]) for start in range(self.header, len(self.data), width))


@dataclass(frozen=True)
class Receipt:
    """The collector's promise that a leaf will be on the board; without time."""

    format: ClassVar[str] = "pikir-receipt/1"

    campaign_id: str
    leaf: bytes


@dataclass(frozen=True)
class Board:
    """What is public after close: N eligible, M drawn (None if never stated), K received, and the tree's root.

    ``manifest`` is the fingerprint, ``batch`` the SHA-256 of the batch file. Signed by the collector.
    """

    format: ClassVar[str] = "pikir-board/1"

    campaign_id: str
    manifest: bytes
    eligible: int
    drawn: int | None
    received: int
    root: bytes
    batch: bytes


def submission_message(campaign_id: str, token_hash: bytes, sealed: bytes) -> bytes:
    """What the holder signs."""
    return SUBMISSION_DOMAIN + bytes.fromhex(campaign_id) + token_hash + hashlib.sha256(sealed).digest()


def verify_envelope(campaign_id: str, envelope: Envelope, issuer_key: rsa.RSAPublicKey) -> None:
    """Check an envelope without opening it. Raises Malformed, TokenInvalid, HolderSignatureInvalid."""
    if tuple(map(len, _fields(envelope))) != _WIDTHS:
        raise Malformed("an envelope's field has the wrong length")
    tokens.verify_token(campaign_id, envelope.input_msg, envelope.signature, envelope.holder_key, issuer_key)
    message = submission_message(campaign_id, envelope.token_hash, envelope.sealed)
    tokens.verify_holder_signature(envelope.holder_key, message, envelope.holder_signature)


def board_root(leaves: Iterable[bytes]) -> bytes:
    """Merkle root over the sorted leaves (64 bytes each)."""
    return tree_root([leaf_hash(leaf) for leaf in sorted(leaves)])


def pack_batch(campaign_id: str, envelopes: Iterable[Envelope]) -> bytes:
    """The batch file of a campaign, in the one order that says nothing: by token_hash."""
    rows = sorted(envelopes, key=lambda envelope: envelope.token_hash)
    return BATCH_MAGIC + bytes.fromhex(campaign_id) + b"".join(b"".join(_fields(row)) for row in rows)


def unpack_batch(data: bytes) -> tuple[str, EnvelopeRows]:
    """(campaign_id, envelopes) of a batch file. Raises Malformed if it is none, or not in its order."""
    header = len(BATCH_MAGIC) + 16
    if not data.startswith(BATCH_MAGIC) or len(data) < header or (len(data) - header) % ENVELOPE_BYTES:
        raise Malformed("not a batch file, or cut short")
    envelopes = EnvelopeRows(data, header)
    if any(a[:32] >= b[:32] for a, b in itertools.pairwise(envelopes.leaves())):
        raise Malformed("the batch is not strictly sorted by token hash")
    return data[len(BATCH_MAGIC) : header].hex(), envelopes


def _fields(envelope: Envelope) -> tuple[bytes, ...]:
    return (
        envelope.input_msg,
        envelope.signature,
        envelope.holder_key,
        envelope.holder_signature,
        envelope.sealed,
    )
