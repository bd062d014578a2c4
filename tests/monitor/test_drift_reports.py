"""Drift reports: by the detector that is asked, each row with what it could have shown."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fairlead_contracts.operations.monitor import GetDrift, GetFeature
from fairlead_drift import DetectorError
from fairlead_monitor.reports.drift import drift_report, feature_report
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened, transaction
from monitor.world import AT, BASELINE, NOW, profile_batch


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """300 rows, all in one minute, which do not drift."""
    made = opened(tmp_path / "windows.sqlite")
    with transaction(made) as connection:
        take(connection, [Arrived(profile_batch("r-0", sequence, 0), NOW) for sequence in range(1, 8)])
    yield made.conn
    made.conn.close()


def test_the_usual_detector_is_the_stability_index(db: sqlite3.Connection) -> None:
    report = drift_report(db, GetDrift(**AT), lambda _digest: BASELINE)
    [period] = report.periods
    [feature] = period.features
    assert (report.detector, report.effect_line, feature.metric) == ("psi", 0.15, "psi")
    assert feature.effect == feature.psi
    assert feature.smallest_shift == period.smallest_shift
    assert feature.smallest_psi is not None


def test_another_detector_brings_its_own_line_and_effect(db: sqlite3.Connection) -> None:
    report = drift_report(db, GetDrift(**AT, detector="ks"), lambda _digest: BASELINE)
    [feature] = report.periods[0].features
    assert (report.detector, report.effect_line, feature.metric) == ("ks", 0.1, "ks")
    assert feature.effect == pytest.approx(feature.ks, abs=0.01)
    one = feature_report(db, GetFeature(**AT, feature="a", detector="ks"), lambda _digest: BASELINE)
    assert one.drift == feature


@pytest.mark.parametrize("scored", [True, False])
def test_an_unknown_detector_is_refused_whether_or_not_anything_was_scored(
    scored: bool, db: sqlite3.Connection, tmp_path: Path
) -> None:
    windows = db if scored else opened(tmp_path / "empty.sqlite").conn
    with pytest.raises(DetectorError, match=r"'magic' is not installed; there are .*jensen_shannon"):
        drift_report(windows, GetDrift(**AT, detector="magic"), lambda _digest: BASELINE)
    windows.close()
