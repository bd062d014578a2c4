"""What no rows can have made is refused: one clear error each, before anything is added up."""

import numpy as np

from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array
from fairlead_drift.kernels.words import LEAST, MOST, SATURATION, SQUARES, TOTAL, WIDE
from fairlead_drift.layout import Layout

_WORD = 2.0**64
_SLACK = 1e-9
"""128-bit sums are compared as doubles, which are off by less than this share."""


def require_plausible(layout: Layout, words: Array) -> None:
    """Raises: ProfileError for words that no rows can have made. Shapes: (m, layout.words) int64."""
    end = 1 + layout.starts[-1]
    rows, counts = words[:, :1], words[:, 1:end]
    if words[:, :end].size and words[:, :end].min() < 0:
        raise ProfileError("This profile has a negative count.")
    _require_whole(layout, rows, counts)
    if layout.numbers:
        present = (rows - counts[:, layout.missing]).astype(np.float64)
        _require_moments(present, words[:, end:].reshape(len(words), WIDE, -1))


def _require_whole(layout: Layout, rows: Array, counts: Array) -> None:
    if not layout.features:
        return
    starts = layout.starts[:-1]
    narrow = counts.max() < 2**62 // max(bins for _, bins in layout.features)
    if narrow:
        wrong = np.add.reduceat(counts, starts, axis=1) != rows
    else:  # sums of such counts need more than 64 bits
        wrong = np.add.reduceat(counts.astype(object), starts, axis=1) != rows
    if wrong.any():
        place = int(np.argwhere(wrong)[0, 1]) + 1
        raise ProfileError(f"This profile's counts do not add up to its rows, in feature {place}.")


def _require_moments(present: Array, sums: Array) -> None:
    """Shapes: present (m, k) float64; sums (m, WIDE, k) int64."""
    least, most = sums[:, LEAST].view(np.float64), sums[:, MOST].view(np.float64)
    if np.isnan(least).any() or np.isnan(most).any():
        raise ProfileError("This profile has NaN as a smallest or largest value.")
    none = present == 0
    if (np.where(none, (least != np.inf) | (most != -np.inf), least > most)).any():
        raise ProfileError("This profile's smallest and largest values do not fit its counts.")
    total, squares = _double(sums[:, TOTAL : TOTAL + 2]), _double(sums[:, SQUARES : SQUARES + 2])
    limit = present * 4.0**SATURATION
    odd = ((sums[:, TOTAL] ^ sums[:, SQUARES]) & 1).astype(bool)  # a whole number and its square are odd together
    low, high = 1.0 - _SLACK, 1.0 + _SLACK
    wrong = (squares < 0) | (squares > limit * high) | (np.abs(total) * low > squares) | odd
    wrong |= total * total * low > present * squares  # by the inequality of Cauchy and Schwarz
    wrong |= none & ((total != 0) | (squares != 0))
    wrong |= ((least >= 0) & (total < 0)) | ((most <= 0) & (total > 0))
    if wrong.any():
        raise ProfileError("This profile's sums are impossible for its counts.")


def _double(words: Array) -> Array:
    """Shapes: (m, 2, k) int64, low word first -> (m, k) float64."""
    sign = words[:, 1] >> 63  # the size of a negative one is taken from its complement, lest the words cancel out
    size = (words[:, 1] ^ sign) * _WORD + (words[:, 0] ^ sign).view(np.uint64) - sign
    return np.asarray(np.where(sign == 0, size, -size))
