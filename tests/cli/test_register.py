"""From a file to the request that registers it: which adapter, which target, and what to do where there is none."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xgboost as xgb
from fairlead_cli.app import app
from fairlead_cli.register import model_files
from fairlead_cli.register.model_files import prepared
from fairlead_cli.register.training_data import arrow, target_of
from fairlead_contracts.errors import InvalidRequestError, InvalidTableError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from typer.testing import CliRunner

FRAME = pd.DataFrame({"a": np.linspace(0, 1, 40), "b": np.arange(40) % 7, "bad": np.arange(40) % 2})


def no_version(model: str, version: int, folder: Path) -> None:
    """None of these models is made of registered ones."""
    pytest.fail(f"{model}@{version} is asked for")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's file under a name of its author's."""
    fitted = xgb.XGBClassifier(n_estimators=2).fit(FRAME[["a", "b"]], FRAME.bad)
    fitted.save_model(tmp_path / "churn-final.ubj")
    return tmp_path / "churn-final.ubj"


def test_a_file_is_read_by_what_it_holds_whatever_it_is_called(model: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("model.ubj", "other.ubj", "older.xgb")):
        path = tmp_path / f"{number}" / name
        path.parent.mkdir()
        shutil.copyfile(model, path)
        (folder := tmp_path / f"files-{number}").mkdir()
        assert prepared(path, None, folder, no_version).adapter == "xgboost"
        assert [each.name for each in folder.iterdir()] == ["model.ubj"]


def test_a_folder_is_taken_whole_but_for_what_is_hidden(model: Path, tmp_path: Path) -> None:
    (source := tmp_path / "source").mkdir()
    shutil.copyfile(model, source / "model.ubj")
    (source / ".DS_Store").write_text("x")
    (folder := tmp_path / "files").mkdir()
    assert prepared(source, None, folder, no_version).inputs == ("a", "b")
    assert [each.name for each in folder.iterdir()] == ["model.ubj"]


def test_an_mlflow_folder_is_mlflows_and_a_file_that_two_adapters_read_is_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = Path(__file__).parents[2] / "plugins" / "mlflow" / "tests" / "models" / "xgboost"
    (folder := tmp_path / "mlflow").mkdir()
    assert prepared(mlflow, None, folder, no_version).adapter == "mlflow"
    installed = adapters()
    monkeypatch.setattr(model_files, "adapters", lambda: {**installed, "another": installed["xgboost"]})
    (folder := tmp_path / "files").mkdir()
    with pytest.raises(UnreadableArtifactError, match="Several adapters read"):
        prepared(model, None, folder, no_version)


def test_what_no_adapter_reads_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "model.weights").write_bytes(b"weights")
    (folder := tmp_path / "files").mkdir()
    with pytest.raises(UnreadableArtifactError, match="fairlead plugin new"):
        prepared(tmp_path / "model.weights", None, folder, no_version)
    with pytest.raises(InvalidRequestError, match="no file or folder"):
        prepared(tmp_path / "gone.onnx", None, folder, no_version)
    with pytest.raises(InvalidRequestError, match="No adapter magic is installed"):
        prepared(tmp_path / "model.weights", "magic", folder, no_version)
    with pytest.raises(InvalidRequestError, match=r"handles builtins.int"):
        prepared(3, None, folder, no_version)


def test_training_data_is_read_from_csv_and_parquet(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "train.csv", index=False)
    FRAME.to_csv(tmp_path / "train.csv.gz", index=False)
    pq.write_table(pa.Table.from_pandas(FRAME), tmp_path / "train.parquet")
    for name in ("train.csv", "train.csv.gz", "train.parquet"):
        assert arrow(tmp_path / name).select(["a", "b", "bad"]).to_pandas()["b"].tolist() == FRAME.b.tolist()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(InvalidTableError, match="neither CSV nor Parquet"):
        arrow(tmp_path / "broken.parquet")
    with pytest.raises(InvalidRequestError, match="no training data"):
        arrow(tmp_path / "gone.csv")


def test_the_target_is_the_one_column_that_the_model_does_not_take(model: Path, tmp_path: Path) -> None:
    (folder := tmp_path / "files").mkdir()
    card = prepared(model, None, folder, no_version)
    table = arrow(FRAME)
    assert target_of(table, None, card) == "bad"
    assert target_of(table.select(["a", "b"]), None, card) is None
    with pytest.raises(InvalidTableError, match="does not take bad, other: name the target"):
        target_of(table.append_column("other", table["a"]), None, card)
    with pytest.raises(InvalidTableError, match="no column worse"):
        target_of(table, "worse", card)


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["register", "x.onnx"], "--baseline"), (["register", "x", "--baseline", "y", "--metric", "auc"], "NAME=VALUE"),
     (["deploy", "No Name"], "--name"), (["plugin", "new", "No Name"], "lower-case letters")],
    ids=["no training data", "a metric without a value", "no name of a deployment", "no name of a plugin"],
)  # fmt: skip
def test_wrong_usage_says_what_is_right(words: list[str], reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FAIRLEAD_TOKEN", "fl_none")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert reason in done.output
