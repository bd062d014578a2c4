"""Describing reads the archive's words alone, and believes nothing that contradicts itself; all without Keras."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_keras import KerasAdapter

ADAPTER = KerasAdapter()


def layer(kind: str, module: Any = "keras.layers", **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": {"name": kind.lower(), **config}, "registered_name": None}


def entry(width: int = 2, dtype: str = "float32", name: str = "input") -> dict[str, Any]:
    return layer("InputLayer", batch_shape=[None, width], dtype=dtype) | {
        "config": {"name": name, "batch_shape": [None, width], "dtype": dtype}
    }


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "model", "layers": [*layers]}}


def dense(units: Any, activation: Any = "linear") -> dict[str, Any]:
    return layer("Dense", units=units, activation=activation)


def placed(folder: Path, config: Any, said: Any = None, version: Any = "3.15.1") -> Path:
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", json.dumps(config))
    if said is not None:
        (folder / "keras.json").write_text(json.dumps({"format": "fairlead-keras/1", **said}))
    return folder


@pytest.mark.parametrize(
    ("end", "task", "classes"),
    [
        (dense(1), "regression", ()),
        (dense(1, "sigmoid"), "classification", ("0", "1")),
        (dense(3, "softmax"), "classification", ("0", "1", "2")),
        (layer("Softmax") | {"build_config": {"input_shape": [None, 3]}}, "classification", ("0", "1", "2")),
    ],
)
def test_the_last_activation_says_what_the_outputs_are(
    end: dict[str, Any], task: str, classes: tuple[str, ...], tmp_path: Path
) -> None:
    card = ADAPTER.describe(placed(tmp_path, sequential(entry(), end)))
    assert (card.task, card.classes, card.trust, card.requirements) == (task, classes, "code", ("keras==3.15.1",))


def test_names_beside_the_archive_are_believed_where_they_fit(tmp_path: Path) -> None:
    said = {"inputs": ["a", "b"], "classes": ["no", "yes"]}
    card = ADAPTER.describe(placed(tmp_path, sequential(entry(), dense(1)), said))
    assert (card.inputs, card.classes, card.task) == (("a", "b"), ("no", "yes"), "classification")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ([], None), ({}, None), (sequential(), None), (sequential(dense(1)), None),
        (sequential(entry(0), dense(1)), None),
        (sequential(entry(), dense(2)), None), (sequential(entry(), dense("x")), None),
        (sequential(entry(), dense(1, {"a": 1})), None), (sequential(entry(), dense(1, "softmax")), None),
        (sequential(entry(), layer("Lambda"), dense(1)), None),
        (sequential(entry(), layer("Own", None), dense(1)), None),
        (sequential(entry(), layer("system", "os"), dense(1)), None),
        (sequential(entry(name="a"), entry(name="b"), dense(1)), None),
        (sequential(entry(), dense(1)), {"inputs": ["a"]}), (sequential(entry(), dense(1)), {"inputs": ["a", "a"]}),
        (sequential(entry(), dense(1)), {"classes": ["a"]}), (sequential(entry(), dense(1)), {"classes": ["a", "a"]}),
        (sequential(entry(), dense(1)), {"format": "x"}), (sequential(entry(), dense(1)), {"trust": "data"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_contradicts_itself_or_brings_code_is_refused(config: Any, said: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableArtifactError):
        ADAPTER.describe(placed(tmp_path, config, said))


def test_words_without_end_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", b" " * (17 << 20))
    with pytest.raises(UnreadableArtifactError, match="is over"):
        ADAPTER.describe(tmp_path)


@pytest.mark.parametrize("missing", ["keras", "tensorflow"])
def test_without_keras_or_a_backend_loading_says_what_to_install(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    if missing == "tensorflow":
        monkeypatch.delenv("KERAS_BACKEND")
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    folder = placed(tmp_path, sequential(entry(), dense(1)))
    with pytest.raises(UnreadableArtifactError, match="install keras and tensorflow-cpu there"):
        ADAPTER.load(folder, ADAPTER.describe(folder))
