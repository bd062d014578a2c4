"""From bytes to words and back: what is refused, and how words add up. `contracts/PROFILES.md` has the format."""

from collections.abc import Iterator, Sequence

import numpy as np

from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array
from fairlead_drift.kernels.words import MOST_ROWS, WIDE
from fairlead_drift.layout import Layout
from fairlead_drift.plausible import require_plausible

_BATCH = 800_000
"""Bytes of profiles that are added up at a time: about as many as the nearer caches hold."""
_HALF, _WORD, _TOP = 2**32 - 1, 2**64 - 1, 2**127


def words_of(layout: Layout, parts: Sequence[bytes]) -> Array:
    """The words of profiles of one layout. Shapes: (m, layout.words) int64; a view where there is one part.

    Raises: ProfileError for a part of another length or layout, or that no rows can have made.
    """
    for part in parts:
        if len(part) != layout.size or part[: len(layout.head)] != layout.head:
            raise _other(layout, part)
    raw = parts[0] if len(parts) == 1 else b"".join(parts)
    words = np.frombuffer(raw, dtype="<i8").reshape(len(parts), -1)[:, len(layout.head) // 8 :]
    require_plausible(layout, words)
    return words


def _other(layout: Layout, part: bytes) -> ProfileError:
    theirs = Layout.read(part)
    if theirs.bins != layout.bins:
        return ProfileError("These profiles stand on different baselines, so they do not add up.")
    if theirs != layout:
        return ProfileError("These profiles name the same baseline but have different bins: one of them is damaged.")
    return ProfileError(f"This profile's bytes are damaged: {len(part):,} of them, not {layout.size:,}.")


def merged(layout: Layout, parts: Sequence[bytes]) -> Array:
    """The words of all parts together. Shapes: (layout.words,) int64. Raises: as `words_of`, and `added`."""
    some = max(1, _BATCH // layout.size)
    return added(layout, (words_of(layout, parts[at : at + some]) for at in range(0, len(parts), some)))


def added(layout: Layout, batches: Iterator[Array]) -> Array:
    """The sum of words. Raises: ProfileError when it overflows. Shapes: batches of (m, layout.words) int64."""
    end, rows = 1 + layout.starts[-1], 0
    total, halves = np.zeros(end, dtype=np.int64), np.zeros((3, 4, layout.numbers), dtype=np.int64)
    least, most = np.full(layout.numbers, np.inf), np.full(layout.numbers, -np.inf)
    for words in batches:
        rows += sum(words[:, 0].tolist())
        if rows > MOST_ROWS:
            raise ProfileError(f"Together these profiles have more than {MOST_ROWS} rows, which none can count.")
        total += words[:, :end].sum(axis=0)
        sums = words[:, end:].reshape(len(words), WIDE, -1)
        upper = sums[:, :4] >> 32
        for half, part in zip(halves, (sums[:, :4] & _HALF, upper & _HALF, upper), strict=True):
            half += part.sum(axis=0)
        extremes = sums[:, 4:].view(np.float64)
        np.minimum(least, extremes[:, 0].min(axis=0), out=least)
        np.maximum(most, extremes[:, 1].max(axis=0), out=most)
    return np.concatenate([total, _joined(halves).ravel(), least.view(np.int64), most.view(np.int64)])


def _joined(halves: Array) -> Array:
    """Sums of 32-bit halves as 128-bit sums. Shapes: halves (3: lower, upper, upper with its sign; 4; k) -> (4, k)."""
    lower, upper, signed = halves.astype(object)
    sums = lower[::2] + (upper[::2] << 32) + (lower[1::2] << 64) + (signed[1::2] << 96)
    if any(not -_TOP <= each < _TOP for each in sums.ravel()):
        raise ProfileError("Together these profiles' sums overflow 128 bits.")
    joined = np.empty((4, sums.shape[1]), dtype=np.uint64)
    joined[::2], joined[1::2] = sums & _WORD, (sums >> 64) & _WORD
    return joined.view(np.int64)


def bytes_of(layout: Layout, words: Array) -> bytes:
    """The exact bytes of a profile's words. Shapes: (layout.words,) int64."""
    extremes = words[len(words) - 2 * layout.numbers :].view(np.float64)
    extremes += 0.0  # a negative zero becomes a positive one: which of the two is smaller depends on the order
    return layout.head + words.astype("<i8", copy=False).tobytes()
