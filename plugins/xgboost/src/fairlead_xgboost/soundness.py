"""Whether a model stays within its own arrays.

XGBoost checks the lengths of the arrays in a file but follows the indices in them, so a file made for it could read
outside; this checks them before XGBoost sees the file.
"""

from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_xgboost.model_file import numbers

Array = np.ndarray[Any, Any]
_LEAF, _BY_LEVEL = -1, 1
_LEVELS = 1 << 24
"""XGBoost keeps levels as float32, which counts so far exactly."""


def check_sound(saved: dict[str, Any]) -> None:
    """Raises: UnreadableArtifactError when the model points outside of itself, or lacks a part."""
    try:
        sound = _booster(saved["learner"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        sound = False
    if not sound:
        raise UnreadableArtifactError("This XGBoost model is damaged: its trees point outside of themselves.")


def _booster(learner: dict[str, Any]) -> bool:
    sizes, booster = learner["learner_model_param"], learner["gradient_booster"]
    width, groups = int(sizes["num_feature"]), max(int(sizes["num_class"]), 1)
    if booster["name"] == "gblinear":
        return len(numbers(booster["model"]["weights"])) == (width + 1) * groups
    forest = (booster["gbtree"] if booster["name"] == "dart" else booster)["model"]
    trees, info = forest["trees"], _array(forest["tree_info"])
    if booster["name"] == "dart" and len(numbers(booster["weight_drop"])) != len(trees):
        return False
    if len(info) != len(trees) or np.any((info < 0) | (info >= groups)):
        return False
    return _rounds(_array(forest["iteration_indptr"]), len(trees)) and all(_tree(tree, width) for tree in trees)


def _rounds(ends: Array, trees: int) -> bool:
    return len(ends) > 0 and ends[0] == 0 and ends[-1] == trees and bool(np.all(np.diff(ends) >= 0))


def _tree(tree: dict[str, Any], width: int) -> bool:
    left, right, parents = (_array(tree[name]) for name in ("left_children", "right_children", "parents"))
    features, count = _array(tree["split_indices"]), len(left)
    if count == 0 or int(tree["tree_param"]["num_nodes"]) != count or int(tree["tree_param"]["size_leaf_vector"]) > 1:
        return False
    inner = np.flatnonzero(left != _LEAF)
    for side in (left[inner], right[inner]):
        # The root is nobody's child and everybody else has one parent, so no way down meets itself again.
        if np.any((side <= 0) | (side >= count)) or np.any(parents[side] != inner):
            return False
    split_on = features[inner]
    return not np.any((split_on < 0) | (split_on >= width)) and _categories(tree, count)


def _categories(tree: dict[str, Any], count: int) -> bool:
    kinds = _array(tree.get("split_type", [0] * count))
    nodes, starts, sizes, known = (
        _array(tree.get(f"categories{part}", [])) for part in ("_nodes", "_segments", "_sizes", "")
    )
    by_level = np.flatnonzero(kinds == _BY_LEVEL)
    if len(kinds) != count or not len(nodes) == len(starts) == len(sizes) or not np.array_equal(nodes, by_level):
        return False
    inside = (starts >= 0) & (sizes > 0) & (starts + sizes <= len(known))
    return bool(np.all(inside)) and not np.any((known < 0) | (known >= _LEVELS))


def _array(values: Any) -> Array:
    return np.array(numbers(values), dtype=np.int64)
