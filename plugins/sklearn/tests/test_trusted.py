"""What a skops file may hold: listed types alone, and files that hold others say which before anything is built."""

import builtins
import functools
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_sklearn.skops_adapter import SkopsAdapter
from fairlead_sklearn.trusted import trusted
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import all_estimators
from skops.io import dump

ROWS = np.array([[0.0], [1.0], [2.0], [3.0]])
OUTCOME = [0, 0, 1, 1]
CARD = ModelCard(
    adapter="sklearn", framework="scikit-learn", framework_version="1", task="classification", trust="data",
    classes=("0", "1"),
)  # fmt: skip


class Own(LogisticRegression):  # type: ignore[misc]  # scikit-learn ships no types
    """An estimator of the author's."""


def own_step(rows: Any) -> Any:
    """A function of the author's."""
    return rows


def with_function(function: Any) -> Any:
    """A fitted pipeline that calls a function."""
    model = make_pipeline(FunctionTransformer(None), LogisticRegression()).fit(ROWS, OUTCOME)
    model.steps[0][1].func = function
    return model


def test_every_estimator_of_the_installed_scikit_learn_is_on_the_list() -> None:
    found = {f"{kind.__module__}.{kind.__name__}" for _, kind in all_estimators()}
    assert {name for name in found if name.startswith("sklearn.")} - trusted().keys() == set()


def test_the_list_names_no_function_that_runs_reads_or_writes() -> None:
    verbs = ("eval", "exec", "compile", "import", "open", "load", "save", "fromfile", "memmap", "system", "getattr")
    names = {name.rpartition(".")[2].lower() for name in trusted() if "scipy.special." not in name}
    assert [name for name in names if name.startswith(verbs)] == []
    roots = ("sklearn.", "numpy.", "scipy.", "builtins.", "collections.", "functools.partial")
    assert [name for name in trusted() if not name.startswith(roots)] == []


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (builtins.eval, "builtins.eval"),
        (os.system, "posix.system"),
        (np.load, "numpy.load"),
        (functools.partial(np.loadtxt, dtype=float), "numpy.loadtxt"),
        (operator.methodcaller("tofile", "x"), "operator.methodcaller"),
        (FunctionTransformer().fit_transform, "FunctionTransformer.fit_transform"),
        (own_step, "own_step"),
        (lambda rows: rows, "<lambda>"),
    ],
    ids=["eval", "system", "numpy.load", "partial", "methodcaller", "method", "own function", "lambda"],
)
def test_a_file_that_holds_anything_else_is_refused_by_its_name(function: Any, named: str, tmp_path: Path) -> None:
    dump(with_function(function), tmp_path / "model.skops")
    assert SkopsAdapter().reads(tmp_path)
    with pytest.raises(UnreadableArtifactError, match=named):
        SkopsAdapter().describe(tmp_path)
    with pytest.raises(UnreadableArtifactError, match=named):
        SkopsAdapter().load(tmp_path, CARD)


def test_saving_a_function_of_ones_own_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError, match=r"of your own cannot be carried as data.*sklearn-joblib"):
        SkopsAdapter().save(with_function(lambda rows: rows), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_functions_of_numpy_that_only_compute_are_carried(tmp_path: Path) -> None:
    SkopsAdapter().save(with_function(np.log1p), tmp_path)
    found = SkopsAdapter().load(tmp_path, SkopsAdapter().describe(tmp_path)).predict({"x": ROWS[:, 0]})
    wanted = with_function(np.log1p).predict_proba(ROWS)[:, 1]
    np.testing.assert_allclose(found["probability"], wanted)


def test_an_estimator_derived_elsewhere_is_left_to_other_adapters() -> None:
    assert SkopsAdapter().handles(LogisticRegression())
    assert not SkopsAdapter().handles(Own())


def test_a_vectorizer_that_opens_the_files_its_rows_name_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "words"
    text.write_text("secret words")
    model = make_pipeline(CountVectorizer(input="filename"), MultinomialNB()).fit([str(text)] * 4, OUTCOME)
    dump(model, tmp_path / "model.skops")
    with pytest.raises(UnreadableArtifactError, match="reads files named in its rows"):
        SkopsAdapter().load(tmp_path, CARD)
