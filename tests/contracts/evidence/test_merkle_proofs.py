"""Inclusion and consistency proofs are those of RFC 6962; what was bent in any way does not verify."""

from collections.abc import Sequence

import pytest
from fairlead_contracts.evidence.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from hypothesis import given
from hypothesis import strategies as st

# Vectors that the tests of Certificate Transparency's implementations share; their leaves are numbered from 1.
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
G = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
H = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
I = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  # noqa: E741 - the ninth of nine vectors
J = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [D, E, F]), (3, 3, [H]), (2, 5, [I, B, D])]
CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [G, E, F]), (2, 5, [B, D]), (6, 7, [G, J, F])]


def hashes(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % n) for n in range(count)]


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word for word, over leaf hashes."""
    if len(leaves) == 1:
        return []
    k = widest(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), root(leaves[:k])]


def naive_subproof(first: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2, word for word, over leaf hashes."""
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = widest(len(leaves))
    if first <= k:
        return [*naive_subproof(first, leaves[:k], whole), root(leaves[k:])]
    return [*naive_subproof(first - k, leaves[k:], False), root(leaves[:k])]


def widest(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@pytest.mark.parametrize(("leaf", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones_and_verify(leaf: int, size: int, path: list[str]) -> None:
    made = inclusion_proof(Tree(LEAVES), leaf - 1, size)
    assert made == hashes(path)
    assert verify_inclusion(LEAVES[leaf - 1], leaf - 1, size, made, root(LEAVES[:size]))


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones_and_verify(first: int, second: int, path: list[str]) -> None:
    made = consistency_proof(Tree(LEAVES), first, second)
    assert made == hashes(path)
    assert verify_consistency(first, second, root(LEAVES[:first]), root(LEAVES[:second]), made)


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 64, 65])
def test_every_leaf_of_every_tree_is_proven_as_defined(size: int) -> None:
    leaves = numbered(size)
    tree = Tree(numbered(70))
    for index, leaf in enumerate(leaves):
        path = inclusion_proof(tree, index, size)
        assert path == naive_path(index, leaves)
        assert verify_inclusion(leaf, index, size, path, root(leaves))


@pytest.mark.parametrize("second", [*range(1, 20), 31, 32, 33, 64, 65])
def test_every_earlier_tree_is_proven_as_defined(second: int) -> None:
    leaves = numbered(second)
    tree = Tree(numbered(70))
    for first in range(1, second + 1):
        path = consistency_proof(tree, first, second)
        assert path == naive_subproof(first, leaves, True)
        assert verify_consistency(first, second, root(leaves[:first]), root(leaves), path)


@given(st.data())
def test_a_bent_inclusion_proof_does_not_verify(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 200))
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    path, top, other = inclusion_proof(Tree(leaves), index, size), root(leaves), leaf_hash(b"other")
    at = data.draw(st.integers(0, len(path) - 1))
    bent = [
        (other, index, size, path, top),
        (leaves[index], index, size, path, other),
        (leaves[index], index ^ 1, size, path, top),
        (leaves[index], index, size * 2, path, top),
        (leaves[index], index - size, size, path, top),
        (leaves[index], index + size, size, path, top),
        (leaves[index], index, size, [*path, other], top),
        (leaves[index], index, size, [other, *path], top),
        (leaves[index], index, size, path[:at] + path[at + 1 :], top),
        (leaves[index], index, size, [*path[:at], other, *path[at + 1 :]], top),
        (leaves[index], index, size, [*path[:at], path[at][:-1], *path[at + 1 :]], top),
    ]
    assert [case for case in bent if verify_inclusion(*case)] == []


@given(st.data())
def test_a_bent_consistency_proof_does_not_verify(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, 200))
    first = data.draw(st.integers(1, second - 1))
    leaves = numbered(second)
    path, old, new = consistency_proof(Tree(leaves), first, second), root(leaves[:first]), root(leaves)
    other = leaf_hash(b"other")
    at = data.draw(st.integers(0, len(path) - 1))
    bent = [
        (first, second, other, new, path),
        (first, second, old, other, path),
        (first, second, new, old, path),
        (first, second * 2, old, new, path),
        (second, first, old, new, path),
        (first, second, old, new, []),
        (first, second, old, new, [*path, other]),
        (first, second, old, new, [other, *path]),
        (first, second, old, new, path[:at] + path[at + 1 :]),
        (first, second, old, new, [*path[:at], other, *path[at + 1 :]]),
        (first, second, old, new, [*path[:at], b"", *path[at + 1 :]]),
    ]
    assert [case for case in bent if verify_consistency(*case)] == []


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 59))
def test_a_log_that_rewrote_its_past_has_no_consistency_proof(first: int, more: int, changed: int) -> None:
    before = numbered(first)
    after = numbered(first + more)
    after[changed % first] = leaf_hash(b"rewritten")
    path = consistency_proof(Tree(after), first, first + more)
    assert not verify_consistency(first, first + more, root(before), root(after), path)


def test_consistency_from_size_0_is_refused_by_maker_and_verifier() -> None:
    tree = Tree(numbered(3))
    with pytest.raises(ValueError, match="size 1 or more"):
        consistency_proof(tree, 0, 3)
    assert not verify_consistency(0, 3, EMPTY_ROOT, tree.root(), [])


def test_a_tree_is_consistent_with_itself_only_with_an_empty_path() -> None:
    top = root(numbered(5))
    assert verify_consistency(5, 5, top, top, [])
    assert not verify_consistency(5, 5, top, top, [top])
    assert not verify_consistency(5, 5, top, leaf_hash(b""), [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"no leaf {index}"):
        inclusion_proof(Tree(numbered(3)), index, size)
    assert not verify_inclusion(leaf_hash(b""), index, size, [], leaf_hash(b""))


def test_an_inner_node_does_not_pass_for_a_leaf_by_bytes_of_another_length() -> None:
    left, right = numbered(2)
    assert not verify_inclusion(left, 0, 2, [right, b""], node_hash(left, right))
    assert not verify_inclusion(left[:31], 0, 2, [left[31:] + right], node_hash(left, right))


class Counting:
    """Nodes that count how often they are asked; the hashes do not matter."""

    def __init__(self) -> None:
        self.reads = 0

    def get(self, level: int, index: int) -> bytes:
        self.reads += 1
        return leaf_hash(b"%d %d" % (level, index))


@given(st.integers(1, 1_000_000), st.integers(0, 999_999))
def test_a_proof_among_a_million_leaves_reads_at_most_40_nodes(size: int, index: int) -> None:
    nodes = Counting()
    inclusion_proof(nodes, index % size, size)
    assert nodes.reads <= 40
    nodes.reads = 0
    consistency_proof(nodes, index % size + 1, size)
    assert nodes.reads <= 40
