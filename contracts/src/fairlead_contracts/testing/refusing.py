"""Refusing: files that are no model of this adapter, cut ones, and tables that do not fit."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fairlead_contracts.adapters import Predictor
from fairlead_contracts.errors import InvalidTableError, UnreadableArtifactError
from fairlead_contracts.testing.samples import Array, Saved, expected, same
from fairlead_contracts.testing.subject import Subject

_CUTS = 48
_FOREIGN = {
    "nothing": b"", "a text": b"this is no model\n", "zeros": bytes(4096), "JSON": b'{"a": [1, 2, {"b": null}]}',
    "a JSON list": b"[]", "an empty zip": b"PK\x05\x06" + bytes(18), "a cut zip": b"PK\x03\x04" + bytes(30),
    "deep JSON": b"[" * 100_000, "not UTF-8": b'{"\xff\xfe": 1}', "an empty pickle": b"\x80\x04N.",
}  # fmt: skip


def cuts(size: int) -> Iterator[int]:
    """Sizes to cut a file of this size to: both ends closely, between them evenly."""
    yield from sorted({*range(min(size, 8)), *range(0, size, max(1, size // _CUTS)), *range(max(0, size - 8), size)})


class Refusing(Subject):
    """One clear error for each kind of bad input."""

    def test_other_files_under_its_names_are_refused(self, saved: Saved, tmp_path: Path) -> None:
        """`reads` is false, or `describe` or `load` raises UnreadableArtifactError."""
        for path in saved.files:
            for kind, content in _FOREIGN.items():
                folder = _copied(saved, tmp_path / "wrong")
                (folder / path.relative_to(saved.folder)).write_bytes(content)
                if self._scores(folder, saved, f"{path.name} replaced by {kind}"):
                    pytest.fail(f"a model is still scored with {path.name} replaced by {kind}")

    def test_a_folder_in_the_place_of_a_file_is_refused(self, saved: Saved, tmp_path: Path) -> None:
        """As above."""
        for path in saved.files:
            folder = _copied(saved, tmp_path / "wrong")
            (folder / path.relative_to(saved.folder)).unlink()
            (folder / path.relative_to(saved.folder)).mkdir()
            if self._scores(folder, saved, f"{path.name} as a folder"):
                pytest.fail(f"a model is still scored with {path.name} replaced by a folder")

    def test_a_cut_file_is_refused_or_scores_the_same(self, saved: Saved, tmp_path: Path) -> None:
        """At many lengths: UnreadableArtifactError, or nothing that counts was cut off."""
        for path in saved.files:
            data = path.read_bytes()
            folder = _copied(saved, tmp_path / "cut")
            for size in cuts(len(data)):
                (folder / path.relative_to(saved.folder)).write_bytes(data[:size])
                self._scores(folder, saved, f"{path.name} cut to {size} of {len(data)} bytes")

    def _scores(self, folder: Path, saved: Saved, where: str) -> bool:
        adapter = self.adapter()
        try:
            if not adapter.reads(folder):
                return False
            found = adapter.load(folder, adapter.describe(folder)).predict(saved.sample.table)
        except UnreadableArtifactError:
            return False
        except Exception as error:
            pytest.fail(f"{where}: {type(error).__name__} instead of UnreadableArtifactError: {error}")
        same(found, expected(saved.sample, saved.sample.table), where)
        return True

    def test_a_table_that_lacks_a_column_is_refused(self, saved: Saved, predictor: Predictor) -> None:
        """Each one in turn; the error names it where the model does."""
        for name in saved.sample.table:
            fewer = {each: values for each, values in saved.sample.table.items() if each != name}
            with pytest.raises(InvalidTableError) as refusal:
                predictor.predict(fewer)
            if saved.card.inputs and name not in refusal.value.detail:
                pytest.fail(f"the error does not name the missing column {name}: {refusal.value.detail}")

    def test_a_column_too_many_is_refused_or_changes_nothing(self, saved: Saved, predictor: Predictor) -> None:
        """Never a different answer."""
        table = saved.sample.table
        more = {"not-an-input": next(iter(table.values())), **table}
        try:
            found = predictor.predict(more)
        except InvalidTableError:
            return
        same(found, expected(saved.sample, table), "with a column too many")

    def test_columns_of_a_wrong_shape_are_refused(self, saved: Saved, predictor: Predictor) -> None:
        """2-D, 0-D, or of different lengths."""
        for name, values in saved.sample.table.items():
            for wrong in (values.reshape(-1, 1), values[0:1].reshape(())):
                _refused(predictor, saved, name, wrong)
            if len(saved.sample.table) > 1:
                _refused(predictor, saved, name, values[:-1])

    def test_columns_of_a_wrong_type_are_refused(self, saved: Saved, predictor: Predictor) -> None:
        """Times, complex numbers, records, bytes and objects that are no texts everywhere; texts among numbers."""
        for name, values in saved.sample.table.items():
            for dtype in ("datetime64[s]", np.complex128, [("a", "f8")], "S1"):
                _refused(predictor, saved, name, np.zeros(len(values), dtype=dtype))
            _refused(predictor, saved, name, np.full(len(values), 1, dtype=object))
            if values.dtype != object:
                _refused(predictor, saved, name, np.full(len(values), "text", dtype=object))

    def test_numbers_among_texts_are_refused_or_scored(self, saved: Saved, predictor: Predictor) -> None:
        """Some libraries cannot tell; none may fail in another way."""
        for name, values in saved.sample.table.items():
            if values.dtype == object:
                with contextlib.suppress(InvalidTableError):
                    predictor.predict({**saved.sample.table, name: np.arange(float(len(values)))})

    def test_a_table_without_columns_is_refused(self, predictor: Predictor) -> None:
        """InvalidTableError."""
        with pytest.raises(InvalidTableError):
            predictor.predict({})


def _refused(predictor: Predictor, saved: Saved, name: str, wrong: Array) -> None:
    try:
        predictor.predict({**saved.sample.table, name: wrong})
    except InvalidTableError:
        return
    except Exception as error:
        pytest.fail(
            f"column {name} as {wrong.dtype} {wrong.shape}: {type(error).__name__} instead of InvalidTableError"
        )
    pytest.fail(f"column {name} as {wrong.dtype} of shape {wrong.shape} is scored")


def _copied(saved: Saved, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(saved.folder, folder)
    return folder
