"""Files made to lead LightGBM astray are refused before it sees them; whatever is in a file, the process lives."""

import subprocess
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_lightgbm.adapter import LightGBMAdapter

RANDOM = np.random.default_rng(1)
ROWS = 300
FRAME = pd.DataFrame(
    {
        "a": RANDOM.normal(size=ROWS),
        "t": pd.Categorical(RANDOM.choice(["x", "y", "z"], ROWS)),
        "i": RANDOM.integers(0, 9, ROWS),
    }
)
OUTCOME = ((FRAME.a > 0) ^ (FRAME.t == "x")).astype(int)

BENT = {
    "far child": ("left_child=", "left_child=500000000 "),
    "a child less": ("right_child=", "right_child=1\nright="),
    "its own child": ("left_child=1", "left_child=0"),
    "far feature": ("split_feature=", "split_feature=7000000\nold="),
    "many leaves": ("num_leaves=5", "num_leaves=2000000000"),
    "no leaves": ("num_leaves=5", "num_leaves=-1"),
    "many categories": ("num_cat=", "num_cat=20000000"),
    "far levels": ("cat_boundaries=0 1", "cat_boundaries=0 9000"),
    "negative levels": ("cat_threshold=", "cat_threshold=-"),
    "not numbers": ("leaf_value=", "leaf_value=x"),
    "not a number": ("leaf_value=", "leaf_value=nan "),
    "endless": ("leaf_value=", "leaf_value=1e999 "),
    "many classes": ("num_class=1", "num_class=100000000"),
    "trees of other classes": ("num_tree_per_iteration=1", "num_tree_per_iteration=1000"),
    "classes that differ": ("objective=binary sigmoid:1", "objective=multiclass num_class:900000"),
    "no objective of LightGBM's": ("objective=binary", "objective=../x"),
    "linear, without its numbers": ("is_linear=0", "is_linear=1"),
}


def file(folder: Path) -> Path:
    model = lgb.LGBMClassifier(n_estimators=4, num_leaves=5, min_child_samples=5, verbose=-1).fit(FRAME, OUTCOME)
    model.booster_.save_model(folder / "model.txt")
    return folder / "model.txt"


@pytest.mark.parametrize("bend", BENT)
def test_a_model_that_points_outside_of_itself_is_refused(bend: str, tmp_path: Path) -> None:
    path = file(tmp_path)
    text = path.read_text()
    before, after = BENT[bend]
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(UnreadableArtifactError):
        LightGBMAdapter().load(tmp_path, LightGBMAdapter().describe(tmp_path))


def test_sizes_of_trees_that_lie_are_not_looked_at(tmp_path: Path) -> None:
    path = file(tmp_path)
    card = LightGBMAdapter().describe(tmp_path)
    wanted = LightGBMAdapter().load(tmp_path, card).predict(dict(zip("ati", columns(), strict=True)))
    lines = [
        "tree_sizes=4 99999999 -1 7" if line.startswith("tree_sizes") else line for line in path.read_text().split("\n")
    ]
    path.write_text("\n".join(lines))
    found = LightGBMAdapter().load(tmp_path, card).predict(dict(zip("ati", columns(), strict=True)))
    assert found["probability"].tolist() == wanted["probability"].tolist()


def columns() -> list[np.ndarray]:
    return [FRAME.a.to_numpy(), np.array([*FRAME.t], dtype=object), FRAME.i.to_numpy()]


BENDING = """
import random, sys
from pathlib import Path
import numpy as np
from fairlead_contracts.errors import FairleadError
from fairlead_lightgbm.adapter import LightGBMAdapter
folder, adapter, dice = Path(sys.argv[1]), LightGBMAdapter(), random.Random(int(sys.argv[2]))
path = folder / "model.txt"
whole = path.read_bytes()
table = {"a": np.linspace(-2, 2, 9), "t": np.array(["x", "y", "z"] * 3, dtype=object), "i": np.arange(9)}
refused = 0
for _ in range(300):
    bent = bytearray(whole)
    for _ in range(dice.randint(1, 4)):
        bent[dice.randrange(len(whole))] = dice.choice(b"0123456789- .=e\\n")
    path.write_bytes(bent)
    try:
        predictor = adapter.load(folder, adapter.describe(folder))
        predictor.predict(table)
        predictor.explain(table)
    except FairleadError:
        refused += 1
print(refused)
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_no_bent_byte_ends_the_process(seed: str, tmp_path: Path) -> None:
    file(tmp_path)
    command = [sys.executable, "-c", BENDING, str(tmp_path), seed]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, (seed, done.stderr[-2000:])
    assert int(done.stdout) > 30
