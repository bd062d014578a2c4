"""Rows that hang together: how far stretches of the training data differ from the rest of it."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from fairlead_drift.baseline import Baseline
from fairlead_drift.errors import BaselineError
from fairlead_drift.features import Array
from fairlead_drift.metrics import psi
from fairlead_drift.pairs import Pairs
from fairlead_drift.profile import Profile
from fairlead_drift.significance.tails import normal_sf
from fairlead_drift.tables import Column, columns_of

VERSION = 1
LEAST_ROWS, FINEST, FEWEST = 25, 256, 8
"""Rows in the smallest block; blocks at the finest size; blocks at the coarsest."""


@dataclass(frozen=True)
class Blocks:
    """What the scaled PSI of a contiguous stretch is when nothing but time goes by, for stretches of several lengths.

    Shapes: `rows` (s,) and `blocks` (s,), the length and the number of blocks of each size; `means` and `stds` (s, f),
    of ln(PSI / (1/n + 1/m)) over the blocks of a size; `bins`: which bins these are.
    """

    bins: bytes
    rows: Array
    blocks: Array
    means: Array
    stds: Array

    @classmethod
    def fit(cls, table: Any, baseline: Baseline) -> "Blocks":
        """Learn from the training table in the order of time.

        Blocks of one size are set side by side, each against all rows that are not in it; sizes double.
        Raises: BaselineError with fewer than 200 rows, or a table that is not the baseline's.
        Sources: Carlstein (1986), Ann. Statist. 14(3), 1171-1179; Politis, Romano and Wolf (1999), Subsampling.
        """
        counts = _finest(columns_of(table), baseline)
        rows, blocks, means, stds = [], [], [], []
        while len(counts) >= FEWEST:
            logs = _log_scaled(counts, baseline)
            rows.append(float(counts[:, : baseline.offsets[1]].sum() / len(counts)))
            blocks.append(len(counts))
            means.append(logs.mean(axis=0))
            stds.append(logs.std(axis=0, ddof=1))
            even = len(counts) // 2 * 2
            counts = counts[:even:2] + counts[1:even:2]
        return cls(baseline.bins_digest, np.array(rows), np.array(blocks), np.array(means), np.array(stds))

    def p_values(self, pairs: Pairs) -> Array:
        """The chance that a stretch of training as long as the window differs as much from the rest, (f,).

        Between sizes the logarithms are interpolated in the logarithm of the rows; beyond the longest blocks the growth
        goes on as between the last two. The chance is that of one more draw beside those seen: Student's t with
        blocks - 1 degrees of freedom.
        Sources: Geisser (1993), Predictive Inference; the tail: Wallace (1959), Ann. Math. Statist. 30, 1124-1130.
        """
        scaled = _log(psi(pairs), pairs)
        rows = np.maximum(pairs.n, 1)
        found = [self._p_value(place, float(rows[place]), float(scaled[place])) for place in range(rows.size)]
        return np.where(pairs.both, found, np.nan)

    def _p_value(self, feature: int, rows: float, value: float) -> float:
        sizes = np.log(self.rows)
        at, count = math.log(rows), float(np.interp(math.log(rows), sizes, self.blocks))
        mean = float(np.interp(at, sizes, self.means[:, feature]))
        if at > sizes[-1] and sizes.size > 1:
            slope = (self.means[-1, feature] - self.means[-2, feature]) / (sizes[-1] - sizes[-2])
            mean += min(max(float(slope), 0.0), 1.0) * (at - float(sizes[-1]))
        std = max(float(np.interp(at, sizes, self.stds[:, feature])), 1e-6) * math.sqrt(1.0 + 1.0 / count)
        return _student_sf((value - mean) / std, count - 1.0)

    def to_json(self) -> str:
        """The text form; `from_json` gives equal blocks back."""
        arrays = {name: getattr(self, name).tolist() for name in ("rows", "blocks", "means", "stds")}
        return json.dumps({"v": VERSION, "bins": self.bins.hex(), **arrays}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Blocks":
        """Read the text form. Raises: BaselineError when it is none, or damaged."""
        try:
            plain = json.loads(text)
            arrays = [np.array(plain[name], dtype=np.float64) for name in ("rows", "blocks", "means", "stds")]
            shape = (arrays[0].size, arrays[2].shape[1])
            if plain["v"] != VERSION or arrays[1].shape != shape[:1] or not arrays[2].shape == arrays[3].shape == shape:
                raise ValueError("shapes")
            if not all(np.isfinite(each).all() for each in arrays) or arrays[0].min() <= 0 or arrays[1].min() < 2:
                raise ValueError("values")
            return cls(bytes.fromhex(plain["bins"]), *arrays)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise BaselineError("These are not the blocks of a baseline, or damaged ones.") from error


def _finest(columns: dict[str, Column], baseline: Baseline) -> Array:
    rows = min((columns[each.name].rows for each in baseline.features if each.name in columns), default=0)
    length = max(LEAST_ROWS, -(-rows // FINEST))
    if rows // length < FEWEST:
        raise BaselineError(f"Blocks need {LEAST_ROWS * FEWEST} rows of training in the order of time.")
    counts = np.zeros((rows // length, baseline.offsets[-1]), dtype=np.int64)
    for number in range(len(counts)):
        profile = Profile.empty(baseline)
        start, end = number * length, (number + 1) * length
        profile.update({name: column.part(start, end) for name, column in columns.items()})
        counts[number] = profile.counts
    return counts


def _log_scaled(counts: Array, baseline: Baseline) -> Array:
    blocks, bins = counts.shape
    starts = (np.arange(blocks)[:, None] * bins + np.array(baseline.offsets[:-1])).ravel()
    pairs = Pairs((counts.sum(axis=0) - counts).ravel(), counts.ravel(), starts)
    return _log(psi(pairs), pairs).reshape(blocks, -1)


def _log(values: Array, pairs: Pairs) -> Array:
    scale = pairs.n * (pairs.m / np.maximum(pairs.n + pairs.m, 1))
    return np.asarray(np.log(np.maximum(values * scale, 1e-6)))


def _student_sf(t: float, freedom: float) -> float:
    size = math.sqrt(freedom * math.log1p(t * t / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
    return normal_sf(math.copysign(size, t))
