"""Requests over a limit are counted as they would be one by one."""

import base64
import sqlite3
from pathlib import Path

import pytest
from fairlead_contracts.operations.monitor import GetHealth
from fairlead_contracts.telemetry import HealthPart, ProfileBatch
from fairlead_drift.latency import LatencyHistogram
from fairlead_monitor.reports.health import health
from fairlead_monitor.windows.intake import Arrived, take
from fairlead_monitor.windows.store import opened
from hypothesis import given
from hypothesis import strategies as st

AT = {"project": "default", "deployment": "d"}


@given(st.lists(st.integers(0, 10_000_000), max_size=60), st.integers(0, 10_000_000))
def test_what_is_counted_as_over_a_limit_is_so_within_one_percent_of_it(durations: list[int], limit: int) -> None:
    histogram = LatencyHistogram()
    for each in durations:
        histogram.record(each)
    surely = sum(each > limit * 1.01 for each in durations)
    at_most = sum(each > limit for each in durations)
    assert surely <= histogram.over(limit) <= at_most


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return opened(tmp_path / "windows.sqlite").conn


def test_health_tells_the_slow_requests_only_where_a_limit_is_given(db: sqlite3.Connection) -> None:
    latency = LatencyHistogram()
    for milliseconds in (1, 40, 60, 900):
        latency.record(milliseconds * 1000)
    part = HealthPart(
        minute=7, requests=4, rows=4, client_errors=0, server_errors=0,
        latency=base64.b64encode(latency.to_bytes()).decode(),
    )  # fmt: skip
    source = {**AT, "revision": 1, "model": "m", "version": 1, "role": "champion", "replica": "r", "epoch": "e"}
    batch = ProfileBatch(**source, sequence=1, served=4, baseline="b", profiles=(), health=(part,))
    take(db, [Arrived(batch, 8 * 60_000_000)])
    assert health(db, GetHealth(**AT, slow_ms=50)).merged.slow == 2
    assert health(db, GetHealth(**AT)).merged.slow is None
