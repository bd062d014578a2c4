"""Telemetry counts once, in whatever order and however often it arrives."""

import sqlite3
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from fairlead_contracts.operations.monitor import GetCoverage, GetDrift, GetHealth
from fairlead_contracts.telemetry import ProfileBatch
from fairlead_monitor.reports.coverage import coverage
from fairlead_monitor.reports.drift import drift_report
from fairlead_monitor.reports.health import health
from fairlead_monitor.windows.intake import Arrived, Batch, take
from fairlead_monitor.windows.store import opened, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor.world import AT, BASELINE, MINUTE, NOW, actuals_batch, prediction_batch, profile_batch

BATCHES = [
    profile_batch(replica, sequence, minute)
    for replica, minute in (("r-0", None), ("r-1", 200))
    for sequence in range(1, 6)
]


def taken(db: sqlite3.Connection, *batches: Batch, time: int = NOW) -> None:
    take(db, [Arrived(each, time) for each in batches])


def state(db: sqlite3.Connection) -> str:
    """Every window of every grain, and what the reports say."""
    windows = db.execute(
        "SELECT model, replica, grain, start, rows, hex(profile) FROM profiles JOIN series USING (series)"
        " ORDER BY 1, 2, 3, 4"
    ).fetchall()
    drift = drift_report(db, GetDrift(**AT, by="all"), lambda _digest: BASELINE)
    texts = [health(db, GetHealth(**AT)), coverage(db, GetCoverage(**AT)), drift]
    return repr(windows) + "".join(each.model_dump_json() for each in texts)


def after(groups: Iterable[list[ProfileBatch]], folder: Path) -> str:
    db = opened(folder / f"{len(list(folder.iterdir()))}.sqlite")
    for group in groups:
        with transaction(db) as connection:
            taken(connection, *group)
    found = state(db.conn)
    db.conn.close()
    return found


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(BATCHES), again=st.lists(st.sampled_from(BATCHES), max_size=6),
    cuts=st.lists(st.integers(0, 16), max_size=4),
)  # fmt: skip
def test_any_order_repetition_and_grouping_gives_the_same_windows_of_every_grain(
    tmp_path_factory: pytest.TempPathFactory, order: list[ProfileBatch], again: list[ProfileBatch], cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("windows")
    sent = [*order, *again]
    bounds = [0, *sorted(cuts), len(sent)]
    groups = [sent[first:last] for first, last in pairwise(bounds)]
    assert after(groups, folder) == after([BATCHES], folder)


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def test_every_grain_alone_adds_up_to_all_rows(db: sqlite3.Connection) -> None:
    taken(db, *BATCHES)
    sums = db.execute(
        "SELECT grain, replica = '', sum(rows) FROM profiles JOIN series USING (series) GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    assert sums == [(1, 0, 300), (1, 1, 300), (60, 0, 300), (60, 1, 300), (1440, 1, 300)]


@pytest.mark.parametrize("kind", ["profiles", "predictions"])
def test_a_batch_that_never_came_is_named(db: sqlite3.Connection, kind: str) -> None:
    for sequence in (1, 4, 5):
        batch = profile_batch("r-1", sequence) if kind == "profiles" else prediction_batch("r-1", sequence, ("p",))
        taken(db, batch)
    report = coverage(db, GetCoverage(**AT))
    assert [(gap.kind, gap.replica, gap.first, gap.last) for gap in report.gaps] == [(kind, "r-1", 2, 3)]


def test_what_was_served_and_not_counted_shows(db: sqlite3.Connection) -> None:
    taken(db, *(batch for batch in BATCHES if batch.sequence not in (2, 3) or batch.replica == "r-0"))
    report = coverage(db, GetCoverage(**AT))
    assert report.served - report.counted == 50


def test_what_is_seen_takes_one_row_for_each_run_without_a_gap(db: sqlite3.Connection) -> None:
    for sequence in (3, 1, 5, 4, 2):
        taken(db, profile_batch("r-0", sequence))
    assert db.execute("SELECT first, last FROM seen").fetchall() == [(1, 5)]


def test_of_two_actuals_for_a_row_the_later_recorded_one_counts_whichever_comes_first(db: sqlite3.Connection) -> None:
    taken(db, actuals_batch(2, ("p", 1)), actuals_batch(1, ("p", 0)))
    assert db.execute("SELECT value FROM actuals").fetchall() == [("1",)]


def test_of_two_actuals_for_a_row_in_one_batch_the_later_in_it_counts(db: sqlite3.Connection) -> None:
    taken(db, actuals_batch(1, ("p", 1), ("p", 0)))
    assert db.execute("SELECT value FROM actuals").fetchall() == [("0",)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_predictions_under_one_id_the_earlier_counts_and_it_is_said(
    db: sqlite3.Connection, order: tuple[int, int]
) -> None:
    batches = [
        prediction_batch("r-0", 1, ("p",), times=(2,), outputs={"probability": (0.2,)}),
        prediction_batch("r-1", 1, ("p",), times=(1,), outputs={"probability": (0.9,)}),
    ]
    for place in order:
        taken(db, batches[place])
    assert db.execute("SELECT outputs FROM first_predictions").fetchall() == [('{"probability": 0.9}',)]
    report = coverage(db, GetCoverage(**AT))
    assert (report.predictions, report.reused) == (1, 1)


def test_actuals_that_no_prediction_waits_for_are_told(db: sqlite3.Connection) -> None:
    taken(db, prediction_batch("r-0", 1, ("p",)), actuals_batch(1, ("p", 1), ("other", 0)))
    report = coverage(db, GetCoverage(**AT))
    assert (report.predictions, report.labelled, report.unmatched_actuals) == (1, 1, 1)


def test_a_replica_that_starts_again_counts_on_and_both_starts_are_known(db: sqlite3.Connection) -> None:
    taken(db, profile_batch("r-0", 1), time=NOW)
    taken(db, profile_batch("r-0", 1, epoch="f"), time=NOW + MINUTE)
    report = coverage(db, GetCoverage(**AT))
    assert (report.served, report.counted, report.starts, report.shared) == (20, 20, 2, ())


def test_two_processes_under_one_name_are_counted_and_named(db: sqlite3.Connection) -> None:
    for sequence in (1, 2):
        for epoch in ("e", "f"):
            batch = profile_batch("r-0", sequence, epoch=epoch)
            taken(db, batch, time=NOW + sequence * MINUTE)
    report = coverage(db, GetCoverage(**AT))
    assert report.served == report.counted == 60
    assert [(each.replica, each.epochs) for each in report.shared] == [("r-0", ("e", "f"))]


def test_rows_of_a_clock_that_is_ahead_count_in_the_minute_in_which_they_came_and_it_is_said(
    db: sqlite3.Connection,
) -> None:
    now = NOW // MINUTE
    taken(db, profile_batch("r-0", 1, now + 90))
    assert db.execute("SELECT DISTINCT start FROM profiles WHERE grain = 1").fetchall() == [(now,)]
    assert db.execute("SELECT DISTINCT start FROM health WHERE grain = 1").fetchall() == [(now,)]
    (clock,) = coverage(db, GetCoverage(**AT)).clocks
    assert (clock.replica, clock.ahead) == ("r-0", 90)
