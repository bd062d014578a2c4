"""Files made to lead compiled code astray: indices outside of the model's own arrays are found before it is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_sklearn.skops_adapter import SkopsAdapter
from fairlead_sklearn.soundness import check_sound
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

RANDOM = np.random.default_rng(2)
ROWS = np.column_stack([RANDOM.normal(size=(200, 2)), RANDOM.integers(0, 5, 200)])
OUTCOME = (ROWS[:, 0] + (ROWS[:, 2] > 2) > 0.5).astype(int)


def bent(tree: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a compiled tree's state."""
    state = dict(tree.__getstate__())
    state["nodes"] = state["nodes"].copy()
    change(state)
    tree.__setstate__(state)


def nodes(field: str, value: int) -> Callable[[dict[str, Any]], None]:
    """Set a field of the root."""

    def change(state: dict[str, Any]) -> None:
        state["nodes"][field][0] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        nodes("left_child", 1_000_000), nodes("right_child", -7), nodes("left_child", 0), nodes("feature", 3),
        nodes("feature", -2), lambda state: state.update(node_count=10_000),
    ],
    ids=["far child", "negative child", "its own child", "far feature", "negative feature", "count"],
)  # fmt: skip
def test_a_tree_that_points_outside_of_itself_is_refused(change: Any, tmp_path: Path) -> None:
    model = DecisionTreeClassifier().fit(ROWS, OUTCOME)
    SkopsAdapter().save(model, tmp_path)
    card = SkopsAdapter().describe(tmp_path)
    assert SkopsAdapter().load(tmp_path, card)
    bent(model.tree_, change)
    with pytest.raises(UnreadableArtifactError, match="points outside of itself"):
        check_sound(model)


def test_a_bent_tree_is_refused_when_its_file_is_loaded(tmp_path: Path) -> None:
    model = RandomForestClassifier(3, random_state=0).fit(ROWS, OUTCOME)
    bent(model.estimators_[1].tree_, nodes("left_child", 1_000_000))
    SkopsAdapter().save(model, tmp_path)
    with pytest.raises(UnreadableArtifactError, match="DecisionTreeClassifier is damaged"):
        SkopsAdapter().load(tmp_path, SkopsAdapter().describe(tmp_path))


def test_an_ensemble_that_takes_fewer_columns_than_its_trees_is_refused() -> None:
    model = RandomForestClassifier(3).fit(ROWS, OUTCOME)
    model.n_features_in_ = 1
    with pytest.raises(UnreadableArtifactError, match="RandomForestClassifier is damaged"):
        check_sound(model)


def test_boosting_with_more_trees_a_step_than_outputs_is_refused() -> None:
    model = GradientBoostingClassifier(n_estimators=4).fit(ROWS, OUTCOME)
    model.estimators_ = model.estimators_.reshape(2, 2)
    with pytest.raises(UnreadableArtifactError, match="GradientBoostingClassifier is damaged"):
        check_sound(model)


def root(field: str, value: int) -> Callable[[Any], None]:
    """Set a field of the first tree's root."""

    def change(model: Any) -> None:
        model._predictors[0][0].nodes[field][0] = value

    return change


def level(value: int) -> Callable[[Any], None]:
    """Set a level of the categorical column."""

    def change(model: Any) -> None:
        model._bin_mapper.bin_thresholds_[0][0] = value

    return change


@pytest.mark.parametrize(
    "change",
    [root("left", 100_000), root("right", 0), root("feature_idx", 9), root("bitset_idx", 500), level(100_000)],
    ids=["far child", "circle", "far feature", "far bits", "far level"],
)  # fmt: skip
def test_histogram_boosting_that_points_outside_of_itself_is_refused(change: Callable[[Any], None]) -> None:
    model = HistGradientBoostingClassifier(max_iter=3, max_depth=3, categorical_features=[2])
    model.fit(ROWS[:, [2, 2, 2]], OUTCOME)
    check_sound(model)
    model._predictors[0][0].nodes["is_categorical"][0] = 1
    change(model)
    with pytest.raises(UnreadableArtifactError, match="HistGradientBoostingClassifier is damaged"):
        check_sound(model)


@pytest.mark.parametrize("place", ["order", "start", "leaf"])
def test_a_neighbour_tree_that_points_outside_of_itself_is_refused(place: str) -> None:
    model = KNeighborsClassifier(2, leaf_size=10).fit(ROWS, OUTCOME)
    check_sound(model)
    state = list(model._tree.__getstate__())
    order, cells = np.array(state[1]), np.array(state[2])
    if place == "order":
        order[0] = 1_000_000
    elif place == "start":
        cells["idx_end"][-1] = 1_000_000
    else:
        cells["is_leaf"][-1] = 0
    state[1:3] = order, cells
    model._tree.__setstate__(tuple(state))
    with pytest.raises(UnreadableArtifactError, match="KDTree is damaged"):
        check_sound(model)
