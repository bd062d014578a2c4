"""The page on plugins is true: its files, as they stand there, make a plugin that passes the conformance kit."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
FILE = re.compile(r"^`(?P<path>[\w/.]+)`: .*?\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
ADAPTER, TEST = "src/fairlead_polynomial/__init__.py", "tests/test_polynomial.py"

SAVED, REFUSED = "saved = _saved(folder)\n        ", "except UnreadableArtifactError:\n            return "
CHECKED, RAISED = "rows_of(table, [self._column])", "raise UnreadableArtifactError"
KEEPING = "json.KEPT = [*getattr(json, 'KEPT', []), bytearray(1 << 20)]\n        "

DEFECTS = {
    "test_the_plugin_is_found_through_its_entry_point": ("@hookimpl\n", ""),
    "test_it_handles_its_own_models_and_no_others": ("return kind.__module__", "return True or kind.__module__"),
    "test_describing_runs_nothing_and_imports_no_framework": (f"{SAVED}return", f"{SAVED}import numpy\n        return"),
    "test_an_empty_folder_is_not_its": (f"{REFUSED}False", f"{REFUSED}True"),
    "test_predictions_equal_the_library_s_own": ("np.asarray(self._model(", "np.asarray(1e-3 + self._model("),
    "test_the_outputs_are_those_of_the_card": ('{"prediction": np', '{"score": np'),
    "test_each_row_alone_scores_as_among_others": ("self._model(values.", "self._model(values.mean() + 0 * values."),
    "test_no_rows_in_give_no_rows_out": (CHECKED, "table[self._column][0]"),
    "test_a_table_that_lacks_a_column_is_refused": (CHECKED, "pass"),
    "test_columns_of_a_wrong_type_are_refused": ("if values.dtype == object:", "if False:"),
    "test_other_files_under_its_names_are_refused": ("DAMAGE = (OSError, ValueError,", "DAMAGE = (OSError,"),
    "test_a_cut_file_is_refused_or_scores_the_same": (f'{RAISED}(f"{{FILE}} is', 'raise RuntimeError(f"{FILE} is'),
    "test_a_table_is_left_as_it_was": (CHECKED, "table[self._column].sort()"),
    "test_the_same_table_gives_the_same_bits": (
        "self._model(values.",
        "np.random.default_rng().random() + self._model(values.",
    ),
    "test_loading_again_and_again_does_not_grow_memory": (f"{SAVED}try:", f"{SAVED}{KEEPING}try:"),
}
"""The test of the kit that must see it, and what is put wrong."""


def files() -> dict[str, str]:
    """The files on the page, by their paths."""
    return {found["path"]: found["content"] for found in FILE.finditer(PAGE.read_text())}


def install(folder: Path, adapter: str) -> None:
    """The page's files, with the metadata that an installer makes of pyproject.toml."""
    for path, content in {**files(), ADAPTER: adapter}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    project = tomllib.loads(files()["pyproject.toml"])["project"]
    metadata = folder / "src" / f"fairlead_polynomial-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["fairlead"].items())
    (metadata / "entry_points.txt").write_text(f"[fairlead]\n{points}")


def run(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """The page's tests, in a process of their own."""
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-c", os.devnull, "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, *options, f"--rootdir={folder}", str(folder / TEST)],
        capture_output=True, text=True, timeout=100, env=environment, check=False, cwd=folder,
    )  # fmt: skip


def test_the_pages_adapter_passes_the_kit(tmp_path: Path) -> None:
    install(tmp_path, files()[ADAPTER])
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_the_pages_files_keep_the_rules_of_the_house(tmp_path: Path) -> None:
    install(tmp_path, files()[ADAPTER])
    root = PAGE.parents[1]
    for tool in (["ruff", "check", "-q"], ["ruff", "format", "--check"], ["mypy", "--strict", "--no-error-summary"]):
        options = ["--config", str(root / "pyproject.toml")] if tool[0] == "ruff" else []
        done = subprocess.run(
            [sys.executable, "-m", *tool, *options, ADAPTER], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("test", DEFECTS)
def test_the_kit_sees_what_is_wrong_with_an_adapter(test: str, tmp_path: Path) -> None:
    before, after = DEFECTS[test]
    adapter = files()[ADAPTER]
    assert before in adapter
    install(tmp_path, adapter.replace(before, after))
    done = run(tmp_path, "-k", test)
    assert done.returncode == 1, done.stdout[-2000:]
    assert re.search(rf"^FAILED .*{test}", done.stdout, re.MULTILINE), done.stdout[-2000:]
