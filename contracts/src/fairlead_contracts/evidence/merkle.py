"""Merkle trees over a log that only grows: hashes, roots, and the proofs that anyone can check (RFC 6962, section 2.1).

A node is named by its level and its index there: node (level, index) is the root over the 2**level leaves from
index * 2**level on. Only nodes whose leaves are all there have a name, so a stored node never changes. Storage is
anything that gives a node back (`Nodes`); `position` numbers the nodes in the order in which they come to be.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
"""The root of the tree without leaves."""


class Nodes(Protocol):
    """Where the hashes of a tree's nodes are kept."""

    def get(self, level: int, index: int) -> bytes:
        """The hash of the node over leaves `index * 2**level` to `(index + 1) * 2**level - 1`.

        Raises: LookupError when the tree has not grown that far.
        """
        ...


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node from the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


def position(level: int, index: int) -> int:
    """The place, from 0, of a node among all nodes in the order in which a growing tree makes them.

    A flat file of 32-byte hashes, or rows with ascending keys, in this order is only ever appended to.
    """
    last_leaf = ((index + 1) << level) - 1
    return 2 * last_leaf - last_leaf.bit_count() + level


class Frontier:
    """The little of a tree that appending and its root need: one hash for each 1 bit of its size."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Go on from a tree of `size` leaves; `peaks` are the roots of its perfect subtrees, the widest first.

        Raises: ValueError when the peaks are not as many as the 1 bits of the size.
        """
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self._peaks)}")

    @classmethod
    def of(cls, nodes: Nodes, size: int) -> "Frontier":
        """The frontier of the first `size` leaves of a stored tree."""
        return cls(size, (nodes.get(level, index) for level, index in _peaks(0, size)))

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, the widest first: with `size`, the whole state."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf by its hash. Returns the nodes that it completes: item n is node (n, (size - 1) >> n)."""
        made = [leaf]
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            made.append(leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _fold(self._peaks)


class Tree:
    """A tree with all its nodes in memory: what a batch of receipts needs, and a whole log's verifier."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """A tree over leaf hashes, in their order."""
        self._frontier = Frontier()
        self._nodes: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash."""
        self._nodes += self._frontier.append(leaf)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return self._frontier.root()

    def get(self, level: int, index: int) -> bytes:
        """The hash of a node, as `Nodes` has it."""
        return self._nodes[position(level, index)]


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in their order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The path that proves leaf `index`, from 0, to be in the tree of the first `size` leaves; leaf to root.

    Raises: ValueError when the tree has no such leaf.
    Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    low, high, path = 0, size, []
    while high - low > 1:
        split = _split(low, high)
        if index < split:
            path.append(_subtree(nodes, split, high))
            high = split
        else:
            path.append(_subtree(nodes, low, split))
            low = split
    return path[::-1]


def consistency_proof(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """The path that proves the tree of `first` leaves to be the beginning of the tree of `second` leaves.

    Raises: ValueError unless 1 <= first <= second. Every tree begins with the empty one: that would prove nothing.
    Source: RFC 6962, section 2.1.2.
    """
    if not 1 <= first <= second:
        raise ValueError(
            f"consistency goes from size 1 or more to the same or a larger size, not from {first} to {second}"
        )
    low, high, path = 0, second, []
    while first != high:
        split = _split(low, high)
        if first <= split:
            path.append(_subtree(nodes, split, high))
            high = split
        else:
            path.append(_subtree(nodes, low, split))
            low = split
    if low:
        path.append(_subtree(nodes, low, high))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf hash at `index` to the root of the tree of `size` leaves.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or not _hashes(leaf, root, *path):
        return False
    last = size - 1
    for sibling in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            leaf = node_hash(sibling, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and leaf == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree with the first root is the beginning of the one with the second.

    From size 0 the answer is no: such a proof holds for any two logs.
    Source: RFC 9162, section 2.1.4.2.
    """
    if not 1 <= first <= second or not _hashes(first_root, second_root, *path):
        return False
    if first == second:
        return not path and first_root == second_root
    if first & (first - 1) == 0:
        path = [first_root, *path]
    if not path:
        return False
    return _walk(first - 1, second - 1, path) == (first_root, second_root)


def _walk(index: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    # Both roots as the path has them, or None when it is too long or too short for these sizes.
    while index & 1:
        index, last = index >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        index, last = index >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _split(low: int, high: int) -> int:
    return low + (1 << (high - low - 1).bit_length() - 1)


def _peaks(low: int, high: int) -> Iterable[tuple[int, int]]:
    # The perfect subtrees over leaves low to high - 1, the widest first; low is a multiple of the widest.
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result


def _subtree(nodes: Nodes, low: int, high: int) -> bytes:
    return _fold([nodes.get(level, index) for level, index in _peaks(low, high)])
