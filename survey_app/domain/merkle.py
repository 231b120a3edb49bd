"""Merkle tree hash and inclusion proofs of RFC 6962, section 2.1, over SHA-256.

Trees are built from leaf *hashes* (32 bytes each), so that a caller can keep the leaves' data to himself.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.domain.errors import PikirError


class InclusionProofInvalid(PikirError):
    """A path does not lead from the leaf to the root."""

    slug = "inclusion-proof-invalid"


@dataclass(frozen=True)
class InclusionProof:
    """Where a leaf stands in a tree of ``size`` leaves, and the sibling hashes from leaf to root."""

    index: int
    size: int
    path: tuple[bytes, ...]


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data), 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over ``leaf_hashes`` in the order given; SHA-256 of nothing for an empty tree."""
    if not leaf_hashes:
        return hashlib.sha256(b"").digest()
    level = list(leaf_hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> InclusionProof:
    """Audit path of leaf ``index`` (from 0). Raises IndexError outside the tree."""
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(index)
    path = []
    level, position = list(leaf_hashes), index
    while len(level) > 1:
        sibling = position ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, position = _level_above(level), position // 2
    return InclusionProof(index, len(leaf_hashes), tuple(path))


def verify_inclusion(leaf: bytes, proof: InclusionProof, root: bytes) -> None:
    """Check that the leaf hash ``leaf`` is in the tree with ``root`` (RFC 9162, section 2.1.3.2).

    Raises InclusionProofInvalid.
    """
    if not 0 <= proof.index < proof.size:
        raise InclusionProofInvalid("the index is outside the tree")
    position, last, reached = proof.index, proof.size - 1, leaf
    for sibling in proof.path:
        if last == 0:
            raise InclusionProofInvalid("the path is too long")
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or reached != root:
        raise InclusionProofInvalid("the path does not lead to the root")


def _level_above(level: list[bytes]) -> list[bytes]:
    """Parents of one level; an odd last node moves up unchanged, which gives RFC 6962's split."""
    parents = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return parents if len(level) % 2 == 0 else [*parents, level[-1]]
