"""What the monitor knows from the ledger: versions with their baselines and classes, and who deploys them."""

import sqlite3

from fairlead_chassis.part import Part
from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import ReplicaCertified, RevisionCreated
from fairlead_contracts.facts.registry import VersionCreated
from fairlead_contracts.ledger import Entry

from fairlead_monitor.goals.view import SCHEMA as GOALS
from fairlead_monitor.goals.view import GoalsView
from fairlead_monitor.looking.view import SCHEMA as LOOKING
from fairlead_monitor.looking.view import LookingView
from fairlead_monitor.notify.view import SCHEMA as NOTICES
from fairlead_monitor.notify.view import NoticesView


class MonitorView(Part):
    """Versions and deployments, by project."""

    schema = """
        CREATE TABLE monitored_versions (
            project TEXT, model TEXT, version INTEGER, fact TEXT,
            PRIMARY KEY (project, model, version)) STRICT, WITHOUT ROWID;
        CREATE TABLE monitored_deployments (
            project TEXT, deployment TEXT, PRIMARY KEY (project, deployment)) STRICT, WITHOUT ROWID;
        CREATE TABLE deployed_versions (
            project TEXT, deployment TEXT, model TEXT, version INTEGER,
            PRIMARY KEY (project, deployment, model, version)) STRICT, WITHOUT ROWID;
        CREATE TABLE monitored_replicas (replica TEXT PRIMARY KEY, fact TEXT) STRICT, WITHOUT ROWID;
    """
    schema += GOALS + LOOKING + NOTICES

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.goals = GoalsView(db)
        self.looking, self.notices = LookingView(db), NoticesView(db)

    def apply(self, fact: Fact, entry: Entry) -> None:
        self.goals.apply(fact, entry)
        self.looking.apply(fact, entry)
        self.notices.apply(fact, entry)
        match fact:
            case VersionCreated():
                row = (fact.project, fact.model, fact.version, fact.model_dump_json())
                self.db.execute("INSERT INTO monitored_versions VALUES (?, ?, ?, ?)", row)
            case RevisionCreated():
                row2 = (fact.project, fact.deployment)
                self.db.execute("INSERT OR IGNORE INTO monitored_deployments VALUES (?, ?)", row2)
                self._deployed(fact.project, fact.deployment, fact.champion.model, fact.champion.version)
            case ReplicaCertified():
                named = (fact.replica, fact.model_dump_json())
                self.db.execute("INSERT OR REPLACE INTO monitored_replicas VALUES (?, ?)", named)
                self._deployed(fact.project, fact.deployment, fact.model, fact.version)

    def _deployed(self, *row: str | int) -> None:
        self.db.execute("INSERT OR IGNORE INTO deployed_versions VALUES (?, ?, ?, ?)", row)

    def cards(self, project: str, deployment: str) -> list[ModelCard]:
        """The cards of every version that ever served in a deployment, in whatever role."""
        rows = self.db.execute(
            "SELECT fact FROM monitored_versions JOIN deployed_versions USING (project, model, version)"
            " WHERE (project, deployment) = (?, ?)", (project, deployment),
        )  # fmt: skip
        return [VersionCreated.model_validate_json(row[0]).card for row in rows]

    def replica(self, name: str) -> ReplicaCertified | None:
        """The newest certificate of a replica."""
        row = self.db.execute("SELECT fact FROM monitored_replicas WHERE replica = ?", (name,)).fetchone()
        return ReplicaCertified.model_validate_json(row[0]) if row else None

    def require(self, project: str, deployment: str) -> None:
        """Raises: NotFoundError for a deployment that never was."""
        key = (project, deployment)
        row = self.db.execute("SELECT 1 FROM monitored_deployments WHERE (project, deployment) = (?, ?)", key)
        if row.fetchone() is None:
            raise NotFoundError(
                f"No deployment {deployment} in project {project}; `fairlead deployment list` shows them."
            )

    def version(self, project: str, model: str, version: int) -> VersionCreated:
        """A version that telemetry names. Raises: NotFoundError."""
        key = (project, model, version)
        row = self.db.execute(
            "SELECT fact FROM monitored_versions WHERE (project, model, version) = (?, ?, ?)", key
        ).fetchone()
        if row is None:
            raise NotFoundError(f"Model {model} has no version {version} in project {project}.")
        return VersionCreated.model_validate_json(row[0])
