"""Whether a model stays within its own arrays.

LightGBM follows the indices and lengths in a file unchecked, and a bent one ends the process. So it never sees the
file: it gets a text written anew, of the fields that were checked here and nothing else.
"""

import re
from typing import Any, TypeAlias

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_lightgbm.model_file import ModelText

Array: TypeAlias = "np.ndarray[Any, Any]"
_WHOLE, _NUMBER = r"-?\d{1,10}", r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,4})?"
_WHOLES, _NUMBERS = (re.compile(rf" *(?:{each}(?: +{each})*)? *") for each in (_WHOLE, _NUMBER))
_OBJECTIVE = re.compile(rf"[a-z_0-9]+(?: sqrt)?(?: [a-z_]+:{_NUMBER})*")
_CLASSES = re.compile(r"num_class:(\d+)")
_DEPTH = 2000
_LEAF_FIELDS = ("leaf_value", "leaf_count")
_NODE_FIELDS = ("split_feature", "threshold", "decision_type", "left_child", "right_child", "internal_count")
_SPLIT_GAIN = "split_gain"
_CATEGORICAL, _DEFAULT_LEFT = 1, 2


class UnsoundError(ValueError):
    """The model points outside of itself, or lacks a part."""


def sound_text(model: ModelText) -> str:
    """The model for LightGBM, every index of which stays within it. Raises: UnreadableArtifactError."""
    try:
        width, groups = len(model.names), _groups(model)
        trees = [_tree(number, tree, width) for number, tree in enumerate(model.trees)]
        if not trees or len(trees) % groups:
            raise UnsoundError("trees are missing")
        return _header(model, width, groups) + "".join(f"{tree}\n\n" for tree in trees) + "end of trees\n"
    except (KeyError, ValueError, IndexError, OverflowError) as error:
        raise UnreadableArtifactError(
            "This LightGBM model is damaged: its trees point outside of themselves."
        ) from error


def _groups(model: ModelText) -> int:
    classes, groups = int(model.header["num_class"]), int(model.header["num_tree_per_iteration"])
    objective = model.header.get("objective", "")
    said = _CLASSES.findall(objective)
    if not 1 <= classes <= len(model.trees) or classes != groups or any(int(each) != classes for each in said):
        raise UnsoundError("classes and trees differ")
    if model.objective.startswith("multiclass") is not bool(said) or (
        objective and not _OBJECTIVE.fullmatch(objective)
    ):
        raise UnsoundError("no objective")
    return groups


def _header(model: ModelText, width: int, groups: int) -> str:
    lines = ["tree", "version=v4", f"num_class={groups}", f"num_tree_per_iteration={groups}", "label_index=0"]
    lines += [f"max_feature_idx={width - 1}"]
    lines += [f"objective={model.header['objective']}"] if model.objective else []
    lines += ["average_output"] if "average_output" in model.header else []
    lines += [f"feature_names={' '.join(f'f{place}' for place in range(width))}"]
    lines += [f"feature_infos={' '.join(['none'] * width)}"]
    return "\n".join(lines) + "\n\n"


def _tree(number: int, tree: dict[str, str], width: int) -> str:
    leaves, categories = int(tree["num_leaves"]), int(tree["num_cat"])
    kept = {"num_leaves": str(leaves), "num_cat": str(categories)}
    _of(tree, "leaf_value", leaves)
    kept["leaf_value"] = tree["leaf_value"]
    if leaves > 1:
        _nodes(tree, leaves, width, categories)
        kept |= {name: tree[name] for name in (*_NODE_FIELDS, "leaf_count", _SPLIT_GAIN)}
    elif leaves < 1 or categories:
        raise UnsoundError("a tree without leaves")
    if categories:
        kept |= {name: tree[name] for name in ("cat_boundaries", "cat_threshold")}
    if tree.get("is_linear", "0") != "0":
        _linear(tree, leaves, width)
        kept |= {
            name: tree[name] for name in ("is_linear", "leaf_const", "num_features", "leaf_features", "leaf_coeff")
        }
    _of(tree, "shrinkage", 1)
    kept["shrinkage"] = tree["shrinkage"]
    return f"Tree={number}\n" + "\n".join(f"{name}={value}" for name, value in kept.items()) + "\n"


def _nodes(tree: dict[str, str], leaves: int, width: int, categories: int) -> None:
    features, left, right, kinds = (
        _of(tree, name, leaves - 1, whole=True)
        for name in ("split_feature", "left_child", "right_child", "decision_type")
    )
    thresholds = _of(tree, "threshold", leaves - 1)
    for name, count in ((_SPLIT_GAIN, leaves - 1), ("internal_count", leaves - 1), ("leaf_count", leaves)):
        _of(tree, name, count, whole=name != _SPLIT_GAIN)
    _require(bool(np.all((features >= 0) & (features < width) & (kinds >= 0) & (kinds < 12))), "a far feature")
    _descends(left, right, leaves)
    by_level = (kinds & _CATEGORICAL) != 0
    places = thresholds[by_level]
    _require(bool(np.all((places >= 0) & (places < categories) & (places == np.floor(places)))), "far levels")
    if categories:
        ends = _of(tree, "cat_boundaries", categories + 1, whole=True)
        sets = _array(tree["cat_threshold"], whole=True)
        _require(ends[0] == 0 and ends[-1] == len(sets) and bool(np.all(np.diff(ends) >= 0)), "far levels")
        _require(bool(np.all((sets >= 0) & (sets < 2**32))), "no set of levels")


def _descends(left: Array, right: Array, leaves: int) -> None:
    # Every node but the root, and every leaf, is somebody's child once, and comes after its parent: no circles.
    children = np.concatenate([left, right])
    parents = np.tile(np.arange(leaves - 1), 2)
    inner = children >= 0
    _require(bool(np.all(children[inner] > parents[inner])), "a circle")
    _require(np.array_equal(np.sort(children), np.arange(-leaves, leaves - 1)[_but(leaves)]), "a far child")
    depths = 0
    level = np.zeros(1, dtype=np.int64)
    while level.size:
        depths += 1
        _require(depths <= _DEPTH, "deeper than any tree that was grown")
        below = np.concatenate([left[level], right[level]])
        level = below[below >= 0]


def _but(leaves: int) -> Array:
    # -leaves to -1 are the leaves, 0 is the root, from 1 on the other nodes.
    chosen = np.ones(2 * leaves - 1, dtype=np.bool_)
    chosen[leaves] = False
    return chosen


def _linear(tree: dict[str, str], leaves: int, width: int) -> None:
    _require(tree["is_linear"] == "1", "neither linear nor not")
    _of(tree, "leaf_const", leaves)
    counts = _of(tree, "num_features", leaves, whole=True)
    _require(bool(np.all((counts >= 0) & (counts <= width))), "far counts")
    features = _of(tree, "leaf_features", int(counts.sum()), whole=True)
    _of(tree, "leaf_coeff", int(counts.sum()))
    _require(bool(np.all((features >= 0) & (features < width))), "a far feature")


def _of(tree: dict[str, str], name: str, count: int, *, whole: bool = False) -> Array:
    values = _array(tree[name], whole=whole)
    _require(len(values) == count, f"another number of {name}")
    return values


def _array(text: str, *, whole: bool) -> Array:
    _require((_WHOLES if whole else _NUMBERS).fullmatch(text) is not None, "no numbers")
    values: Array = np.array(text.split(), dtype=np.int64 if whole else np.float64)
    _require(bool(np.all(np.isfinite(values))), "no finite numbers")
    return values


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise UnsoundError(why)
