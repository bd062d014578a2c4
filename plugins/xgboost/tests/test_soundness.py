"""Files made to lead XGBoost astray are refused before it sees them; XGBoost's own files are not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_xgboost.adapter import XGBoostAdapter
from fairlead_xgboost.soundness import check_sound
from fairlead_xgboost.ubj import UbjError, loads
from hypothesis import given, settings
from hypothesis import strategies as st

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


def file(folder: Path, **parameters: Any) -> Path:
    model = xgb.XGBClassifier(n_estimators=4, max_depth=4, enable_categorical=True, **parameters).fit(FRAME, OUTCOME)
    model.save_model(folder / "model.json")
    return folder / "model.json"


def tree(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = forest(content)["trees"][0]
    return found


def forest(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["learner"]["gradient_booster"]["model"]
    return found


def put(name: str, value: int) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        tree(content)[name][0] = value

    return change


BENT: dict[str, Callable[[dict[str, Any]], None]] = {
    "far child": put("left_children", 50_000_000),
    "negative child": put("right_children", -9),
    "its own child": put("left_children", 0),
    "far feature": put("split_indices", 100_000_000),
    "far output": lambda content: forest(content).update(tree_info=[0, 0, 7_000_000, 0]),
    "far round": lambda content: forest(content).update(iteration_indptr=[0, 1, 2, 3, 9]),
    "far level": put("categories", 2**31 - 1),
    "negative level": put("categories", -1),
    "far levels": put("categories_sizes", 10_000_000),
    "level of no node": put("categories_nodes", 10_000_000),
    "no tree": lambda content: forest(content)["trees"].pop(),
    "not numbers": lambda content: tree(content).update(left_children="x"),
    "huge numbers": put("left_children", 2**80),
}


@pytest.mark.parametrize("bend", BENT)
def test_a_model_that_points_outside_of_itself_is_refused(bend: str, tmp_path: Path) -> None:
    path = file(tmp_path)
    card = XGBoostAdapter().describe(tmp_path)
    content = json.loads(path.read_bytes())
    BENT[bend](content)
    path.write_text(json.dumps(content))
    with pytest.raises(UnreadableArtifactError, match="damaged"):
        XGBoostAdapter().load(tmp_path, card)


@pytest.mark.parametrize(
    "parameters",
    [
        {}, {"gamma": 2.0}, {"grow_policy": "lossguide", "max_leaves": 7}, {"booster": "dart"},
        {"num_parallel_tree": 3}, {"max_cat_to_onehot": 1}, {"min_child_weight": 1e9},
        {"tree_method": "exact", "enable_categorical": False},
    ],
    ids=str,
)  # fmt: skip
def test_a_model_of_xgboosts_own_is_sound(parameters: dict[str, Any], tmp_path: Path) -> None:
    frame = FRAME if parameters.get("enable_categorical", True) else FRAME[["a", "i"]]
    model = xgb.XGBClassifier(**{"n_estimators": 4, "max_depth": 4, "enable_categorical": True, **parameters})
    model.fit(frame, OUTCOME).save_model(tmp_path / "model.ubj")
    check_sound(loads((tmp_path / "model.ubj").read_bytes()))


def test_the_two_formats_say_the_same(tmp_path: Path) -> None:
    path = file(tmp_path)
    booster = xgb.Booster()
    booster.load_model(path)
    booster.save_model(tmp_path / "model.ubj")
    binary = loads((tmp_path / "model.ubj").read_bytes())
    assert tree(binary)["left_children"].tolist() == tree(json.loads(path.read_bytes()))["left_children"]
    assert binary["learner"]["feature_names"] == ["a", "t", "i"]


@pytest.mark.parametrize(
    "data",
    [b"[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff", b"[#l\x7f\xff\xff\xff", b"[$S#i\x01", b"{i\xff", b"SD" + bytes(8)],
    ids=["a count of nothings", "a far count", "typed texts", "a negative length", "a length that is no whole number"],
)
def test_lengths_that_cannot_be_are_refused_at_once(data: bytes) -> None:
    with pytest.raises(UbjError):
        loads(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for begun in (data, b"{i\x01a" + data, b"[$i#" + data, b"[#i" + data):
        try:
            loads(begun)
        except UbjError:
            continue
