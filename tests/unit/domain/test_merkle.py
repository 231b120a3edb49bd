"""RFC 6962's tree: its reference vectors, and what an inclusion proof must not get away with."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.domain.merkle import (
    InclusionProof,
    InclusionProofInvalid,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "rfc6962_tree.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
PATHS = [pytest.param(case, id=f"{case['index']} of {case['size']}") for case in VECTORS["paths"]]


def test_the_empty_tree():
    assert tree_root([]).hex() == VECTORS["empty_root"]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_of_each_reference_tree(size):
    assert tree_root(LEAVES[:size]) == ROOTS[size - 1]


@pytest.mark.parametrize("case", PATHS)
def test_the_reference_paths(case):
    expected = InclusionProof(case["index"], case["size"], tuple(map(bytes.fromhex, case["path"])))

    assert inclusion_proof(LEAVES[: case["size"]], case["index"]) == expected
    verify_inclusion(LEAVES[case["index"]], expected, ROOTS[case["size"] - 1])


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_path_outside_the_tree(index):
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES, index)


class TestRefusals:
    PROOF = inclusion_proof(LEAVES, 5)

    def refuse(self, leaf: bytes, proof: InclusionProof, root: bytes = ROOTS[7]):
        with pytest.raises(InclusionProofInvalid):
            verify_inclusion(leaf, proof, root)

    def test_another_leaf(self):
        self.refuse(LEAVES[4], self.PROOF)

    def test_another_root(self):
        self.refuse(LEAVES[5], self.PROOF, ROOTS[6])

    @pytest.mark.parametrize("index", [-1, 0, 4, 6, 8])
    def test_another_index(self, index):
        self.refuse(LEAVES[5], replace(self.PROOF, index=index))

    @pytest.mark.parametrize("size", [0, 5, 6, 16, 1_000_000])
    def test_another_size(self, size):
        self.refuse(LEAVES[5], replace(self.PROOF, size=size))

    def test_a_path_cut_short(self):
        self.refuse(LEAVES[5], replace(self.PROOF, path=self.PROOF.path[:-1]))

    def test_a_path_too_long(self):
        self.refuse(LEAVES[5], replace(self.PROOF, path=(*self.PROOF.path, ROOTS[0])))

    def test_a_path_in_another_order(self):
        self.refuse(LEAVES[5], replace(self.PROOF, path=self.PROOF.path[::-1]))

    def test_an_inner_node_is_no_leaf(self):
        """The prefixes keep apart a leaf and a node with the same bytes."""
        left, right = LEAVES[0], LEAVES[1]

        assert leaf_hash(left + right) != node_hash(left, right)
        assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)
