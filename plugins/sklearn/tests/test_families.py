"""One of each family that people register: the card equals the live model, labels and probabilities are its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_sklearn.skops_adapter import SkopsAdapter
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import RFE, SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import LogisticRegression, PoissonRegressor, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

ROWS = 60
RANDOM = np.random.default_rng(11)
FRAME = pd.DataFrame({"b": RANDOM.normal(size=ROWS), "a": RANDOM.normal(size=ROWS), "ü": RANDOM.integers(0, 9, ROWS)})
TABLE = {str(name): FRAME[name].to_numpy() for name in FRAME}
TWO = np.where(FRAME.a + FRAME.b > 0, "yes", "no")
THREE = np.digitize(FRAME.a, [-0.4, 0.4]) * 10
LINEAR = LogisticRegression()

CLASSIFIERS: dict[str, Callable[[], Any]] = {
    "grid search": lambda: GridSearchCV(make_pipeline(LINEAR), {"logisticregression__C": [0.1, 1.0]}, cv=2),
    "grid search by a score": lambda: GridSearchCV(LINEAR, {"C": [0.1, 1.0]}, cv=2, scoring="neg_log_loss"),
    "calibrated": lambda: CalibratedClassifierCV(LinearSVC(), cv=2),
    "stacking": lambda: StackingClassifier([("l", LINEAR), ("t", DecisionTreeClassifier(max_depth=2))], cv=2),
    "soft voting": lambda: VotingClassifier([("l", LINEAR), ("n", GaussianNB())], voting="soft"),
    "one against the rest": lambda: OneVsRestClassifier(LINEAR),
    "neighbours": lambda: KNeighborsClassifier(3),
    "neural network": lambda: MLPClassifier((4,), max_iter=400, tol=0.1, random_state=0),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=3),
    "histogram boosting": lambda: HistGradientBoostingClassifier(max_iter=3),
    "ada boosting": lambda: AdaBoostClassifier(n_estimators=3),
    "bagging": lambda: BaggingClassifier(n_estimators=3, max_features=2, random_state=0),
    "extra trees": lambda: ExtraTreesClassifier(5, n_jobs=-1, random_state=0),
    "feature elimination": lambda: RFE(LINEAR, n_features_to_select=2),
    "selected features": lambda: make_pipeline(SelectKBest(k=2), GaussianNB()),
    "gradient descent": lambda: make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)),
}  # fmt: skip

REGRESSORS: dict[str, Callable[[], Any]] = {
    "forest": lambda: RandomForestRegressor(5, n_jobs=2, random_state=0),
    "gaussian process": lambda: GaussianProcessRegressor(RBF() + WhiteKernel(0.1), optimizer=None),
    "splines": lambda: make_pipeline(SplineTransformer(n_knots=3), PoissonRegressor()),
}


def way_round(model: Any, folder: Path) -> tuple[Any, Any]:
    SkopsAdapter().save(model, folder)
    card = SkopsAdapter().describe(folder)
    return card, SkopsAdapter().load(folder, card)


@pytest.mark.parametrize("outcome", [TWO, THREE], ids=["two classes", "three"])
@pytest.mark.parametrize("family", CLASSIFIERS)
def test_a_classifier_scores_and_is_described_as_it_is(family: str, outcome: Any, tmp_path: Path) -> None:
    model = CLASSIFIERS[family]().fit(FRAME, outcome)
    card, predictor = way_round(model, tmp_path)
    assert card.classes == tuple(str(each) for each in model.classes_.tolist())
    assert card.inputs == ("b", "a", "ü")
    found, chances = predictor.predict(TABLE), model.predict_proba(FRAME)
    assert found["label"].tolist() == [str(each) for each in model.predict(FRAME).tolist()]
    several = {f"probability_{each}": place for place, each in enumerate(card.classes)}
    for name, place in ({"probability": 1} if len(card.classes) == 2 else several).items():
        np.testing.assert_allclose(found[name], chances[:, place], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("family", REGRESSORS)
def test_a_regressor_scores_as_it_is(family: str, tmp_path: Path) -> None:
    model = REGRESSORS[family]().fit(FRAME, FRAME.a.abs() + 1)
    card, predictor = way_round(model, tmp_path)
    assert (card.task, card.classes) == ("regression", ())
    np.testing.assert_allclose(predictor.predict(TABLE)["prediction"], model.predict(FRAME), rtol=1e-12)


def test_a_label_by_its_own_threshold_is_the_models_not_the_likeliest(tmp_path: Path) -> None:
    frozen = FrozenEstimator(LogisticRegression().fit(FRAME, TWO))
    model = FixedThresholdClassifier(frozen, threshold=0.9).fit(FRAME, TWO)
    _, predictor = way_round(model, tmp_path)
    found = predictor.predict(TABLE)
    assert found["label"].tolist() == model.predict(FRAME).tolist()
    assert ((found["probability"] > 0.5) & (found["label"] == "no")).any()


def test_several_outputs_a_row_are_refused(tmp_path: Path) -> None:
    model = RandomForestRegressor(2).fit(FRAME, FRAME[["a", "b"]])
    with pytest.raises(UnreadableArtifactError, match="several outputs a row"):
        SkopsAdapter().save(model, tmp_path)


def test_a_model_that_was_not_fitted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match="no skops file of a fitted model"):
        SkopsAdapter().save(LogisticRegression(), tmp_path)


def test_numbers_alone_are_scored_without_a_data_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(FRAME, TWO)
    _, predictor = way_round(model, tmp_path)
    monkeypatch.setattr("fairlead_sklearn.columns._frame", None)
    assert len(predictor.predict(TABLE)["label"]) == ROWS
