"""Drift beside its peers, in one run: `uv run tox -e bench-drift`.

Each peer is installed into an environment of its own and runs in a process of its own; where it defines the same thing,
its answers are compared with Fairlead's before anything is printed. Processor seconds, medians of five.
`--only NAME ...`, `--repeats N` and `--rows N` shorten a run.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[2] / ".tox" / "peers"
Own = Mapping[str, Any]
NEEDS = {
    "evidently": ("pandas<3",),
    "nannyml": ("pandas<3", "statsmodels"),
    "whylogs": ("whylogs[viz]", "pandas<3", "numpy<2"),
}
"""What a peer uses and does not say that it does, or not in which version."""


def made(file: Path, rows: int) -> None:
    """Training and scoring: 20 numeric columns, some skewed or tied, and 5 of 8 levels; scoring drifts a little."""
    rng, sides = np.random.default_rng(1), {}
    for side, count, shift in (("training", 100_000, 0.0), ("scoring", rows, 0.1)):
        numbers = rng.normal(shift, 1.0, (count, 20))
        numbers[:, 5:10] = np.exp(numbers[:, 5:10])
        numbers[:, 10:12] = np.round(numbers[:, 10:12], 1)
        sides[side] = numbers
        sides[f"{side}_codes"] = rng.choice(8, (count, 5), p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02]).astype(
            np.int8
        )
    np.savez(file, **sides)


def own(what: str, data: Path, repeats: int, **environment: str) -> Any:
    """One of Fairlead's figures, in a fresh process."""
    command = [sys.executable, "-m", "bench.drift.own", what, str(data), str(repeats)]
    return _answer(command, {**os.environ, **environment})


def peer(name: str, script: str, data: Path, repeats: int, *more: str) -> Any:
    """A peer's figure, and its version; it is installed the first time."""
    folder = ENVIRONMENTS / name
    if not (folder / "bin" / "python").exists():
        subprocess.run(["uv", "venv", "-q", "--python", "3.11", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    packages = [name, "numpy", *NEEDS.get(name, ())]
    outside = tempfile.gettempdir()  # within the workspace its pins would hold for peers, too
    subprocess.run(["uv", "pip", "install", "-q", "--python", python, *packages], check=True, cwd=outside)
    quiet = {**os.environ, "NML_DISABLE_USAGE_LOGGING": "1", "DO_NOT_TRACK": "1", "WHYLOGS_NO_ANALYTICS": "True"}
    found = _answer([python, str(HERE / "peers" / script), str(data), str(repeats), *more], quiet)
    version = f"import importlib.metadata as m; print(m.version({name!r}))"
    found["version"] = subprocess.run(
        [python, "-c", version], check=True, capture_output=True, text=True
    ).stdout.strip()
    return found


def _answer(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def same_bins(binned: Own, found: Own) -> None:
    """polars counts what Fairlead counts."""
    for place, below in enumerate(found["below"]):
        counts = binned["counts"][place]
        assert list(np.cumsum(counts[:-2])) == below, f"x{place}"
    for place, levels in enumerate(found["levels"]):
        counts = binned["counts"][20 + place]
        assert [counts[code] for code in binned["order"][place]] == levels, f"c{place}"


def same_distances(measured: Own, found: Own) -> None:
    """scipy's distances are Fairlead's."""
    np.testing.assert_allclose(found["distances"], measured["distances"], rtol=1e-9)


def same_as_evidently(measured: Own, binned: Own, found: Own) -> None:
    """Evidently's Wasserstein distance is Fairlead's in standard deviations, its Jensen-Shannon distance Fairlead's."""
    for place, (pair, std) in enumerate(zip(measured["distances"], measured["stds"], strict=True)):
        np.testing.assert_allclose(found["values"][f"x{place}"], pair[1] / std, rtol=1e-3)
    for name, distance in binned["jensen_shannon"].items():
        np.testing.assert_allclose(found["values"][name], distance, rtol=1e-6, atol=1e-9)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, bounds, cache = (Path(folder) / name for name in ("data.npz", "bounds.json", "cache"))
        made(data, asked.rows)
        bare = {"BENCH_WITHOUT_SUMS": "1", "NUMBA_CACHE_DIR": str(cache)}
        own("first", data, 1)
        binned, measured, streamed = (own(what, data, asked.repeats) for what in ("report", "exact", "stream"))
        plain, thin = (own(what, data, asked.repeats, **bare) for what in ("report", "stream"))
        bounds.write_text(json.dumps(binned["bounds"]))
        _say(
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {asked.rows:,} rows.\n"
        )
        _say("| what | CPU seconds | times Fairlead |\n| --- | --- | --- |")
        _say(f"| Fairlead, binned report, one thread | {binned['seconds']:.4f} | |")
        _say(f"| of which counting | {binned['counting']:.4f} | |")
        _say(f"| the same without exact sums | {plain['seconds']:.4f} | |")
        _say(f"| Fairlead, exact KS and Wasserstein | {measured['seconds']:.3f} | |")
        checks: dict[str, tuple[str, Callable[[Own], None], float]] = {
            "polars": ("polars_bins.py", lambda found: same_bins(binned, found), binned["seconds"]),
            "scipy": ("scipy_exact.py", lambda found: same_distances(measured, found), measured["seconds"]),
            "nannyml": ("nannyml_univariate.py", lambda found: None, binned["seconds"]),
            "whylogs": ("whylogs_profiles.py", lambda found: _equal(found["rows"], asked.rows), binned["seconds"]),
            "evidently": (
                "evidently_report.py", lambda found: same_as_evidently(measured, binned, found), measured["seconds"]
            ),
        }  # fmt: skip
        for name, (script, check, beside) in checks.items():
            if not asked.only or name in asked.only:
                found = peer(name, script, data, asked.repeats, str(bounds))
                check(found)
                _say(f"| {name} {found['version']} | {found['seconds']:.3f} | {found['seconds'] / beside:.0f} |")
        _streams(asked, data, streamed, thin)
        threads = binned["wall"]
        _say(f"\nTwo threads: {threads['1'] * 1e3:.1f} ms by the clock with one, {threads['2'] * 1e3:.1f} ms with two.")
        _say(f"Import and first use, kernels cached: {own('first', data, 1)['seconds']:.2f} s CPU.")


def _streams(asked: argparse.Namespace, data: Path, streamed: Own, thin: Own) -> None:
    seconds, bare = streamed["seconds"], thin["seconds"]
    _say("\n| us for 25 features | 1 row | 32 rows | 256 rows |\n| --- | --- | --- | --- |")
    for what, found in (("block", seconds), ("block", bare), ("mapping", seconds), ("encoding", seconds)):
        name = f"{what}{', without exact sums (from 21 rows on)' if found is bare else ''}"
        _say(f"| Fairlead, {name} | " + " | ".join(f"{found[f'{what} {n}'] * 1e6:.2f}" for n in (1, 32, 256)) + " |")
    for name, script in (("river", "river_stream.py"), ("datasketches", "datasketches_stream.py")):
        if not asked.only or name in asked.only:
            found = peer(name, script, data, asked.repeats)
            told = " | ".join(f"{found['seconds'][str(n)] * 1e6:.2f}" for n in (1, 32, 256))
            _say(f"| {name} {found['version']} | {told} |")
    _say(f"\nMerging the bytes of 1,000 profiles with 64 bins: {seconds['merge 1000'] * 1e3:.2f} ms.")


def _equal(found: Any, wanted: Any) -> None:
    assert found == wanted, (found, wanted)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
