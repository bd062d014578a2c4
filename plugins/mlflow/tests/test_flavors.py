"""Each flavour goes to its framework's adapter, what no adapter reads to MLflow in a child worker, or nowhere."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.errors import InvalidRequestError, InvalidTableError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters, reader_of
from fairlead_mlflow import MLflowAdapter

MODELS = Path(__file__).with_name("models")
SAID = json.loads((MODELS / "said.json").read_text())
TABLE = {name: np.array(values) for name, values in SAID["table"].items()}
ADAPTER = MLflowAdapter()
NATIVE = [name for name in SAID["outputs"] if name != "pyfunc"]


@pytest.mark.parametrize("flavor", NATIVE)
def test_a_flavour_is_scored_by_its_frameworks_adapter(flavor: str) -> None:
    folder = MODELS / flavor
    card = ADAPTER.describe(folder)
    assert (card.adapter, card.trust, card.inputs) == ("mlflow", "data", ("a", "b"))
    found = ADAPTER.load(folder, card).predict(TABLE)
    for output, wanted in SAID["outputs"][flavor].items():
        np.testing.assert_allclose(found[output], wanted, rtol=1e-6)


@pytest.mark.parametrize("flavor", [*NATIVE, "pyfunc"])
def test_the_folder_is_mlflows_though_another_adapter_knows_the_file_in_it(flavor: str) -> None:
    assert reader_of(MODELS / flavor, adapters()).name == "mlflow"


def test_a_pyfunc_is_code_and_its_columns_are_those_of_the_signature() -> None:
    card = ADAPTER.describe(MODELS / "pyfunc")
    assert (card.trust, card.task, card.inputs, card.framework) == ("code", "regression", ("a", "b"), "python_function")


@pytest.mark.skipif(find_spec("mlflow") is not None, reason="MLflow is installed")
def test_a_pyfunc_without_mlflow_says_what_to_install() -> None:
    with pytest.raises(UnreadableArtifactError, match="install mlflow there"):
        ADAPTER.load(MODELS / "pyfunc", ADAPTER.describe(MODELS / "pyfunc"))


@pytest.mark.skipif(find_spec("mlflow") is None, reason="needs MLflow: tox -e mlflow")
def test_a_pyfunc_scores_as_mlflow_does_and_refuses_what_does_not_fit() -> None:
    model: Any = ADAPTER.load(MODELS / "pyfunc", ADAPTER.describe(MODELS / "pyfunc"))
    assert model.predict(TABLE)["prediction"].tolist() == SAID["outputs"]["pyfunc"]["prediction"]
    assert model.predict({name: values[:0] for name, values in TABLE.items()})["prediction"].shape == (0,)
    for wrong in ({"a": TABLE["a"]}, {**TABLE, "a": np.full(12, "x", dtype=object)}, {**TABLE, "a": TABLE["a"][:3]}):
        with pytest.raises(InvalidTableError):
            model.predict(wrong)


def test_a_pickled_classifier_says_how_to_register_it() -> None:
    with pytest.raises(UnreadableArtifactError, match=r"mlflow\.sklearn\.load_model.*serialization_format='skops'"):
        ADAPTER.describe(MODELS / "sklearn-pickle")


def changed(folder: Path, source: str, old: str, new: str) -> Path:
    shutil.copytree(MODELS / source, folder, dirs_exist_ok=True)
    text = (folder / "MLmodel").read_text()
    assert old in text
    (folder / "MLmodel").write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"type": "double"', '"type": "string"', "does not say that it gives one number a row"),
        ("loader_module: mlflow.pyfunc.model", "loader: none", "flavour python_function, and it is no pyfunc"),
        ("utc_time_created", "created", "missing, cut, or not MLflow's"),
        ("flavors:", "flavours:", "missing, cut, or not MLflow's"),
        ("flavors:", "flavors: &a [*a]\nother:", "missing, cut, or not MLflow's"),
        ("flavors:", "!!python/object/apply:os.getcwd []\nflavors:", "missing, cut, or not MLflow's"),
    ],
)
def test_an_mlmodel_that_says_too_little_or_too_much_is_refused(
    old: str, new: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableArtifactError, match=reason):
        ADAPTER.describe(changed(tmp_path, "pyfunc", old, new))


def test_a_model_whose_files_changed_their_adapter_since_is_refused(tmp_path: Path) -> None:
    card = ADAPTER.describe(MODELS / "pyfunc")
    with pytest.raises(UnreadableArtifactError, match="other adapters"):
        ADAPTER.load(MODELS / "xgboost", card)


def test_what_is_no_folder_of_mlflows_cannot_be_saved(tmp_path: Path) -> None:
    for other in (tmp_path, object(), "nowhere"):
        with pytest.raises(InvalidRequestError, match="MLmodel"):
            ADAPTER.save(other, tmp_path)
