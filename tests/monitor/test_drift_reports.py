"""Drift reports: by the detector that is asked, each row with what it could have shown."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fairlead_contracts.facts.monitoring import Monitoring
from fairlead_contracts.operations.monitor import GetDrift, GetFeature
from fairlead_drift import DetectorError
from fairlead_monitor.looking.looks import levels
from fairlead_monitor.reports.drift import drift_report, feature_report
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened, transaction
from monitor.world import AT, BASELINE, NOW, profile_batch
from pydantic import ValidationError


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


def test_a_budget_is_spent_over_the_looks_of_its_days() -> None:
    found = levels(Monitoring(false_pages=1.0))
    assert found["hour"] == pytest.approx(1 / 730.5)
    assert found["day"] == pytest.approx(1 / 30.4375)
    assert (found["week"], found["month"], found["all"]) == (0.05, 0.05, 0.05)
    assert levels(Monitoring(false_pages=1.0, in_days=365.25))["week"] == pytest.approx(7 / 365.25)
    assert levels(Monitoring(false_pages=0.01))["all"] == 0.01
    assert set(levels(Monitoring()).values()) == {0.05}


def test_a_report_is_as_sure_as_the_budget_demands_and_says_so(db: sqlite3.Connection) -> None:
    settings = Monitoring(false_pages=0.001)
    strict = drift_report(db, GetDrift(**AT, by="hour"), lambda _digest: BASELINE, settings)
    plain = drift_report(db, GetDrift(**AT, by="hour", budget=False), lambda _digest: BASELINE, settings)
    assert (strict.false_pages, plain.false_pages) == (0.001, None)
    assert (strict.periods[0].level, plain.periods[0].level) == (pytest.approx(0.001 / 730.5), 0.05)
    smallest = [report.periods[0].features[0].smallest_shift or 0.0 for report in (strict, plain)]
    assert smallest[0] > smallest[1] > 0


def test_a_watch_judges_each_period_with_all_rows_since_it_began(tmp_path: Path) -> None:
    made = opened(tmp_path / "watched.sqlite")
    with transaction(made) as connection:
        batches = [profile_batch("r-0", sequence, (sequence - 1) * 60) for sequence in range(1, 5)]
        take(connection, [Arrived(each, NOW) for each in batches])
    settings = Monitoring(watch_from=datetime(1970, 1, 1, 1, tzinfo=UTC))
    watched = drift_report(made.conn, GetDrift(**AT, by="hour"), lambda _digest: BASELINE, settings)
    assert [each.rows for each in watched.periods] == [20, 50, 90]
    assert {each.watched_from for each in watched.periods} == {settings.watch_from}
    later = GetDrift(**AT, by="hour", start=datetime(1970, 1, 1, 3, tzinfo=UTC))
    assert [each.rows for each in drift_report(made.conn, later, lambda _: BASELINE, settings).periods] == [90]
    alone = GetDrift(**AT, by="hour", budget=False)
    assert [each.rows for each in drift_report(made.conn, alone, lambda _: BASELINE, settings).periods] == [
        10,
        20,
        30,
        40,
    ]
    made.conn.close()


def test_settings_speak_for_every_report_unless_it_asks_otherwise(db: sqlite3.Connection) -> None:
    settings = Monitoring(detector="ks", effect_line=0.3)
    by_settings = drift_report(db, GetDrift(**AT), lambda _digest: BASELINE, settings)
    assert (by_settings.detector, by_settings.effect_line) == ("ks", 0.3)
    asked = drift_report(db, GetDrift(**AT, detector="psi"), lambda _digest: BASELINE, settings)
    assert (asked.detector, asked.effect_line) == ("psi", 0.15)


@pytest.mark.parametrize(
    "settings", [{"false_pages": 0.0}, {"false_pages": -1.0}, {"in_days": 7.0}, {"effect_line": 0.0}, {"detector": ""}]
)
def test_settings_that_say_nothing_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Monitoring(**settings)
