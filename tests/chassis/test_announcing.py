"""A service is found by its files, which nobody but its user can read."""

import json
import os
import stat
from pathlib import Path

from fairlead_chassis.observing.announcing import announce


def test_prometheus_is_told_host_and_port(tmp_path: Path) -> None:
    _, scraped = announce(tmp_path, "monitor", "1", "http://127.0.0.1:4711")
    assert scraped == tmp_path / "run" / "scrape" / "monitor-1.json"
    assert json.loads(scraped.read_text()) == [
        {"targets": ["127.0.0.1:4711"], "labels": {"service": "monitor", "copy": "1"}}
    ]


def test_an_ipv6_address_keeps_its_brackets(tmp_path: Path) -> None:
    _, scraped = announce(tmp_path, "monitor", "0", "http://[::1]:4711")
    assert json.loads(scraped.read_text())[0]["targets"] == ["[::1]:4711"]


def test_whoever_waits_for_this_process_finds_it(tmp_path: Path) -> None:
    found, _ = announce(tmp_path, "monitor", "0", "http://127.0.0.1:4711")
    said = json.loads(found.read_text())
    assert (said["pid"], said["health"]) == (os.getpid(), "http://127.0.0.1:4711")


def test_what_a_killed_service_left_is_overwritten(tmp_path: Path) -> None:
    announce(tmp_path, "monitor", "0", "http://127.0.0.1:1")
    files = announce(tmp_path, "monitor", "0", "http://127.0.0.1:2")
    assert all("127.0.0.1:2" in file.read_text() for file in files)
    assert sorted(each.name for each in (tmp_path / "run").rglob("*.json")) == ["monitor-0.json"] * 2


def test_only_its_user_reads_them(tmp_path: Path) -> None:
    modes = {stat.S_IMODE(file.stat().st_mode) for file in announce(tmp_path, "monitor", "0", "http://127.0.0.1:1")}
    assert modes == {0o600}
