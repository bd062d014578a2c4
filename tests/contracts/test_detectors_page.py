"""The detector on the page on plugins passes the conformance kit, and the kit sees what is put wrong in it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
SECTION = PAGE.read_text().partition("\n# A drift detector\n")[2]
DETECTOR, TEST = re.findall(r"^```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
DEFECTS = {
    "test_the_plugin_is_found": ("@hookimpl\n", ""),
    "test_it_judges_what_comes": (" and _rows(each)", ""),
    "test_what_is_turned_round": ("abs(outside[1] / n - outside[0] / m)", "1 - outside[1] / n"),
    "test_features_are_judged_alone": ("_finding(each) for each", "_finding(features[0]) for each"),
    "test_p_values_hold_what_they_say": ("math.erfc(effect / spread / 2**0.5)", "math.erfc(effect / spread)"),
}  # fmt: skip
"""The test of the kit that must see it, and what is put wrong."""


def run(folder: Path, detector: str, *options: str) -> "subprocess.CompletedProcess[str]":
    for path, content in {"fairlead_tails/__init__.py": detector, "test_tails.py": TEST}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    metadata = folder / "fairlead_tails-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: fairlead-tails\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text("[fairlead]\ntails = fairlead_tails\n")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-c", os.devnull, "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, *options, f"--rootdir={folder}", str(folder / "test_tails.py")],
        capture_output=True, text=True, timeout=100, env=environment, check=False, cwd=folder,
    )  # fmt: skip


def test_the_pages_detector_passes_the_kit(tmp_path: Path) -> None:
    done = run(tmp_path, DETECTOR)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_pages_detector_keeps_the_rules_of_the_house(tmp_path: Path) -> None:
    file = tmp_path / "tails.py"
    file.write_text(DETECTOR)
    configured = ["--config", str(PAGE.parents[1] / "pyproject.toml")]
    for tool in (
        ["ruff", "check", "-q", *configured],
        ["ruff", "format", "--check", *configured],
        ["mypy", "--strict"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *tool, str(file)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("test", [*DEFECTS])
def test_the_kit_sees_what_is_wrong_with_a_detector(test: str, tmp_path: Path) -> None:
    before, after = DEFECTS[test]
    assert before in DETECTOR
    done = run(tmp_path, DETECTOR.replace(before, after), "-k", test)
    assert done.returncode == 1, done.stdout[-2000:]
