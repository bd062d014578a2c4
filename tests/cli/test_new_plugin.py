"""`fairlead plugin new` writes what the page on plugins shows, under any name, and it passes the conformance kit."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fairlead_cli.app import app
from fairlead_cli.commands.plugins import rendered
from typer.testing import CliRunner

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
FILE = re.compile(r"^`(?P<path>[\w/.]+)`: .*?\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_files_are_those_of_the_page() -> None:
    assert rendered("polynomial") == {found["path"]: found["content"] for found in FILE.finditer(PAGE.read_text())}


def test_a_plugin_of_any_name_passes_the_kit_as_it_stands(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    done = CliRunner().invoke(app, ["plugin", "new", "my-own2", "--folder", str(target)])
    assert done.exit_code == 0, done.output
    metadata = target / "src" / "fairlead_my_own2-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: fairlead-my-own2\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text("[fairlead]\nmy-own2 = fairlead_my_own2\n")
    assert 'entry-points.fairlead.my-own2 = "fairlead_my_own2"' in (target / "pyproject.toml").read_text()
    environment = {**os.environ, "PYTHONPATH": str(target / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-c", os.devnull, "-p", "no:cacheprovider"]
    tests = subprocess.run(
        [*command, f"--rootdir={target}", str(target / "tests")],
        env=environment, capture_output=True, text=True, timeout=110, check=False, cwd=target,
    )  # fmt: skip
    assert tests.returncode == 0, tests.stdout[-3000:]


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = CliRunner().invoke(app, ["plugin", "new", "mine", "--folder", str(tmp_path)])
    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["Mine", "my_own", "-x", "x--y", "../x", ""])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["plugin", "new", "--", name]).exit_code == 2
    assert list(tmp_path.iterdir()) == []
