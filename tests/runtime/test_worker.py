"""A model whose files can run code lives in a child without secrets; when the child dies, the next one answers."""

import importlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.errors import InvalidTableError, ModelFailedError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters
from fairlead_runtime.worker.frames import LIMIT, Frame, WireColumn, frame_of, read, table_of, write
from fairlead_runtime.worker.parent import WorkerModel
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(max_size=5) | st.none()


def through_the_pipe(table: dict[str, Any]) -> dict[str, Any]:
    stream = io.BytesIO()
    write(stream, frame_of(table))
    stream.seek(0)
    frame = read(stream)
    assert frame is not None
    return table_of(frame)


@given(st.lists(st.tuples(st.floats(), st.integers(-(2**63), 2**63 - 1), st.booleans(), texts)))
def test_a_table_comes_out_of_the_pipe_as_it_went_in(rows: list[tuple[Any, ...]]) -> None:
    kinds = {"f": np.float64, "i": np.int64, "b": np.bool_, "t": object}
    table = {n: np.array([row[place] for row in rows], dtype=kinds[n]) for place, n in enumerate(kinds)}
    found = through_the_pipe(table)
    assert list(found) == list(table)
    for name, values in table.items():
        assert found[name].dtype == values.dtype
        assert found[name].tobytes() == values.tobytes() if name != "t" else found[name].tolist() == values.tolist()


def test_missing_texts_stay_missing_and_what_arrives_may_be_written_to() -> None:
    found = through_the_pipe({"t": np.array(["a", None, np.nan], dtype=object), "x": np.array([1.0])})
    assert found["t"].tolist() == ["a", None, None]
    found["x"][0] = 2.0


@pytest.mark.parametrize("data", [b"", b"\x01\0\0", (5).to_bytes(8, "little") + b"ab"])
def test_a_stream_that_ends_in_the_middle_of_a_frame_has_ended(data: bytes) -> None:
    assert read(io.BytesIO(data)) is None


@pytest.mark.parametrize("data", [(LIMIT + 1).to_bytes(8, "little"), (1).to_bytes(8, "little") + b"\xc1"])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="frame"):
        read(io.BytesIO(data))


def test_a_column_of_a_type_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="type"):
        table_of(Frame([WireColumn("x", "|O8", b"12345678")]))


MOODY = """
import os, sys
import numpy as np
from sklearn.linear_model import LinearRegression

class Moody(LinearRegression):
    def predict(self, rows):
        match float(np.asarray(rows)[0, 0]):
            case 1e6:
                raise RuntimeError("a detail of the model's own")
            case 2e6:
                os._exit(3)
            case 3e6:
                os.closerange(3, 64)
            case 4e6:
                print("told to everyone")
            case 5e6:
                return np.array([float(len([name for name in os.environ if "FAIRLEAD" in name]))])
        return super().predict(rows)
"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A regression that doubles, and does for some first values what models' own code may do."""
    folder = tmp_path_factory.mktemp("artifacts")
    (folder / "moody.py").write_text(MOODY)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(folder)
        model = importlib.import_module("moody").Moody()
        rows = np.arange(8.0).reshape(-1, 1)
        adapters()["sklearn-joblib"].save(model.fit(rows, 2 * rows[:, 0]), folder)
    return folder


@pytest.fixture(scope="module")
def worker(artifacts: Path) -> Iterator[WorkerModel]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FAIRLEAD_TOKEN", "secret")
        model = WorkerModel(artifacts, adapters()["sklearn-joblib"].describe(artifacts))
        yield model
    model.close()


def ask(worker: WorkerModel, value: float) -> float:
    return float(worker.predict({"x": np.array([value])})["prediction"][0])


def test_it_answers_as_the_model_does_whatever_the_model_prints(worker: WorkerModel) -> None:
    assert ask(worker, 3.0) == pytest.approx(6.0)
    assert ask(worker, 4e6) == pytest.approx(8e6)


def test_the_models_code_sees_no_setting_of_fairlead(worker: WorkerModel) -> None:
    assert ask(worker, 5e6) == 0.0


def test_an_error_of_the_models_own_is_told_by_its_kind_and_ends_nothing(worker: WorkerModel) -> None:
    with pytest.raises(InvalidTableError, match="RuntimeError") as caught:
        ask(worker, 1e6)
    assert "detail" not in caught.value.detail
    assert ask(worker, 1.0) == pytest.approx(2.0)


@pytest.mark.parametrize(("value", "why"), [(2e6, "exit code 3"), (3e6, "closed its pipes|exit code")])
def test_a_worker_that_ends_or_falls_silent_is_said_to_once_and_then_answers(
    worker: WorkerModel, value: float, why: str
) -> None:
    with pytest.raises(ModelFailedError, match=why):
        ask(worker, value)
    assert ask(worker, 1.0) == pytest.approx(2.0)


def test_a_file_that_does_not_load_is_told_at_once(artifacts: Path, tmp_path: Path) -> None:
    card = adapters()["sklearn-joblib"].describe(artifacts)
    (tmp_path / "model.joblib").write_bytes(b"\x80\x04.")
    with pytest.raises(UnreadableArtifactError, match="does not load"):
        WorkerModel(tmp_path, card)
