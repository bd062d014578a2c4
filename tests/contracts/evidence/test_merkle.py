"""Trees hash as RFC 6962 says, grow leaf by leaf, and go on from what was stored."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from fairlead_contracts.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    Nodes,
    Tree,
    inclusion_proof,
    leaf_hash,
    node_hash,
    position,
    root,
)
from hypothesis import given
from hypothesis import strategies as st

# The leaves and roots that the tests of Certificate Transparency's implementations share.
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256().digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(count)]


def test_leaves_and_nodes_hash_as_published() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_the_empty_tree_has_the_published_root() -> None:
    assert root([]) == EMPTY_ROOT == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@pytest.mark.parametrize("size", range(1, 9))
def test_a_tree_has_the_published_root(size: int) -> None:
    assert root(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_a_tree_over_hashes_is_not_a_leaf_over_them() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_every_prefix_of_a_growing_tree_has_the_root_of_the_definition(data: list[bytes]) -> None:
    frontier = Frontier()
    assert frontier.root() == naive_root([])
    for size, entry in enumerate(data, 1):
        frontier.append(leaf_hash(entry))
        assert frontier.root() == naive_root(data[:size])


@given(st.integers(0, 300))
def test_a_frontier_keeps_one_hash_for_each_1_bit_of_its_size(size: int) -> None:
    frontier = Frontier()
    for entry in entries(size):
        frontier.append(leaf_hash(entry))
    assert len(frontier.peaks) == size.bit_count()


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_frontier_goes_on_from_its_stored_state(before: int, after: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries(before + after)]
    first = Frontier()
    for leaf in leaves[:before]:
        first.append(leaf)
    second = Frontier(first.size, first.peaks)
    for leaf in leaves[before:]:
        second.append(leaf)
    assert (second.size, second.root()) == (before + after, root(leaves))


def test_a_state_whose_peaks_do_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 peaks, not 1"):
        Frontier(3, [leaf_hash(b"")])


@given(st.integers(0, 130))
def test_the_frontier_of_any_earlier_size_is_read_from_the_stored_nodes(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries(130)]
    assert Frontier.of(Tree(leaves), size).root() == root(leaves[:size])


def test_appending_names_every_node_that_it_completes() -> None:
    data = entries(64)
    frontier = Frontier()
    for size, entry in enumerate(data, 1):
        for level, made in enumerate(frontier.append(leaf_hash(entry))):
            index = (size - 1) >> level
            assert made == naive_root(data[index << level : (index + 1) << level])


def test_nodes_are_numbered_without_gaps_in_the_order_in_which_they_come_to_be() -> None:
    frontier = Frontier()
    made = [
        position(level, (size - 1) >> level)
        for size in range(1, 200)
        for level in range(len(frontier.append(leaf_hash(b""))))
    ]
    assert made == list(range(len(made)))


def test_a_node_that_is_not_there_yet_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        Tree(map(leaf_hash, entries(3))).get(2, 0)


class FlatFile:
    """Nodes as 32-byte hashes, one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, level: int, index: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(32 * position(level, index))
            return file.read(32)


class Rows:
    """Nodes as rows of SQLite, keyed by their position."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, level: int, index: int) -> bytes:
        found: tuple[bytes] = self._connection.execute(
            "select hash from node where position = ?", (position(level, index),)
        ).fetchone()
        return found[0]


def test_proofs_come_alike_from_memory_a_flat_file_and_sqlite(tmp_path: Path) -> None:
    leaves = [leaf_hash(entry) for entry in entries(100)]
    frontier = Frontier()
    connection = sqlite3.connect(":memory:")
    connection.execute("create table node (position integer primary key, hash blob not null)")
    with (tmp_path / "nodes").open("wb") as file:
        for leaf in leaves:
            for made in frontier.append(leaf):
                file.write(made)
                connection.execute("insert into node (position, hash) values ((select count(*) from node), ?)", (made,))
    stores: list[Nodes] = [Tree(leaves), FlatFile(tmp_path / "nodes"), Rows(connection)]
    proofs = [[inclusion_proof(store, index, 87) for index in range(87)] for store in stores]
    connection.close()
    assert proofs[0] == proofs[1] == proofs[2]
