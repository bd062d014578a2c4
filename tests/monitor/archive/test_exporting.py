"""Predictions and their actuals as a file: every row, hot or archived, exact values, names however hostile."""

import csv
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fairlead_contracts.errors import LowDiskError
from fairlead_contracts.operations.monitor import ExportPredictions, PredictionsExported
from fairlead_monitor.archive import exporting
from fairlead_monitor.archive.reading import Wanted, bring
from fairlead_monitor.reports.periods import span
from monitor.archive.place import OF, PARTITION, Place
from monitor.world import AT, MINUTE, NOW, actuals_batch, prediction_batch

DAY = 1_440 * MINUTE
HOSTILE = 'x"; DROP TABLE filled; --'
OUTPUTS: dict[str, tuple[Any, ...]] = {
    "probability": (0.1, 1e-300, None), "label": ("1", "it's", "é\u0000,\n"), "Label": (True, False, None),
    "count": (2**53 + 1, -1, None), "mixed": (1, "a", 0.5), "huge": (2**70, 1, 2), HOSTILE: (1.5, 2, 3),
}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "it's a home")
    made.arrive(NOW, prediction_batch("r-0", 1, ("a", "b", "c"), times=(NOW, NOW + 1, NOW + DAY), outputs=OUTPUTS))
    made.arrive(NOW, actuals_batch(NOW + 7, ("a", 1), ("c", 0), ("nobody", 1)))
    return made


def exported(place: Place, file: Path, **asked: Any) -> PredictionsExported:
    """What is told of the file, which is then at `file`."""
    request = ExportPredictions(**AT, format="csv" if file.suffix == ".csv" else "parquet", **asked)

    def keep(made: Path) -> tuple[str, int]:
        shutil.copy(made, file)
        return "sha256:" + "0" * 64, made.stat().st_size

    with place.files.reading(PARTITION) as db:
        bring(db, OF, Wanted(*span(request.start, request.end)), place.fetch)
        return exporting.export(db, request, keep)


def moment(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC)


@pytest.mark.parametrize("closed", [False, True])
def test_every_row_has_its_exact_values_and_its_actual(
    place: Place, tmp_path: Path, closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    if closed:
        assert place.close(NOW + 3 * DAY) == 3
    told = exported(place, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == list(told.columns)
    assert told.rows == table.num_rows == 3
    found = table.to_pydict()
    assert found["id"] == ["a", "b", "c"]
    assert [each.isoformat() for each in found["time"][:2]] == ["2023-11-14T22:13:20", "2023-11-14T22:13:20.000001"]
    assert found["output_probability"] == [0.1, 1e-300, None]
    assert found["output_label_2"] == ["1", "it's", "é\u0000,\n"]
    assert found["output_Label"] == [True, False, None]
    assert found["output_count"] == [2**53 + 1, -1, None]
    assert found["output_mixed"] == ["1", "a", "0.5"]
    assert found["output_huge"] == [str(2**70), "1", "2"]
    assert found[f"output_{HOSTILE}"] == [1.5, 2.0, 3.0]
    assert found["actual"] == [1, None, 0]


def test_a_period_a_version_and_csv(place: Place, tmp_path: Path) -> None:
    place.close(NOW + 3 * DAY)
    file = tmp_path / "out.csv"
    assert exported(place, file, end=moment(NOW + DAY), version=1).rows == 2
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["time"] for row in rows] == ["2023-11-14T22:13:20.000000Z", "2023-11-14T22:13:20.000001Z"]
    assert [(row["actual"], row["actual_known"]) for row in rows] == [("1", "2023-11-14T22:13:20.000007Z"), ("", "")]


def test_no_rows_are_a_file_without_rows(place: Place, tmp_path: Path) -> None:
    assert exported(place, tmp_path / "out.parquet", version=9).rows == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_a_store_without_room_is_the_answer(place: Place) -> None:
    def full(_file: Path) -> tuple[str, int]:
        raise LowDiskError("full")

    with place.files.reading(PARTITION) as db, pytest.raises(LowDiskError):
        exporting.export(db, ExportPredictions(**AT), full)
