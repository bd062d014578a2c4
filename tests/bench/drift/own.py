"""Fairlead's own side: each figure in a fresh process, told as JSON. `python -m bench.drift.own WHAT DATA REPEATS`."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

NUMBERS, LEVELS = [f"x{n}" for n in range(20)], [f"c{n}" for n in range(5)]
TEXTS = np.array([f"level {n}" for n in range(8)], dtype=object)


def cpu(call: Callable[[], Any], inner: int = 1) -> float:
    """Median processor seconds of one call, over all threads."""
    call()
    found = []
    for _ in range(int(sys.argv[3])):
        began = time.process_time()
        for _ in range(inner):
            call()
        found.append((time.process_time() - began) / inner)
    return statistics.median(found)


def columns(arrays: Any, side: str) -> dict[str, Any]:
    """One side; levels as dictionary codes."""
    import pandas as pd

    numbers = {name: np.ascontiguousarray(arrays[side][:, n]) for n, name in enumerate(NUMBERS)}
    coded = {
        name: pd.Series(pd.Categorical.from_codes(arrays[f"{side}_codes"][:, n], TEXTS))
        for n, name in enumerate(LEVELS)
    }
    return numbers | coded


def without_sums() -> None:
    """Kernels that keep no sums, compiled into a cache of their own: what the exact sums cost."""
    from fairlead_drift.kernels import chunks
    from fairlead_drift.kernels.words import LEAST, SUMS, WIDTH
    from numba import njit

    stretch, present, least, sums, width = chunks._stretch, chunks._present, LEAST, SUMS, WIDTH

    @njit
    def extremes_alone(memory: Any, floats: Any, feature: Any, values: Any) -> Any:
        at = memory[sums] + feature
        stretch(values, floats, at + least * memory[width], at + (least + 1) * memory[width])
        return present(values)

    chunks._add_moments = extremes_alone


def report(arrays: Any) -> dict[str, Any]:
    """The binned report: counting 1 M rows and comparing them."""
    if os.environ.get("BENCH_WITHOUT_SUMS"):
        without_sums()
    from fairlead_drift import Baseline, Profile, compare

    training, scoring = columns(arrays, "training"), columns(arrays, "scoring")
    baseline, found = Baseline.fit(training), []

    def run(threads: int = 1) -> None:
        profile = Profile.empty(baseline)
        profile.update(scoring, threads=threads)
        found[:] = [profile, compare(baseline, profile)]

    counting = cpu(lambda: Profile.empty(baseline).update(scoring))
    wall = {str(threads): _wall(lambda threads=threads: run(threads)) for threads in (1, 2)}
    profile = found[0]
    counts = [profile.counts[a:b].tolist() for a, b in zip(baseline.offsets, baseline.offsets[1:], strict=False)]
    bounds = [[each.low, *each.edges, each.high] for each in baseline.numeric]
    order = [[each.levels.index(text) for text in TEXTS] for each in baseline.categorical]
    far = found[1].features
    return {
        "seconds": cpu(run), "counting": counting, "wall": wall, "counts": counts, "bounds": bounds, "order": order,
        "jensen_shannon": {name: far[name].distances.jensen_shannon for name in LEVELS},
    }  # fmt: skip


def _wall(call: Callable[[], None]) -> float:
    found = []
    for _ in range(int(sys.argv[3])):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return min(found)


def exact(arrays: Any) -> dict[str, Any]:
    """Exact distances of every numeric column, from rows in no order."""
    from fairlead_drift import exact as measured

    pairs = [(arrays["training"][:, n].copy(), arrays["scoring"][:, n].copy()) for n in range(20)]
    found = [list(measured.distances(a, b)) for a, b in pairs]
    stds = [float(np.std(a)) for a, _ in pairs]
    return {"seconds": cpu(lambda: [measured.distances(a, b) for a, b in pairs]), "distances": found, "stds": stds}


def stream(arrays: Any) -> dict[str, Any]:
    """Blocks, mappings and texts of 1, 32 and 256 rows; merging 1,000 profiles with 64 bins."""
    if os.environ.get("BENCH_WITHOUT_SUMS"):
        without_sums()
    from fairlead_drift import Baseline, Profile

    training = columns(arrays, "training")
    baseline, told = Baseline.fit(training), {}
    profile = Profile.empty(baseline)
    for rows in (1, 32, 256):
        matrix = np.ascontiguousarray(arrays["scoring"][:rows])
        codes = np.ascontiguousarray(arrays["scoring_codes"][:rows].astype(np.int32))
        mapping = {name: matrix[:, n].copy() for n, name in enumerate(NUMBERS)}
        texts = {name: TEXTS[codes[:, n]] for n, name in enumerate(LEVELS)}
        told[f"block {rows}"] = cpu(lambda m=matrix, c=codes: profile.update_block(m, c), 400)
        told[f"mapping {rows}"] = cpu(lambda m=mapping | texts: profile.update(m), 100)
        told[f"encoding {rows}"] = cpu(lambda t=texts: [baseline.encode(name, t[name]) for name in LEVELS], 100)
    fine = Baseline.fit(training, max_bins=64)
    parts = []
    for part in range(1_000):
        one = Profile.empty(fine)
        rows = slice(part * 100, part * 100 + 100)
        one.update_block(arrays["scoring"][rows], arrays["scoring_codes"][rows].astype(np.int32))
        parts.append(one.to_bytes())
    merged = Profile.merge_bytes(parts)
    told["merge 1000"] = cpu(lambda: Profile.merge_bytes(parts))
    return {"seconds": told, "rows": merged.rows}


def first() -> dict[str, Any]:
    """Import and first use with a filled cache: all processor time of this process."""
    from fairlead_drift import Baseline, Profile, compare

    baseline = Baseline.fit({"x": np.arange(1_000.0)})
    profile = Profile.empty(baseline)
    profile.update_block(np.arange(100.0).reshape(-1, 1), np.zeros((100, 0), dtype=np.int32))
    compare(baseline, profile)
    return {"seconds": time.process_time()}


if __name__ == "__main__":
    what = sys.argv[1]
    told = (
        first() if what == "first" else {"report": report, "exact": exact, "stream": stream}[what](np.load(sys.argv[2]))
    )
    sys.stdout.write(json.dumps(told) + "\n")
