"""What the deployer knows: deployments and revisions, and the models' versions, approvals and aliases."""

import sqlite3
from dataclasses import dataclass

from fairlead_chassis.part import Part
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import (
    DeploymentDeleted,
    ReplicaCertified,
    ResolvedVersion,
    RevisionCreated,
    RolloutEnded,
)
from fairlead_contracts.facts.registry import AliasDeleted, AliasSet, VersionApproved, VersionCreated
from fairlead_contracts.ledger import Entry
from fairlead_contracts.values import instant

from fairlead_deployer.goals.view import SCHEMA as GOALS
from fairlead_deployer.goals.view import GoalsView


@dataclass(frozen=True)
class Deployment:
    """A deployment's newest revision, and the one whose replicas answer."""

    project: str
    name: str
    revision: RevisionCreated
    serving: int | None
    failed: bool
    deleted: bool
    sequence: int


@dataclass(frozen=True)
class Revision:
    """A revision with what became of it."""

    fact: RevisionCreated
    actor: str
    created: str
    outcome: str | None
    detail: str


class DeployerView(Part):
    """Tables of deployments, and of what a decision about them needs of models."""

    schema = """
        CREATE TABLE deployments (
            project TEXT, name TEXT, revision INTEGER, serving INTEGER, deleted INTEGER DEFAULT 0, sequence INTEGER,
            PRIMARY KEY (project, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE revisions (
            project TEXT, name TEXT, revision INTEGER, fact TEXT, actor TEXT, created TEXT, outcome TEXT,
            detail TEXT DEFAULT '', PRIMARY KEY (project, name, revision)) STRICT, WITHOUT ROWID;
        CREATE TABLE versions (
            project TEXT, model TEXT, version INTEGER, digest TEXT, approved INTEGER DEFAULT 0, fact TEXT,
            PRIMARY KEY (project, model, version)) STRICT, WITHOUT ROWID;
        CREATE TABLE aliases (
            project TEXT, model TEXT, alias TEXT, version INTEGER,
            PRIMARY KEY (project, model, alias)) STRICT, WITHOUT ROWID;
        CREATE TABLE certificates (replica TEXT, epoch TEXT, PRIMARY KEY (replica, epoch)) STRICT, WITHOUT ROWID;
    """
    schema += GOALS

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.goals = GoalsView(db)

    def apply(self, fact: Fact, entry: Entry) -> None:
        self.goals.apply(fact, entry)
        match fact:
            case RevisionCreated():
                self._revision_created(fact, entry)
            case RolloutEnded():
                self._rollout_ended(fact, entry)
            case DeploymentDeleted():
                self._touch(fact.project, fact.deployment, entry, "deleted = 1")
            case VersionCreated():
                self._insert(
                    "versions (project, model, version, digest, fact)",
                    fact.project,
                    fact.model,
                    fact.version,
                    fact.digest,
                    fact.model_dump_json(),
                )
            case VersionApproved():
                key = (fact.project, fact.model, fact.version)
                self.db.execute("UPDATE versions SET approved = 1 WHERE (project, model, version) = (?, ?, ?)", key)
            case AliasSet():
                self._insert("aliases", fact.project, fact.model, fact.alias, fact.version)
            case AliasDeleted():
                gone = (fact.project, fact.model, fact.alias)
                self.db.execute("DELETE FROM aliases WHERE (project, model, alias) = (?, ?, ?)", gone)
            case ReplicaCertified():
                self._insert("certificates", fact.replica, fact.epoch)

    def _insert(self, into: str, *row: str | int) -> None:
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT OR REPLACE INTO {into} VALUES ({marks})", row)  # noqa: S608  # our own names

    def _revision_created(self, fact: RevisionCreated, entry: Entry) -> None:
        row = (fact.project, fact.deployment, fact.revision, fact.model_dump_json())
        self.db.execute(
            "INSERT INTO revisions (project, name, revision, fact, actor, created) VALUES (?, ?, ?, ?, ?, ?)",
            (*row, entry.envelope.actor, instant(entry.time)),
        )
        self.db.execute(
            "INSERT INTO deployments (project, name, revision, sequence) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET revision = excluded.revision, sequence = excluded.sequence,"
            " serving = CASE WHEN deleted THEN NULL ELSE serving END, deleted = 0",
            (*row[:3], entry.sequence),
        )

    def _rollout_ended(self, fact: RolloutEnded, entry: Entry) -> None:
        key = (fact.project, fact.deployment, fact.revision)
        self.db.execute(
            "UPDATE revisions SET outcome = ?, detail = ? WHERE (project, name, revision) = (?, ?, ?)",
            (fact.outcome, fact.detail, *key),
        )
        serving = f"serving = {int(fact.revision)}" if fact.outcome == "completed" else "serving = serving"
        self._touch(fact.project, fact.deployment, entry, serving)

    def _touch(self, project: str, name: str, entry: Entry, change: str) -> None:
        self.db.execute(
            f"UPDATE deployments SET {change}, sequence = ? WHERE (project, name) = (?, ?)",  # noqa: S608  # ours
            (entry.sequence, project, name),
        )

    def version(self, project: str, model: str, version: int) -> tuple[ResolvedVersion, bool] | None:
        """A version, and whether it is approved; None when there is none."""
        row = self.db.execute(
            "SELECT digest, approved FROM versions WHERE (project, model, version) = (?, ?, ?)",
            (project, model, version),
        ).fetchone()
        return (ResolvedVersion(model=model, version=version, digest=row[0]), bool(row[1])) if row else None

    def version_fact(self, project: str, model: str, version: int) -> VersionCreated:
        """The whole fact of a version that exists."""
        key = (project, model, version)
        row = self.db.execute("SELECT fact FROM versions WHERE (project, model, version) = (?, ?, ?)", key).fetchone()
        return VersionCreated.model_validate_json(row[0])

    def alias(self, project: str, model: str, alias: str) -> int | None:
        """Where an alias points."""
        key = (project, model, alias)
        row = self.db.execute("SELECT version FROM aliases WHERE (project, model, alias) = (?, ?, ?)", key).fetchone()
        return int(row[0]) if row else None

    def deployment(self, project: str, name: str) -> Deployment | None:
        """A deployment that is not deleted."""
        found = self._deployments("WHERE (d.project, d.name) = (?, ?) AND NOT deleted", (project, name))
        return found[0] if found else None

    def deployments(self, project: str | None = None) -> list[Deployment]:
        """Every deployment of a project; without one, of all, those being deleted among them."""
        if project is None:
            return self._deployments("", ())
        return self._deployments("WHERE d.project = ? AND NOT deleted", (project,))

    def last_revision(self, project: str, name: str) -> int:
        """The number of the newest revision, deleted deployments' included; 0 when there never was one."""
        row = self.db.execute("SELECT max(revision) FROM revisions WHERE (project, name) = (?, ?)", (project, name))
        return int(row.fetchone()[0] or 0)

    def _deployments(self, where: str, values: tuple[str, ...]) -> list[Deployment]:
        rows = self.db.execute(
            "SELECT d.project, d.name, r.fact, d.serving, r.outcome = 'failed', d.deleted, d.sequence"  # noqa: S608  # ours
            f" FROM deployments d JOIN revisions r USING (project, name, revision) {where} ORDER BY d.project, d.name",
            values,
        )
        return [
            Deployment(
                each[0],
                each[1],
                RevisionCreated.model_validate_json(each[2]),
                each[3],
                bool(each[4]),
                bool(each[5]),
                each[6],
            )
            for each in rows
        ]

    def revision(self, project: str, name: str, revision: int) -> RevisionCreated:
        """One revision that exists."""
        key = (project, name, revision)
        row = self.db.execute("SELECT fact FROM revisions WHERE (project, name, revision) = (?, ?, ?)", key).fetchone()
        return RevisionCreated.model_validate_json(row[0])

    def revisions(self, project: str, name: str) -> list[Revision]:
        """All revisions of a deployment, newest first."""
        rows = self.db.execute(
            "SELECT fact, actor, created, outcome, detail FROM revisions WHERE (project, name) = (?, ?)"
            " ORDER BY revision DESC",
            (project, name),
        )
        return [Revision(RevisionCreated.model_validate_json(each[0]), *each[1:]) for each in rows]

    def certified(self, replica: str, epoch: str) -> bool:
        """Whether this start of a replica has its key on the ledger."""
        key = (replica, epoch)
        return self.db.execute("SELECT 1 FROM certificates WHERE (replica, epoch) = (?, ?)", key).fetchone() is not None
