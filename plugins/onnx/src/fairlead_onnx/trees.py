"""Whether the trees in a graph are trees: onnxruntime follows their branches without end where they go in circles."""

from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.model_file import Model
from fairlead_onnx.soundness import nodes
from fairlead_onnx.wire import Fields

Array = np.ndarray[Any, Any]
_OPERATORS, _NEWER = ("TreeEnsembleClassifier", "TreeEnsembleRegressor"), "TreeEnsemble"
_LEAF = "LEAF"


def check_trees(model: Model) -> None:
    """Raises: UnreadableArtifactError when trees have circles, or branches to nowhere."""
    for node in nodes(model):
        if node.text(4) == _NEWER:
            raise UnreadableArtifactError(f"The operator {_NEWER} is not supported: export with ai.onnx.ml 3 or older.")
        if node.text(4) in _OPERATORS and not _sound({each.text(1): each for each in node.messages(5)}):
            raise UnreadableArtifactError("The model is damaged: its trees point outside of themselves.")


def _sound(attributes: dict[str, Fields]) -> bool:
    trees, ids, true, false = (
        np.array(attributes[f"nodes_{name}ids"].wholes(8), dtype=np.int64)
        for name in ("tree", "node", "truenode", "falsenode")
    )
    modes = np.array(attributes["nodes_modes"].texts(9))
    count = len(ids)
    if count == 0 or any(len(each) != count for each in (trees, true, false, modes)):
        return False
    inner = modes != _LEAF
    places = {key: place for place, key in enumerate(zip(trees.tolist(), ids.tolist(), strict=True))}
    children = [_places(places, trees[inner], side[inner]) for side in (true, false)]
    return len(places) == count and _reaches_all(trees, np.flatnonzero(inner), *children)


def _places(places: dict[tuple[int, int], int], trees: Array, ids: Array) -> Array:
    return np.array([places[key] for key in zip(trees.tolist(), ids.tolist(), strict=True)], dtype=np.int64)


def _reaches_all(trees: Array, inner: Array, true: Array, false: Array) -> bool:
    # One node of each tree is nobody's child, every other one somebody's once, and all are reached from the first.
    parents = np.bincount(np.concatenate([true, false]), minlength=len(trees))
    level = np.flatnonzero(parents == 0)
    if np.any(parents > 1) or not np.array_equal(np.sort(trees[level]), np.unique(trees)):
        return False
    sides = np.full((2, len(trees)), -1, dtype=np.int64)
    sides[0, inner], sides[1, inner] = true, false
    reached = 0
    while level.size:
        reached += len(level)
        below = sides[:, level].ravel()
        level = below[below >= 0]
    return reached == len(trees)
