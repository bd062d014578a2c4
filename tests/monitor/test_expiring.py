"""Detail of single replicas goes after its time; what is merged, and every report of whole hours, stays."""

from pathlib import Path
from typing import Any

import pytest
from fairlead_contracts.operations.monitor import GetCoverage, GetDrift, GetHealth
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.reports.drift import drift_report
from fairlead_monitor.reports.health import health
from fairlead_monitor.windows import expiring
from fairlead_monitor.windows.expiring import DAY, expire, forget
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened, transaction
from monitor.world import AT, BASELINE, NOW, actuals_batch, prediction_batch, profile_batch

REPLICAS = ("r-0", "r-1")


@pytest.fixture
def db(tmp_path: Path) -> Any:
    made = opened(tmp_path / "windows.sqlite")
    arrive(made, range(1, 6), NOW)
    return made


def arrive(db: Any, sequences: range, time: int) -> None:
    with transaction(db) as connection:
        for replica in REPLICAS:
            take(connection, [Arrived(profile_batch(replica, each, 100 + each), time) for each in sequences])


def kinds(db: Any) -> set[tuple[int, bool]]:
    rows = db.conn.execute("SELECT DISTINCT grain, replica = '' FROM profiles JOIN series USING (series)")
    return {(grain, bool(merged)) for grain, merged in rows}


def told(db: Any) -> list[str]:
    return [
        drift_report(db.conn, GetDrift(**AT, by="hour"), lambda _digest: BASELINE).model_dump_json(),
        health(db.conn, GetHealth(**AT)).merged.model_dump_json(),
        coverage(db.conn, GetCoverage(**AT)).model_dump_json(),
    ]


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (1, {(1, False), (60, False), (1, True), (60, True), (1440, True)}),
        (2, {(60, False), (1, True), (60, True), (1440, True)}),
        (8, {(60, True), (1440, True)}),
        (400, {(60, True), (1440, True)}),
    ],
)
def test_each_kind_goes_after_its_time_and_the_reports_stay(db: Any, days: int, left: set[tuple[int, bool]]) -> None:
    before = told(db)
    while expire(db, NOW + days * DAY):
        pass
    assert kinds(db) == left
    assert told(db) == before


def test_what_was_written_again_stays_as_long_again(db: Any) -> None:
    arrive(db, range(6, 7), NOW + 3 * DAY)
    expire(db, NOW + 4 * DAY)
    assert kinds(db) >= {(1, False), (60, False)}


def test_a_late_row_of_an_expired_minute_is_counted_with_its_hour(db: Any) -> None:
    while expire(db, NOW + 8 * DAY):
        pass
    with transaction(db) as connection:
        take(connection, [Arrived(profile_batch("r-0", 9, 101), NOW + 9 * DAY)])
    (period,) = drift_report(db.conn, GetDrift(**AT, by="all"), lambda _digest: BASELINE).periods
    assert period.rows == 2 * 150 + 90


def test_it_goes_a_little_at_a_time(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "AT_ONCE", 3)
    rounds = 0
    while expire(db, NOW + 8 * DAY):
        rounds += 1
    assert rounds > 2
    assert kinds(db) == {(60, True), (1440, True)}


def rows_left(db: Any) -> list[list[str]]:
    queries = ("SELECT id FROM predictions ORDER BY id", "SELECT id FROM actuals ORDER BY id")
    return [[row[0] for row in db.conn.execute(each)] for each in queries]


def test_predictions_and_actuals_go_together_once_both_are_old(db: Any) -> None:
    with transaction(db) as connection:
        take(connection, [Arrived(prediction_batch("r-0", 1, ("old", "late", "alone")), NOW)])
        take(connection, [Arrived(prediction_batch("r-0", 2, ("new",)), NOW + 9 * DAY)])
        take(connection, [Arrived(actuals_batch(NOW, ("old", 1), ("new", 1), ("nobody", 1)), NOW)])
        take(connection, [Arrived(actuals_batch(NOW + 9 * DAY, ("late", 1)), NOW)])
    while forget(db, ("default", "other"), NOW + 5 * DAY):
        pytest.fail("another deployment's rows went")
    while forget(db, ("default", "d"), NOW + 5 * DAY):
        pass
    assert rows_left(db) == [["late", "new"], ["late", "new"]]
