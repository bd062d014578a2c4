"""The domain classifier: can a model tell scoring rows from training rows? It sees what no single feature shows."""

import math

import numpy as np
from fairlead_contracts.adapters import Table
from fairlead_contracts.detectors import Finding
from fairlead_contracts.errors import InvalidTableError, UnavailableError

from fairlead_drift.features import Array
from fairlead_drift.significance import normal_sf

MOST_ROWS, FEWEST_ROWS, MOST_LEVELS = 100_000, 100, 250
"""Rows of each table that are looked at, evenly spread over it; rows that it needs; levels that are told apart."""
_LARGEST = 1e300


class DomainClassifier:
    """Effect: the area under the ROC curve on rows that the classifier has not seen; 0.5 is chance.

    Each table is split in halves at random (a fixed seed): gradient-boosted trees learn on one, and are tested on the
    other. Given the classifier, the test rows are exchangeable if nothing drifts, so the p-value is that of Mann and
    Whitney's test, one-sided, ties counted.
    Sources: Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests, ICLR; Mann and Whitney (1947), Ann.
    Math. Statist. 18(1), 50-60; ties: Lehmann (1975), Nonparametrics, section 1.4.
    """

    name, line = "domain_classifier", 0.55

    def judge(self, training: Table, scoring: Table) -> Finding:
        """Needs scikit-learn, 100 rows on each side and one column. Raises: InvalidTableError, UnavailableError."""
        if not training or list(training) != list(scoring):
            raise InvalidTableError("The domain classifier needs two tables with the same columns in one order.")
        if any(len(next(iter(table.values()))) < FEWEST_ROWS for table in (training, scoring)):
            raise InvalidTableError(f"The domain classifier needs {FEWEST_ROWS} rows in each table.")
        first, second, levels = _matrices(training, scoring)
        learn, test = zip(*(_halves(each, seed) for seed, each in enumerate((first, second))), strict=True)
        scores = _scores(levels, np.concatenate(learn), _labels(learn), np.concatenate(test))
        auc, p_value = _mann_whitney(scores[: len(test[0])], scores[len(test[0]) :])
        return Finding(metric="auc", effect=auc, p_value=p_value)


def _scores(levels: list[int], learn: Array, labels: Array, test: Array) -> Array:
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits
    except ImportError:
        raise UnavailableError(
            "The domain classifier needs scikit-learn: install fairlead-drift[classifier]."
        ) from None
    model = HistGradientBoostingClassifier(
        categorical_features=levels, max_iter=50, max_leaf_nodes=16, early_stopping=False, random_state=0
    )
    with threadpool_limits(1):  # its threads wait for each other in loops, and cores are shared
        return np.asarray(model.fit(learn, labels).predict_proba(test)[:, 1])


def _labels(parts: tuple[Array, ...]) -> Array:
    return np.repeat((0, 1), [len(each) for each in parts])


def _halves(rows: Array, seed: int) -> tuple[Array, Array]:
    order = np.random.default_rng(seed).permutation(len(rows))
    return rows[order[::2]], rows[order[1::2]]


def _matrices(training: Table, scoring: Table) -> tuple[Array, Array, list[int]]:
    columns, levels = [], []
    for place, name in enumerate(training):
        parts = [_spread(table[name]) for table in (training, scoring)]
        if any(part.dtype.kind not in "biufO" for part in parts):
            raise InvalidTableError(f"Column {name} holds neither numbers nor truth values nor texts.")
        if any(part.dtype == object for part in parts):
            levels.append(place)
            columns.append(_codes(parts))
        else:
            whole = np.concatenate(parts).astype(np.float64)
            columns.append(np.clip(whole, -_LARGEST, _LARGEST))
    matrix = np.column_stack(columns)
    rows = len(_spread(next(iter(training.values()))))
    return matrix[:rows], matrix[rows:], levels


def _spread(values: Array) -> Array:
    return values[:: -(-len(values) // MOST_ROWS)] if len(values) > MOST_ROWS else values


def _codes(parts: list[Array]) -> Array:
    texts = [None if each is None or each != each else str(each) for part in parts for each in part.tolist()]
    seen: dict[str, int] = {}
    for text in texts:
        if text is not None:
            seen[text] = seen.get(text, 0) + 1
    ranked = {text: code for code, text in enumerate(sorted(seen, key=lambda text: (-seen[text], text)))}
    return np.array([math.nan if text is None else min(ranked[text], MOST_LEVELS) for text in texts])


def _mann_whitney(first: Array, second: Array) -> tuple[float, float]:
    _, places, sizes = np.unique(np.concatenate((first, second)), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2.0)[places.reshape(-1)]
    n, m = len(first), len(second)
    auc = float((ranks[n:].sum() - m * (m + 1) / 2.0) / (n * m))
    total = float(n + m)
    ties = float((sizes.astype(np.float64) ** 3 - sizes).sum())
    variance = (total + 1.0 - ties / (total * (total - 1.0))) / (12.0 * n * m)
    return auc, 1.0 if variance <= 0 else normal_sf((auc - 0.5) / math.sqrt(variance))
