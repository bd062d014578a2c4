"""Every service's view beside its rebuild from the exported ledger."""

import importlib
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from fairlead_chassis.bus.follow import RawMessage
from fairlead_chassis.view import View
from fairlead_contracts.evidence.log import Record

SERVICES = ("access", "registry", "audit", "monitor", "deployer", "gateway")


def messages(log: Path) -> list[RawMessage]:
    """The exported records as a view gets them."""
    records = [Record.parse(line) for line in log.read_text().splitlines()]
    return [RawMessage(each.sequence, datetime.fromisoformat(each.time), each.subject, each.body) for each in records]


def rebuilt(service: str, log: list[RawMessage], folder: Path) -> dict[str, Any]:
    """The tables of a fresh view that applied the whole log."""
    part = importlib.import_module(f"fairlead_{service}.service").SERVICE.view
    view = View(folder / service, "rebuilt", part)
    for start in range(0, len(log), 97):
        view.apply(log[start : start + 97])
    try:
        return tables(view.db)
    finally:
        view.db.close()


def running(home: Path, service: str) -> dict[str, Any]:
    """The tables of the view that a service keeps."""
    [path] = (home / "views" / service).glob("0-*.sqlite")
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        db.execute("BEGIN")  # one snapshot for all tables
        return tables(db)
    finally:
        db.close()


def tables(db: sqlite3.Connection) -> dict[str, Any]:
    """Every row of every table, but for the name and age of the stream."""
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}  # noqa: S608
    found["meta"] = [row[:3] for row in found["meta"]]
    return found


def log_of(folder: Path) -> list[dict[str, Any]]:
    """The exported entries, parsed."""
    return [json.loads(json.loads(line)["entry"]) for line in (folder / "ledger.jsonl").read_text().splitlines()]
