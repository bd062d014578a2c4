"""Whether a loaded model stays within its own arrays.

scikit-learn's compiled trees follow the indices in them unchecked, so a file made for it could read or write outside.
skops checks the types in a file, not their content; this checks the content of those that are compiled.
"""

from typing import Any

import numpy as np
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_sklearn.parts import parts

_SHARING_ROWS = ("RandomForest", "RandomTrees", "ExtraTrees", "GradientBoosting")


def check_sound(model: Any) -> None:
    """Raises: UnreadableArtifactError naming the part that points outside of itself, or reads files."""
    for each in parts(model):
        name = type(each).__name__
        check = _CHECKS.get(name)
        ensemble = name.startswith(_SHARING_ROWS)
        if (check and not check(each)) or (ensemble and not _ensemble(each)):
            raise UnreadableArtifactError(f"The model's {name} is damaged: it points outside of itself.")
        if getattr(each, "input", "content") != "content":
            raise UnreadableArtifactError(f"The model's {name} reads files named in its rows; set input='content'.")


def _descends(left: Any, right: Any, inner: Any) -> bool:
    # A child always comes after its parent, so there are no circles either.
    places = np.flatnonzero(inner)
    return all(bool(np.all((side[inner] > places) & (side[inner] < len(inner)))) for side in (left, right))


def _decision_tree(estimator: Any) -> bool:
    tree = getattr(estimator, "tree_", None)
    if tree is None:  # the pattern that an ensemble's trees were made from
        return True
    if not 0 < tree.node_count <= tree.capacity:
        return False
    left, inner = tree.children_left, tree.children_left != -1
    features = tree.feature[inner]
    inside = (features >= 0) & (features < estimator.n_features_in_)
    return _descends(left, tree.children_right, inner) and bool(np.all(inside))


def _ensemble(model: Any) -> bool:
    # Their trees get the rows that the ensemble has checked, and check them no more.
    trees = np.asarray(model.estimators_, dtype=object)
    if any(tree.n_features_in_ != model.n_features_in_ or tree.tree_.n_outputs != 1 for tree in trees.ravel()):
        return False
    return trees.ndim == 1 or trees.shape[1] == model.n_trees_per_iteration_


def _hist_boosting(model: Any) -> bool:
    mapper, count = model._bin_mapper, model.n_features_in_
    known = np.asarray(mapper.is_categorical_, dtype=bool)
    levels = [mapper.bin_thresholds_[place] for place in np.flatnonzero(known)]
    if known.shape != (count,) or any(np.any((each < 0) | (each > 255)) for each in levels):
        return False
    return all(_predictor(each, known) for stage in model._predictors for each in stage)


def _predictor(predictor: Any, known: Any) -> bool:
    nodes, sets = predictor.nodes, predictor.raw_left_cat_bitsets
    inner = nodes["is_leaf"] == 0
    features = nodes["feature_idx"][inner]
    if len(nodes) == 0 or np.any((features < 0) | (features >= len(known))) or sets.shape[1:] != (8,):
        return False
    by_level = nodes["is_categorical"][inner] != 0
    placed = bool(np.all(known[features[by_level]])) and bool(np.all(nodes["bitset_idx"][inner][by_level] < len(sets)))
    return placed and _descends(nodes["left"], nodes["right"], inner)


def _neighbour_tree(tree: Any) -> bool:
    data, order, nodes, bounds = (np.asarray(each) for each in tree.get_arrays())
    count, starts, ends = len(data), nodes["idx_start"], nodes["idx_end"]
    leaves, size = nodes["is_leaf"] != 0, len(nodes)
    has_children = 2 * np.arange(size) + 2 < size
    return bool(
        len(order) == count
        and np.all((order >= 0) & (order < count))
        and np.all((starts >= 0) & (starts <= ends) & (ends <= count))
        and np.all(leaves | has_children)
        and bounds.shape[1:] == (size, data.shape[1])
    )


def _spline(spline: Any) -> bool:
    return type(spline)(spline.t, spline.c, spline.k) is not None


_TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")
_NEIGHBOURS = ("KDTree", "KDTree32", "KDTree64", "BallTree", "BallTree32", "BallTree64")
_CHECKS = {
    **dict.fromkeys(_TREES, _decision_tree),
    **dict.fromkeys(_NEIGHBOURS, _neighbour_tree),
    "HistGradientBoostingClassifier": _hist_boosting,
    "HistGradientBoostingRegressor": _hist_boosting,
    "BSpline": _spline,
}
