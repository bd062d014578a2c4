"""What becomes of actuals: taken, waiting, repeated, corrected, or refused row by row."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import InvalidRequestError
from fairlead_contracts.operations.monitor import Actual, ActualsChecked, CheckActuals, GetCoverage
from fairlead_contracts.telemetry import ActualsBatch
from fairlead_contracts.values import micros
from fairlead_monitor.actuals.checking import check, require_sound
from fairlead_monitor.actuals.values import class_of, number_of
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened
from monitor.world import AT, DIGEST, NOW, prediction_batch, version

TODAY = datetime(2026, 1, 10, tzinfo=UTC)
CLASSES, NUMBERS = version(DIGEST).card, version(DIGEST, "regression").card


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def actual(id_: str, value: Any, day: int | None = None, row: int = 0) -> Actual:
    time = None if day is None else datetime(2026, 1, day, tzinfo=UTC)
    return Actual(id=id_, value=value, row=row, time=time)


def came(db: sqlite3.Connection, *actuals: Actual, at: datetime = TODAY) -> None:
    take(db, [Arrived(ActualsBatch(**AT, recorded=micros(at), actuals=actuals), NOW)])


def checked(db: sqlite3.Connection, *actuals: Actual, card: ModelCard = CLASSES) -> ActualsChecked:
    return check(db, CheckActuals(**AT, actuals=actuals), [card], TODAY)


def test_rows_are_new_repeated_corrected_or_outdated(db: sqlite3.Connection) -> None:
    came(db, *(actual(id_, 1, 5) for id_ in ("same", "wrong", "later")))
    found = checked(
        db, actual("new", 0), actual("same", 1), actual("wrong", 0, 6), actual("later", 0, 4), actual("new", 1)
    )
    assert (found.rows, found.new, found.repeated, found.corrected, found.outdated) == (5, 1, 1, 2, 1)


@pytest.mark.parametrize("first", [0, 1])
def test_the_one_that_became_known_last_counts_whichever_comes_first(db: sqlite3.Connection, first: int) -> None:
    both = [actual("p", 1, 4), actual("p", 0, 6)]
    came(db, both[first])
    came(db, both[1 - first], at=TODAY + timedelta(days=1))
    assert db.execute("SELECT value FROM actuals").fetchall() == [("0",)]


def test_one_without_a_time_became_known_when_it_came(db: sqlite3.Connection) -> None:
    came(db, actual("p", 1))
    came(db, actual("p", 0, 9))
    assert db.execute("SELECT value FROM actuals").fetchall() == [("1",)]


def test_an_unknown_id_waits_and_is_named_and_counts_once_its_prediction_comes(db: sqlite3.Connection) -> None:
    found = checked(db, actual("early", 1))
    assert (found.waiting, found.waiting_ids) == (1, ("early",))
    came(db, actual("early", 1))
    assert coverage(db, GetCoverage(**AT)).waiting_ids == ("early",)
    take(db, [Arrived(prediction_batch("r-0", 1, ("early",)), NOW)])
    report = coverage(db, GetCoverage(**AT))
    assert (report.labelled, report.waiting_ids) == (1, ())
    assert checked(db, actual("early", 1)).waiting == 0


def test_an_id_that_was_predicted_twice_is_named(db: sqlite3.Connection) -> None:
    take(db, [Arrived(prediction_batch(replica, 1, ("p", replica)), NOW) for replica in ("r-0", "r-1")])
    found = checked(db, actual("p", 1), actual("r-0", 1))
    assert (found.reused, found.reused_ids) == (1, ("p",))
    assert coverage(db, GetCoverage(**AT)).reused_ids == ("p",)


@pytest.mark.parametrize(
    ("card", "value", "reason"),
    [
        (CLASSES, "maybe", "none of the classes that the model predicts: 0, 1"),
        (CLASSES, 2, "none of the classes"),
        (CLASSES, 0.5, "none of the classes"),
        (NUMBERS, "much", "no number"),
        (NUMBERS, True, "no number"),
        (NUMBERS, "nan", "no number"),
        (NUMBERS, "1e999", "no number"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_at_its_row(
    db: sqlite3.Connection, card: ModelCard, value: Any, reason: str
) -> None:
    found = checked(db, actual("a", 1), actual("b", value), card=card)
    assert [(each.place, reason in each.reason) for each in found.refused] == [(1, True)]
    assert found.rows == 1
    with pytest.raises(InvalidRequestError, match="1 of 2") as caught:
        require_sound([actual("a", 1), actual("b", value)], [card], TODAY)
    assert [each.pointer for each in caught.value.errors] == ["/actuals/1"]


def test_a_time_that_has_not_come_is_refused_because_nothing_could_correct_it(db: sqlite3.Connection) -> None:
    found = checked(db, actual("a", 1, 11))
    assert [each.reason for each in found.refused] == ["this time is more than 5 minutes ahead"]


@pytest.mark.parametrize(
    ("value", "classes", "named"),
    [
        (1, ("0", "1"), "1"), (1.0, ("0", "1"), "1"), ("1.0", ("0", "1"), "1"), (True, ("0", "1"), "1"),
        (True, ("False", "True"), "True"), ("true", ("False", "True"), "True"), (0, ("False", "True"), "False"),
        ("yes", ("no", "yes"), "yes"), ("01", ("01", "1"), "01"), (2, ("0", "1"), None), ("", ("0", "1"), None),
    ],
)  # fmt: skip
def test_a_class_is_named_by_its_text_its_number_or_its_truth(value: Any, classes: tuple[str, ...], named: str) -> None:
    assert class_of(value, classes) == named


@pytest.mark.parametrize(("value", "number"), [(3, 3.0), ("2.5", 2.5), (True, None), ("inf", None), ("two", None)])
def test_a_number_is_a_number_or_the_text_of_one(value: Any, number: float | None) -> None:
    assert number_of(value) == number


def test_actuals_of_files_from_before_became_known_when_they_came(tmp_path: Path) -> None:
    before = sqlite3.connect(tmp_path / "old.sqlite")
    before.execute(
        "CREATE TABLE actuals (project TEXT, deployment TEXT, id TEXT, row INTEGER, value TEXT, recorded INTEGER,"
        " place INTEGER, PRIMARY KEY (project, deployment, id, row)) STRICT, WITHOUT ROWID"
    )
    before.execute("INSERT INTO actuals VALUES ('default', 'd', 'p', 0, '1', 7, 0)")
    before.commit()
    before.close()
    db = opened(tmp_path / "old.sqlite").conn
    assert db.execute("SELECT value, known FROM actuals").fetchall() == [("1", 7)]
