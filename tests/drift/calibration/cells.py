"""Windows and references that nothing sets apart, many at once.

Shares: what a fitted baseline's bins hold, low and high bins, missing and unseen levels included. Each cell of the grid
is one set of shares, one number of reference rows and one of window rows, with a seed of its own.
"""

import os
import zlib
from collections.abc import Iterator

import numpy as np
from fairlead_drift.pairs import Pairs

FULL = os.environ.get("FAIRLEAD_TEST_GRID") == "full"
REPETITIONS = 20_000 if FULL else 4_000
REFERENCES = (1_000, 5_000, 20_000, 200_000) if FULL else (1_000, 200_000)
WINDOWS = (100, 200, 500, 1_000, 3_000, 10_000) if FULL else (100, 1_000, 10_000)


def _shares(*parts: float) -> np.ndarray:
    return np.array(parts) / sum(parts)


SHARES = {
    "deciles": _shares(0, *[1] * 10, 0, 0),
    "deciles, tails, missing": _shares(0.005, *[1] * 10, 0.005, 0.2),
    "64 bins": _shares(0.001, *[1] * 64, 0.001, 1),
    "skewed": _shares(0.001, *[0.5**each for each in range(10)], 0, 0),
    "tied": _shares(0, 0.7, 0.2, 0.07, 0.03, 0, 0),
    "zero-inflated": _shares(0, 0.93, 0.03, 0.02, 0.01, 0.01, 0.0005, 0.05),
    "levels": _shares(*[1 / each**1.5 for each in range(1, 27)], 0, 0),
    "rare levels": _shares(0.6, 0.3, *[0.005] * 20, 0.0005, 0.002),
    "very rare levels": _shares(0.9, 0.09, *[0.0005] * 20, 0, 0),
}
CHOSEN = list(SHARES) if FULL else ["deciles, tails, missing", "skewed", "tied", "rare levels"]
GRID = [(name, m, n) for name in CHOSEN for m in REFERENCES for n in WINDOWS]


def draw(shares: np.ndarray, m: int, n: int, seed: str) -> Iterator[Pairs]:
    """Independent references and windows, a few thousand at a time."""
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    for _ in range(0, REPETITIONS, 4_000):
        yield Pairs.of(rng.multinomial(m, shares, 4_000), rng.multinomial(n, shares, 4_000))
