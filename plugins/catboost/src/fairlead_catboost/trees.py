"""Symmetric trees over numbers, in numpy: a leaf's number is the answers of its tree's questions as bits."""

from typing import Any

import numpy as np

from fairlead_catboost.model_file import Model

Array = np.ndarray[Any, Any]
_MANY = 700
"""Rows from which on going tree by tree is faster."""


class Trees:
    """Every tree of a model. It may be called from several threads at once."""

    def __init__(self, model: Model) -> None:
        features = [feature for feature in model.features if not feature.categorical]
        column = np.repeat([each.place for each in features], [len(each.borders) for each in features])
        border = np.concatenate([np.asarray(each.borders, dtype=np.float32) for each in features])
        splits = np.asarray(model.splits, dtype=np.intp)
        sizes = np.asarray(model.sizes, dtype=np.intp)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else np.zeros(0, dtype=np.intp)
        self._columns, self._borders = column[splits].astype(np.intp), border[splits]
        larger = np.array([each.missing_is_larger for each in model.features])
        self._larger = larger[self._columns] if larger.any() else None
        self._bits = np.left_shift(1, np.arange(len(splits)) - np.repeat(starts, sizes)).astype(np.int32)
        self._grown = np.flatnonzero(sizes)
        self._starts = starts[self._grown]
        self._ends = self._starts + sizes[self._grown]
        leaves = np.asarray(model.leaves).reshape(-1, model.scores)
        first = np.concatenate([[0], np.cumsum(np.left_shift(1, sizes))[:-1]]).astype(np.intp)
        self._first, self._leaves = first[self._grown], leaves
        # A tree without questions adds the same to every row.
        always = leaves[first[np.flatnonzero(sizes == 0)]].sum(axis=0) if len(sizes) else np.zeros(model.scores)
        self._scale, self._bias = model.scale, np.asarray(model.bias) + model.scale * always

    def raw(self, matrix: Array) -> Array:
        """Raw scores of a float32 matrix whose columns are contiguous: (rows, scores)."""
        if not len(self._grown):
            return np.tile(self._bias, (len(matrix), 1))
        if len(matrix) > _MANY:
            return self._tree_by_tree(matrix)
        return self._at_once(matrix)

    def _tree_by_tree(self, matrix: Array) -> Array:
        # Many rows: a question is one comparison of a whole column.
        summed = np.zeros((len(matrix), self._leaves.shape[1]))
        leaf, answers, bit = (
            np.empty(len(matrix), dtype=np.int32),
            *(np.empty(len(matrix), dtype=t) for t in (bool, "i4")),
        )
        missing = np.isnan(matrix) if self._larger is not None else None
        for first, start, end in zip(self._first, self._starts, self._ends, strict=True):
            leaf.fill(first)
            for place in range(start, end):
                column = self._columns[place]
                np.greater(matrix[:, column], self._borders[place], out=answers)
                if missing is not None and self._larger is not None and self._larger[place]:
                    np.logical_or(answers, missing[:, column], out=answers)
                np.multiply(answers, self._bits[place], out=bit)
                leaf += bit
            summed += self._leaves[leaf]
        return self._scaled(summed)

    def _at_once(self, matrix: Array) -> Array:
        # Few rows: one call of numpy for all questions of all trees.
        asked = matrix[:, self._columns]
        answers = asked > self._borders
        if self._larger is not None:
            answers |= np.isnan(asked) & self._larger
        leaf = np.add.reduceat(answers * self._bits, self._starts, axis=1) + self._first
        return self._scaled(self._leaves[leaf].sum(axis=1))

    def _scaled(self, summed: Array) -> Array:
        raw: Array = self._scale * summed + self._bias
        return raw
