"""A baseline packed for the kernels, with room for a profile's state: one array, laid out as `kernels.words` says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fairlead_drift.features import Array, Categorical, Feature, Numeric
from fairlead_drift.kernels import words
from fairlead_drift.layout import Layout

_NEAR = float(2**31 - 1)


def pack(layout: Layout, features: Sequence[Feature]) -> Array:
    """The memory of a profile that has counted nothing. Shapes: (n,) int64."""
    numeric = [each for each in features if isinstance(each, Numeric)]
    coded = [each for each in features if isinstance(each, Categorical)]
    width = -len(numeric) % words.LANES + len(numeric)
    edges = max((len(each.edges) for each in numeric), default=0)
    edges += -edges % words.GROUP
    records = words.HEAD + (words.FIELDS + edges) * width
    state = records + words.CODED * len(coded)
    sums = state + 1 + layout.starts[-1]
    memory = np.zeros(sums + words.WIDE * width, dtype=np.int64)
    memory[: words.SUMS + 1] = (len(numeric), len(coded), width, edges, state, sums)
    begins = dict(zip((each.name for each in features), layout.starts, strict=False))
    _pack_numeric(memory, numeric, [state + 1 + begins[each.name] for each in numeric])
    for place, each in enumerate(coded):
        at = records + words.CODED * place
        memory[at : at + words.CODED] = (state + 1 + begins[each.name], each.size)
    return memory


def bare(layout: Layout) -> Array:
    """The memory of a profile whose baseline is not known: a state alone, into which no kernel counts. Shapes: (n,)."""
    width = -layout.numbers % words.LANES + layout.numbers
    sums = words.HEAD + 1 + layout.starts[-1]
    memory = np.zeros(sums + words.WIDE * width, dtype=np.int64)
    memory[: words.SUMS + 1] = (-1, -1, width, 0, words.HEAD, sums)
    return memory


def fill(memory: Array, layout: Layout, state: Array) -> None:
    """Set a profile's state. Shapes: state (layout.words,) int64."""
    start, end = memory[words.STATE], memory[words.SUMS]
    memory[start:end] = state[: end - start]
    sums_of(memory, layout)[:] = state[end - start :].reshape(words.WIDE, -1)


def state_of(memory: Array, layout: Layout) -> Array:
    """A profile's state, a copy. Shapes: (layout.words,) int64."""
    return np.concatenate([memory[memory[words.STATE] : memory[words.SUMS]], sums_of(memory, layout).ravel()])


def sums_of(memory: Array, layout: Layout) -> Array:
    """The numeric features' words of a profile's memory, a view. Shapes: (words.WIDE, k) int64."""
    return memory[memory[words.SUMS] :].reshape(words.WIDE, -1)[:, : layout.numbers]


def counts_of(memory: Array) -> Array:
    """The counts of all features, in order, a view. Shapes: (t,) int64."""
    return memory[memory[words.STATE] + 1 : memory[words.SUMS]]


def totals_of(memory: Array, layout: Layout) -> list[list[int]]:
    """For each numeric feature the sum and the sum of squares, in grid steps."""
    found, low = sums_of(memory, layout).tolist(), 2**64 - 1
    wide = [
        [(high << 64) + (each & low) for each, high in zip(*found[at : at + 2], strict=True)]
        for at in (words.TOTAL, words.SQUARES)
    ]
    return [list(pair) for pair in zip(*wide, strict=True)]


def counted(memory: Array, layout: Layout, features: Sequence[Feature]) -> Iterator[Feature]:
    """The features with a memory's counts as theirs."""
    sums, counts = iter(totals_of(memory, layout)), counts_of(memory).tolist()
    for feature, start, end in zip(features, layout.starts, layout.starts[1:], strict=False):
        own = tuple(counts[start:end])
        if isinstance(feature, Numeric):
            total, squares = next(sums)
            yield replace(feature, counts=own, total=total, squares=squares)
        else:
            yield replace(feature, counts=own)


def _pack_numeric(memory: Array, features: Sequence[Numeric], counts: list[int]) -> None:
    if not features:
        return
    width, edges = int(memory[words.WIDTH]), int(memory[words.EDGES])
    table = memory[words.HEAD : words.HEAD + (words.FIELDS + edges) * width].reshape(-1, width)
    floats = table.view(np.float64)
    floats[words.VALUES], floats[words.FIELDS :] = np.nan, np.nan
    extremes = memory[memory[words.SUMS] :].reshape(words.WIDE, width).view(np.float64)
    extremes[words.LEAST], extremes[words.MOST] = np.inf, -np.inf
    for lane, each in enumerate(features):
        table[words.COUNTS, lane], table[words.SIZE, lane] = counts[lane], len(each.edges)
        near = min(_NEAR * each.quantum, np.finfo(np.float64).max)
        floats[words.LOW : words.NEAR + 1, lane] = (each.low, each.high, 1.0 / each.quantum, near)
        floats[words.FIELDS : words.FIELDS + len(each.edges), lane] = each.edges
