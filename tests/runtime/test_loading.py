"""What is loaded is what was registered, byte for byte; a model serves once it answered a first call as it should."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Column, ModelCard, Signature
from fairlead_contracts.bundle import ARTIFACTS, Bundle
from fairlead_contracts.errors import DigestMismatchError, UnreadableArtifactError
from fairlead_contracts.facts.registry import File
from fairlead_contracts.names import digest_of
from fairlead_runtime import model as loading
from fairlead_runtime.model import load
from fairlead_runtime.private_copy import private_copy
from runtime.conftest import BUNDLE

ROW = {"a": np.array([2.0])}


class Factor:
    """An adapter of one file with a number in it. What it is told to do first, it does before it opens the file."""

    name = "factor"

    def __init__(self) -> None:
        self.before: Callable[[], object] = lambda: None
        self.answer: Callable[[float, Any], Any] = lambda factor, table: {"prediction": factor * table["a"]}
        self.seen: list[str] = []

    def load(self, folder: Path, card: ModelCard) -> "Factor":
        self.before()
        self.seen = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
        self.factor = float((folder / "deep" / "factor.txt").read_text())
        return self

    def predict(self, table: Any) -> Any:
        return self.answer(self.factor, table)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Factor:
    made = Factor()
    monkeypatch.setattr(loading, "adapters", lambda: {"factor": made})
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A bundle whose one file holds the number 3, in its place below `tmp_path`."""
    file = tmp_path / ARTIFACTS / "deep" / "factor.txt"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"3")
    return BUNDLE.model_copy(
        update={
            "files": (File(path="deep/factor.txt", size=1, digest=digest_of(b"3")),),
            "card": BUNDLE.card.model_copy(update={"adapter": "factor"}),
            "signature": Signature(
                inputs=(Column(name="a", datatype="FP64"),), outputs=(Column(name="prediction", datatype="FP64"),)
            ),
        }
    )


def place(folder: Path) -> Path:
    return folder / ARTIFACTS / "deep" / "factor.txt"


def swap_by_path(folder: Path) -> Callable[[], object]:
    def swap() -> None:
        place(folder).parent.mkdir(parents=True, exist_ok=True)
        place(folder).write_bytes(b"9")

    return swap


def swap_by_descriptor(folder: Path) -> Callable[[], object]:
    descriptor = os.open(place(folder), os.O_WRONLY)
    return lambda: (os.pwrite(descriptor, b"9", 0), os.close(descriptor))


@pytest.mark.parametrize("swap", [swap_by_path, swap_by_descriptor])
def test_a_file_that_is_swapped_between_check_and_load_is_not_what_is_loaded(
    tmp_path: Path, bundle: Bundle, adapter: Factor, swap: Callable[[Path], Callable[[], object]]
) -> None:
    adapter.before = swap(tmp_path)
    model = load(tmp_path, bundle, ROW)
    assert model.predict(ROW)["prediction"].tolist() == [6.0]


def test_a_file_that_is_not_the_registered_one_is_never_shown_to_the_adapter(
    tmp_path: Path, bundle: Bundle, adapter: Factor
) -> None:
    place(tmp_path).write_bytes(b"9")
    with pytest.raises(DigestMismatchError, match=r"deep/factor\.txt"):
        load(tmp_path, bundle, ROW)
    assert adapter.seen == []


def test_a_link_and_a_missing_file_are_refused_by_name(tmp_path: Path, bundle: Bundle, adapter: Factor) -> None:
    (tmp_path / "other").write_bytes(b"3")
    place(tmp_path).unlink()
    with pytest.raises(UnreadableArtifactError, match=r"factor\.txt.*No such file"):
        load(tmp_path, bundle, ROW)
    place(tmp_path).symlink_to(tmp_path / "other")
    with pytest.raises(UnreadableArtifactError, match=r"factor\.txt"):
        load(tmp_path, bundle, ROW)
    assert adapter.seen == []


def test_only_files_of_the_manifest_are_there_and_nobody_writes_to_them(
    tmp_path: Path, bundle: Bundle, adapter: Factor
) -> None:
    (tmp_path / ARTIFACTS / "more.py").write_text("import os")
    load(tmp_path, bundle, ROW)
    assert adapter.seen == ["deep/factor.txt"]
    assert not (tmp_path / ARTIFACTS).exists()


def test_the_copy_is_for_this_user_alone(tmp_path: Path, bundle: Bundle) -> None:
    copy = private_copy(tmp_path, bundle)
    assert (copy.stat().st_mode & 0o777, (copy / "deep" / "factor.txt").stat().st_mode & 0o777) == (0o700, 0o400)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda factor, table: {"prediction": np.ones(2)}, "prediction is not 1 values"),
        (lambda factor, table: {"other": np.ones(1)}, "does not give prediction"),
        (lambda factor, table: None, "no table"),
        (lambda factor, table: {"prediction": np.array(["x"], dtype=object)}, "not 1 values of FP64"),
        (lambda factor, table: 1 / 0, "ZeroDivisionError"),
    ],
)  # fmt: skip
def test_a_model_that_breaks_its_signature_on_the_first_call_is_never_ready(
    tmp_path: Path, bundle: Bundle, adapter: Factor, answer: Callable[[float, Any], Any], said: str
) -> None:
    adapter.answer = answer
    with pytest.raises(UnreadableArtifactError, match=said):
        load(tmp_path, bundle, ROW)


def test_what_an_adapter_raises_is_told_with_its_name(tmp_path: Path, bundle: Bundle, adapter: Factor) -> None:
    adapter.before = lambda: (_ for _ in ()).throw(RuntimeError("within"))
    with pytest.raises(UnreadableArtifactError, match=r"factor cannot load the model \(RuntimeError\)"):
        load(tmp_path, bundle, ROW)


def test_an_adapter_that_is_not_installed_is_named(tmp_path: Path, bundle: Bundle, adapter: Factor) -> None:
    missing = bundle.model_copy(update={"card": bundle.card.model_copy(update={"adapter": "absent"})})
    with pytest.raises(UnreadableArtifactError, match="absent is not installed"):
        load(tmp_path, missing, ROW)
