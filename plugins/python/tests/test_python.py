"""What a class may say and answer, what goes along with it, and what is told when something is wrong."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_contracts.adapters import ModelCard, Table
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters, reader_of
from fairlead_python import PythonAdapter
from sklearn.linear_model import LinearRegression

TABLE = {"a": np.array([1.0, 2.0, 4.0]), "b": np.array(["x", "y", None], dtype=object)}
ADAPTER = PythonAdapter()


class Answering:
    """Answers what it is told to."""

    def __init__(self, answer: Any, **said: Any) -> None:
        self.answer = answer
        self.__dict__.update(said)

    def predict(self, table: Table) -> Any:
        return self.answer(table) if callable(self.answer) else self.answer


def saved(model: object, folder: Path, example: Table | None = TABLE) -> ModelCard:
    ADAPTER.save_by(model, folder, example)
    return ADAPTER.describe(folder)


def scored(model: object, folder: Path) -> dict[str, Any]:
    card = saved(model, folder)
    return {name: values.tolist() for name, values in ADAPTER.load(folder, card).predict(TABLE).items()}


@pytest.mark.parametrize(
    ("answer", "said", "classes", "outputs"),
    [
        ([1, 2, 3], {}, (), {"prediction": [1.0, 2.0, 3.0]}),
        (pd.Series([1.0, 2.0, 3.0]), {}, (), {"prediction": [1.0, 2.0, 3.0]}),
        ({"prediction": np.ones((3, 1))}, {}, (), {"prediction": [1.0, 1.0, 1.0]}),
        ({"probability": [0.2, 0.5, 0.9]}, {"classes": ["no", "yes"]}, ("no", "yes"),
         {"probability": [0.2, 0.5, 0.9], "label": ["no", "no", "yes"]}),
        ({"probability": [0.2, 0.5, 0.9], "label": [0, 1, 0]}, {"classes": (0, 1)}, ("0", "1"),
         {"probability": [0.2, 0.5, 0.9], "label": ["0", "1", "0"]}),
        ({"probability_no": [0.75, 0.5, 0.0], "probability_yes": [0.25, 0.5, 1.0]}, {}, ("no", "yes"),
         {"probability": [0.25, 0.5, 1.0], "label": ["no", "no", "yes"]}),
        (pd.DataFrame({f"probability_{each}": [0.25 * n, 0.5, 0.0] for n, each in enumerate("abc")}), {}, tuple("abc"),
         {"probability_a": [0.0, 0.5, 0.0], "probability_b": [0.25, 0.5, 0.0], "probability_c": [0.5, 0.5, 0.0],
          "label": ["c", "a", "a"]}),
    ],
)  # fmt: skip
def test_what_it_gives_becomes_the_contracts_outputs(
    answer: Any, said: dict[str, Any], classes: tuple[str, ...], outputs: dict[str, Any], tmp_path: Path
) -> None:
    assert scored(Answering(answer, **said), tmp_path) == outputs
    card = ADAPTER.describe(tmp_path)
    assert (card.classes, card.inputs, card.trust) == (classes, ("a", "b"), "code")


@pytest.mark.parametrize(
    ("answer", "said", "reason"),
    [
        (None, {}, "gives nothing for prediction"),
        ([1.0, 2.0], {}, r"shape \(2,\) for prediction, and one value for each of 3 rows"),
        ([[1.0], [2.0, 3.0], [4.0]], {}, "lists of different lengths"),
        (["a", "b", "c"], {}, "something else than numbers"),
        ({"score": [1, 2, 3]}, {}, "gives no prediction; it gives score"),
        ({}, {}, "gives no prediction; it gives no columns"),
        ({"label": ["a", "b", "c"]}, {}, "A classifier says `classes"),
        ({"probability": [1, 0, 1]}, {}, "A classifier says `classes"),
        ({"probability": [1, 0, 1]}, {"classes": ["one"]}, "names one class"),
        ({"probability": [1, 0, 1], "label": ["a", "b", "c"]}, {"classes": "ab"}, "no sequence"),
        ({"probability": [1, 0, 1], "label": ["a", "b", "c"]}, {"classes": ("a", "b")}, "the labels c, which"),
        ({"probability_a": [1, 0, 1]}, {"classes": ("a", "b", "c")}, "gives no probability_b"),
        ([1, 2, 3], {"inputs": ("a", "a")}, "no sequence of different texts"),
        ([1, 2, 3], {"inputs": 7}, "no sequence of different texts"),
        (lambda table: table["c"], {}, "fails for the first 3 rows of the training data: KeyError: 'c'"),
    ],
)  # fmt: skip
def test_what_gives_no_predictions_is_refused_when_it_is_saved(
    answer: Any, said: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        saved(Answering(answer, **said), tmp_path)


def test_what_cannot_be_pickled_is_refused_with_the_reason(tmp_path: Path) -> None:
    with (
        (tmp_path / "open").open("w") as file,
        pytest.raises(UnreadableArtifactError, match="Answering cannot be saved"),
    ):
        saved(Answering([1, 2, 3], log=file), tmp_path)


def test_it_handles_classes_of_ones_own_and_leaves_the_rest_to_others() -> None:
    class Inheriting(LinearRegression):
        pass

    assert ADAPTER.handles(Answering(1))
    for other in (LinearRegression(), Inheriting(), object(), Answering, ADAPTER, "predict", {}):
        assert not ADAPTER.handles(other)


def test_modules_of_ones_own_go_along_and_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source := tmp_path / "source").mkdir()
    (source / "my_helpers.py").write_text(
        "import pandas\n\ndef doubled(values):\n    return pandas.Series(values) * 2\n"
    )
    (source / "my_model.py").write_text(
        "import my_helpers\n\n"
        "class Mine:\n    def predict(self, table):\n        return my_helpers.doubled(table['a'])\n"
    )
    monkeypatch.syspath_prepend(str(source))
    module = __import__("my_model")
    (folder := tmp_path / "files").mkdir()
    card = saved(module.Mine(), folder)
    assert "pandas" in {each.partition("==")[0] for each in card.requirements}
    program = (
        "import sys, numpy as np, json\nfrom pathlib import Path\nfrom fairlead_python import PythonAdapter as A\n"
        "folder = Path(sys.argv[1])\nmodel = A().load(folder, A().describe(folder))\n"
        "print(json.dumps(model.predict({'a': np.array([1.5, 2.0]), 'b': np.array([0, 0])})['prediction'].tolist()))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [3.0, 4.0]
    for name in ("my_model", "my_helpers"):
        monkeypatch.delitem(sys.modules, name)


def test_an_error_names_its_place_and_keeps_its_words_but_for_those_that_are_meant(tmp_path: Path) -> None:
    def answered(table: Table) -> Any:
        if table["a"][0] == 7.0:
            raise InvalidTableError("Column a holds a seven.")
        if table["a"][0] == 8.0:
            raise RuntimeError(f"a secret {table['a'][0]}")
        return table["a"]

    line = answered.__code__.co_firstlineno + 4
    card = saved(Answering(answered), tmp_path)
    model = ADAPTER.load(tmp_path, card)
    with pytest.raises(InvalidTableError, match=r"^Column a holds a seven\.$"):
        model.predict({**TABLE, "a": np.array([7.0, 1, 1])})
    with pytest.raises(InvalidTableError, match=rf"raised RuntimeError in answered, line {line}") as caught:
        model.predict({**TABLE, "a": np.array([8.0, 1, 1])})
    assert "secret" not in caught.value.detail


class Bomb:
    """Says so when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def test_describing_never_unpickles_and_the_files_cannot_say_that_they_are_data(tmp_path: Path) -> None:
    saved(Answering([1, 2, 3]), tmp_path)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Bomb(mark := tmp_path / "unpickled"), protocol=5))
    card = tmp_path / "model.json"
    card.write_text(card.read_text().replace('"code"', '"data"').replace('"python",\n "class', '"xgboost",\n "class'))
    described = reader_of(tmp_path, adapters()).describe(tmp_path)
    assert (described.trust, described.adapter) == ("code", "python")
    assert not mark.exists()


def test_another_minor_version_of_python_is_refused_before_anything_is_unpickled(tmp_path: Path) -> None:
    card = saved(Answering([1, 2, 3]), tmp_path)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Bomb(mark := tmp_path / "unpickled"), protocol=5))
    with pytest.raises(UnreadableArtifactError, match=r"saved with Python 3\.9\.1, and this is Python"):
        ADAPTER.load(tmp_path, card.model_copy(update={"framework_version": "3.9.1"}))
    assert not mark.exists()


def test_a_package_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = ModuleType("away_from_here")
    away.Gone = type("Gone", (), {"__module__": "away_from_here"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "away_from_here", away)
    card = saved(Answering([1, 2, 3], part=away.Gone()), tmp_path)
    monkeypatch.delitem(sys.modules, "away_from_here")
    with pytest.raises(UnreadableArtifactError, match="imports away_from_here, which is not installed"):
        ADAPTER.load(tmp_path, card)
