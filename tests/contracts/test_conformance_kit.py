"""Each check of the conformance kit fails for an adapter that is wrong in its way, and all pass for one that is not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from contracts.test_plugins_page import DEFECTS as ON_THE_PAGE
from fairlead_contracts.testing import AdapterConformance

KIT = Path(__file__).with_name("kit")
ADAPTER = (KIT / "additive.py.txt").read_text()
DESCRIBED, BOTH = "        _saved(folder)\n        return ModelCard(", "amount, level = self._columns(table)\n        "
PREDICTS, EXPLAINS = f"{BOTH}return", f"{BOTH}shares"
RUNS = "test_describing_runs_nothing_and_imports_no_framework"

DEFECTS = [
    ("test_a_saved_model_is_recognised", "return bool(_saved(folder))", "return False"),
    (
        "test_a_model_is_saved_as_plain_files", "(folder / FILE).write",
        "(folder / 'x').symlink_to(FILE)\n        (folder / FILE).write",
    ),
    ("test_the_card_says_what_the_model_is", 'framework_version="1.0"', 'framework_version=""'),
    ("test_the_card_says_what_the_model_is", "inputs=INPUTS,", 'inputs=("kind", "amount"),'),
    ("test_the_card_says_what_the_model_is", 'task="regression"', 'task="classification"'),
    (RUNS, DESCRIBED, f"        __import__('pickle').loads(b'cbuiltins\\nlen\\n.')\n{DESCRIBED}"),
    (RUNS, DESCRIBED, f"        __import__('subprocess').run(['true'])\n{DESCRIBED}"),
    (RUNS, DESCRIBED, f"        (folder / 'seen').write_text('')\n{DESCRIBED}"),
    (RUNS, "import numpy as np\n", "import numpy as np\nimport sklearn\n"),
    ("test_missing_values_score_as_the_library_says_or_are_refused", "levels[each] for", "levels.get(each, 0.0) for"),
    (
        "test_columns_in_another_order_score_the_same", "rows_of(table, INPUTS)\n",
        "rows_of(table, INPUTS)\n        table = dict(zip(INPUTS, [*table.values(), 0, 0]))\n",
    ),
    ("test_an_explanation_has_a_share_of_every_input_in_every_row", "INPUTS, shares,", "INPUTS, shares[:, 0],"),
    ("test_contributions_are_the_library_s_own", "INPUTS, shares,", "INPUTS, 1.001 * shares,"),
    ("test_contributions_add_up_to_what_orders_the_predictions", "INPUTS, shares,", "INPUTS, -shares,"),
    ("test_each_row_alone_is_explained_as_among_others", "INPUTS, shares,", "INPUTS, shares - shares.mean(axis=0),"),
    (
        "test_a_table_that_does_not_fit_is_not_explained", EXPLAINS,
        f"table = {{'amount': np.zeros(9), **table}}\n        {EXPLAINS}",
    ),
    ("test_a_folder_in_the_place_of_a_file_is_refused", "DAMAGE = (OSError,", "DAMAGE = (FileNotFoundError,"),
    (
        "test_a_column_too_many_is_refused_or_changes_nothing", 'amount, kind = table["amount"],',
        'amount, kind = sum(each for each in table.values() if each.dtype != object),',
    ),
    ("test_columns_of_a_wrong_shape_are_refused", "rows_of(table, INPUTS)", "rows_of(table, INPUTS[:0] or ('kind',))"),
    (
        "test_numbers_among_texts_are_refused_or_scored", 'raise InvalidTableError("kind holds n',
        'raise TypeError("kind holds n',
    ),
    ("test_a_table_without_columns_is_refused", "rows_of(table, INPUTS)", "rows_of(table, INPUTS) if table else [][0]"),
    (
        "test_many_threads_at_once_get_their_own_answers", PREDICTS,
        f"self._kept = table\n        __import__('time').sleep(0.002)\n        table = self._kept\n        {PREDICTS}",
    ),
    (
        "test_predicting_takes_no_longer_than_the_library_and_its_share", PREDICTS,
        f"__import__('time').sleep(0.02)\n        {PREDICTS}",
    ),
]  # fmt: skip
"""The test that must see it, and what is put wrong."""


def run(folder: Path, adapter: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """The kit in a process of its own, on an adapter that is installed there."""
    (package := folder / "src" / "fairlead_additive").mkdir(parents=True)
    (package / "__init__.py").write_text(adapter)
    (metadata := folder / "src" / "fairlead_additive-1.0.dist-info").mkdir()
    (metadata / "METADATA").write_text("Name: fairlead-additive\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[fairlead]\nadditive = fairlead_additive\n")
    (folder / "test_additive.py").write_text((KIT / "conformance.py.txt").read_text())
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        [*command, f"--rootdir={folder}", str(folder / "test_additive.py")],
        capture_output=True, text=True, timeout=100, env=environment, check=False, cwd=folder,
    )  # fmt: skip


def test_an_adapter_without_defects_passes(tmp_path: Path) -> None:
    done = run(tmp_path, ADAPTER)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(("test", "before", "after"), DEFECTS, ids=[f"{n}-{each[0]}" for n, each in enumerate(DEFECTS)])
def test_a_defect_is_seen_by_the_check_that_is_for_it(test: str, before: str, after: str, tmp_path: Path) -> None:
    assert ADAPTER.count(before) == 1
    done = run(tmp_path, ADAPTER.replace(before, after), "-k", test)
    assert done.returncode == 1, done.stdout[-2000:]
    assert re.search(rf"^FAILED .*{test}", done.stdout, re.MULTILINE), done.stdout[-2000:]


def test_every_check_has_an_adapter_that_fails_it() -> None:
    checks = {name for name in dir(AdapterConformance) if name.startswith("test_")}
    assert checks == {test for test, *_ in DEFECTS} | set(ON_THE_PAGE)
