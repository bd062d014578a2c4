"""What the monitor knows of settings: the newest of each deployment."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import DeploymentDeleted
from fairlead_contracts.facts.monitoring import Monitoring, MonitoringSet
from fairlead_contracts.ledger import Entry
from fairlead_contracts.values import instant

SCHEMA = """
    CREATE TABLE monitoring (
        project TEXT, deployment TEXT, settings TEXT, actor TEXT, since TEXT,
        PRIMARY KEY (project, deployment)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Settled:
    """Settings, who made them, and when; nobody where there are none."""

    settings: Monitoring
    actor: str | None = None
    since: datetime | None = None


class LookingView:
    """Settings by deployment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the table as a fact says."""
        match fact:
            case MonitoringSet():
                row = (fact.project, fact.deployment, fact.settings.model_dump_json())
                more = (entry.envelope.actor, instant(entry.time))
                self.db.execute("INSERT OR REPLACE INTO monitoring VALUES (?, ?, ?, ?, ?)", (*row, *more))
            case DeploymentDeleted():
                key = (fact.project, fact.deployment)
                self.db.execute("DELETE FROM monitoring WHERE (project, deployment) = (?, ?)", key)

    def keeping(self) -> list[tuple[str, str, int]]:
        """Project, deployment and days of those whose predictions and actuals are not kept for good."""
        rows = self.db.execute("SELECT project, deployment, settings FROM monitoring")
        found = [(project, name, Monitoring.model_validate_json(text).keep_days) for project, name, text in rows]
        return [(project, name, days) for project, name, days in found if days is not None]

    def of(self, project: str, deployment: str) -> Settled:
        """How a deployment is looked at."""
        row = self.db.execute(
            "SELECT settings, actor, since FROM monitoring WHERE (project, deployment) = (?, ?)", (project, deployment)
        ).fetchone()
        if row is None:
            return Settled(Monitoring())
        return Settled(Monitoring.model_validate_json(row[0]), row[1], datetime.fromisoformat(row[2]))
