"""The tree against the RFC's own recursive definition, and the soundness of inclusion proofs."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.merkle import InclusionProofInvalid, inclusion_proof, leaf_hash, tree_root, verify_inclusion

leaf_data = st.lists(st.binary(max_size=8), max_size=40)
some_leaf_data = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def mth(data: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: MTH(D[n])."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1: PATH(m, D[n])."""
    if len(data) == 1:
        return []
    k = split(len(data))
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@given(leaf_data)
def test_the_root(data):
    assert tree_root([leaf_hash(d) for d in data]) == mth(data)


@given(some_leaf_data, st.data())
def test_the_path(data, draw):
    index = draw.draw(st.integers(0, len(data) - 1))
    proof = inclusion_proof([leaf_hash(d) for d in data], index)

    assert (proof.index, proof.size, list(proof.path)) == (index, len(data), path(index, data))
    verify_inclusion(leaf_hash(data[index]), proof, mth(data))


@given(some_leaf_data, st.binary(min_size=9, max_size=12), st.data())
def test_what_is_not_in_the_tree_has_no_proof(data, stranger, draw):
    index = draw.draw(st.integers(0, len(data) - 1))
    proof = inclusion_proof([leaf_hash(d) for d in data], index)

    with pytest.raises(InclusionProofInvalid):
        verify_inclusion(leaf_hash(stranger), proof, mth(data))


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_a_proof_holds_for_its_own_place_only(data, draw):
    index, other = draw.draw(st.lists(st.integers(0, len(data) - 1), min_size=2, max_size=2, unique=True))
    proof = inclusion_proof([leaf_hash(d) for d in data], index)

    with pytest.raises(InclusionProofInvalid):
        verify_inclusion(leaf_hash(data[other]), proof, mth(data))
    with pytest.raises(InclusionProofInvalid):
        verify_inclusion(leaf_hash(data[index]), replace(proof, index=other), mth(data))


@given(some_leaf_data, st.data())
def test_an_altered_path_fails(data, draw):
    index = draw.draw(st.integers(0, len(data) - 1))
    proof = inclusion_proof([leaf_hash(d) for d in data], index)
    position = draw.draw(st.integers(0, len(proof.path)))
    altered = [*proof.path[:position], draw.draw(st.binary(min_size=32, max_size=32)), *proof.path[position:]]

    with pytest.raises(InclusionProofInvalid):
        verify_inclusion(leaf_hash(data[index]), replace(proof, path=tuple(altered)), mth(data))
