"""joblib files pass the conformance kit, and are never unpickled to describe them."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_sklearn.joblib_adapter import JoblibAdapter
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC

ROWS = 60


def data() -> tuple[dict[str, Any], Any]:
    """Two columns of numbers and a truth value that follows from them."""
    random = np.random.default_rng(5)
    table = {"a": random.normal(size=ROWS), "b": random.normal(size=ROWS)}
    return table, table["a"] + table["b"] > 0


class TestJoblib(AdapterConformance):
    """A pipeline and a regression."""

    frameworks = ("sklearn", "skops", "scipy", "pandas", "joblib")
    handles_its_models = False

    @classmethod
    def adapter(cls) -> Adapter:
        """joblib."""
        return JoblibAdapter()

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """One with a function in it, which skops cannot carry; one on a frame."""
        table, outcome = data()
        rows = np.column_stack(list(table.values()))
        first = make_pipeline(FunctionTransformer(np.tanh), StandardScaler(), LogisticRegression()).fit(rows, outcome)
        second = LinearRegression().fit(pd.DataFrame(table), table["a"] * 2)
        return (
            Sample("pipeline", first, table, lambda t: {"label": first.predict(np.column_stack(list(t.values())))}),
            Sample("regression", second, table, lambda t: {"prediction": second.predict(pd.DataFrame(t))}),
        )  # fmt: skip


class Bomb:
    """Says so when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def test_describing_never_unpickles(tmp_path: Path) -> None:
    table, outcome = data()
    JoblibAdapter().save(LogisticRegression().fit(pd.DataFrame(table), outcome), tmp_path)
    mark = tmp_path / "unpickled"
    (tmp_path / "model.joblib").write_bytes(pickle.dumps(Bomb(mark)))
    assert JoblibAdapter().reads(tmp_path)
    assert JoblibAdapter().describe(tmp_path).classes == ("False", "True")
    assert not mark.exists()


def test_whatever_the_card_says_the_file_stays_code(tmp_path: Path) -> None:
    table, outcome = data()
    JoblibAdapter().save(LogisticRegression().fit(pd.DataFrame(table), outcome), tmp_path)
    card = tmp_path / "model.json"
    card.write_text(card.read_text().replace('"code"', '"data"').replace('"sklearn-joblib"', '"sklearn"'))
    described = JoblibAdapter().describe(tmp_path)
    assert (described.trust, described.adapter) == ("code", "sklearn-joblib")


def test_a_joblib_file_alone_says_which_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "model.joblib").write_bytes(pickle.dumps(None))
    with pytest.raises(UnreadableArtifactError, match=r"model\.json is missing"):
        JoblibAdapter().describe(tmp_path)


def test_a_function_inside_a_function_cannot_be_saved(tmp_path: Path) -> None:
    table, outcome = data()
    model = make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression())
    model.fit(np.column_stack(list(table.values())), outcome)
    with pytest.raises(UnreadableArtifactError, match="cannot be pickled"):
        JoblibAdapter().save(model, tmp_path)


@pytest.mark.parametrize("adapter", [SkopsAdapter(), JoblibAdapter()], ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (KMeans(2), "neither a classifier nor a regressor"),
        (LinearSVC(), "gives no probabilities; wrap it in CalibratedClassifierCV"),
        (make_pipeline(StandardScaler(), LinearSVC()), "gives no probabilities"),
    ],
    ids=["clusters", "labels", "labels in a pipeline"],
)
def test_a_model_without_scores_is_refused_when_it_is_saved(
    adapter: Adapter, model: Any, reason: str, tmp_path: Path
) -> None:
    table, outcome = data()
    model.fit(np.column_stack(list(table.values())), outcome)
    with pytest.raises(UnreadableArtifactError, match=reason):
        adapter.save(model, tmp_path)
