"""The registry's tables: models, versions, aliases, and which deployments follow an alias."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from fairlead_chassis.part import Part
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import DeploymentDeleted, RevisionCreated
from fairlead_contracts.facts.registry import AliasDeleted, AliasSet, ModelCreated, VersionApproved, VersionCreated
from fairlead_contracts.ledger import Entry
from fairlead_contracts.operations import Operation
from fairlead_contracts.values import instant
from pydantic import BaseModel


class RegistryView(Part):
    """Rows as the reads need them: a version's whole fact stands in one column."""

    schema = """
        CREATE TABLE models (
            project TEXT, model TEXT, description TEXT, author TEXT, created TEXT,
            PRIMARY KEY (project, model)) STRICT, WITHOUT ROWID;
        CREATE TABLE versions (
            project TEXT, model TEXT, version INTEGER, digest TEXT, framework TEXT, author TEXT, created TEXT,
            sequence INTEGER, fact TEXT, approver TEXT, approved TEXT, comment TEXT, approval INTEGER,
            PRIMARY KEY (project, model, version)) STRICT, WITHOUT ROWID;
        CREATE INDEX versions_digest ON versions (project, model, digest);
        CREATE TABLE aliases (
            project TEXT, model TEXT, alias TEXT, version INTEGER,
            PRIMARY KEY (project, model, alias)) STRICT, WITHOUT ROWID;
        CREATE TABLE followers (
            project TEXT, deployment TEXT, model TEXT, alias TEXT, answers INTEGER,
            PRIMARY KEY (project, deployment, model, alias)) STRICT, WITHOUT ROWID;
        CREATE TABLE named (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables."""
        match fact:
            case ModelCreated():
                row = (fact.project, fact.model, fact.description, entry.envelope.actor, instant(entry.time))
                self.db.execute("INSERT INTO models VALUES (?, ?, ?, ?, ?)", row)
            case VersionCreated():
                self._version_created(fact, entry)
            case VersionApproved():
                self._version_approved(fact, entry)
            case AliasSet():
                row4 = (fact.project, fact.model, fact.alias, fact.version)
                self.db.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?, ?)", row4)
            case AliasDeleted():
                key = (fact.project, fact.model, fact.alias)
                self.db.execute("DELETE FROM aliases WHERE (project, model, alias) = (?, ?, ?)", key)
            case RevisionCreated():
                self._revision_created(fact)
            case DeploymentDeleted():
                self._forget_followers(fact.project, fact.deployment)

    def _version_created(self, fact: VersionCreated, entry: Entry) -> None:
        framework = f"{fact.card.framework} {fact.card.framework_version}"
        row = (
            fact.project, fact.model, fact.version, fact.digest, framework, entry.envelope.actor, instant(entry.time),
            entry.sequence, fact.model_dump_json(),
        )  # fmt: skip
        self.db.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL)", row)
        digests = {fact.training_data.digest, fact.baseline, *(file.digest for file in fact.files)}
        self.db.executemany("INSERT OR IGNORE INTO named VALUES (?)", [(each,) for each in digests])

    def _version_approved(self, fact: VersionApproved, entry: Entry) -> None:
        values = (entry.envelope.actor, instant(entry.time), fact.comment, entry.sequence)
        self.db.execute(
            "UPDATE versions SET approver = ?, approved = ?, comment = ?, approval = ?"
            " WHERE (project, model, version) = (?, ?, ?)",
            (*values, fact.project, fact.model, fact.version),
        )

    def _revision_created(self, fact: RevisionCreated) -> None:
        self._forget_followers(fact.project, fact.deployment)
        refs = [(fact.spec.champion, 1), *((each, 0) for each in fact.spec.challengers)]
        rows = [(fact.project, fact.deployment, ref.model, ref.alias, answers) for ref, answers in refs if ref.alias]
        self.db.executemany("INSERT OR IGNORE INTO followers VALUES (?, ?, ?, ?, ?)", rows)

    def _forget_followers(self, project: str, deployment: str) -> None:
        self.db.execute("DELETE FROM followers WHERE (project, deployment) = (?, ?)", (project, deployment))

    def relations(self, operation: Operation[Any, Any], request: BaseModel, principal: str) -> Sequence[str]:
        """`role:author` of a version that the principal made."""
        version = getattr(request, "version", None)
        if operation.noun != "version" or version is None:
            return ()
        key = (getattr(request, "project", ""), getattr(request, "model", ""), version)
        row = self.db.execute("SELECT author FROM versions WHERE (project, model, version) = (?, ?, ?)", key).fetchone()
        return ("role:author",) if row and row[0] == principal else ()

    def names(self, digest: str) -> bool:
        """Whether any version needs an object."""
        return self.db.execute("SELECT 1 FROM named WHERE digest = ?", (digest,)).fetchone() is not None

    def has_model(self, project: str, model: str) -> bool:
        """Whether there is such a model."""
        key = (project, model)
        return self.db.execute("SELECT 1 FROM models WHERE (project, model) = (?, ?)", key).fetchone() is not None

    def last_version(self, project: str, model: str) -> int:
        """The newest version's number; 0 when there is none."""
        row = self.db.execute("SELECT max(version) FROM versions WHERE (project, model) = (?, ?)", (project, model))
        return int(row.fetchone()[0] or 0)

    def version_of_digest(self, project: str, model: str, digest: str) -> int | None:
        """The version that these very files were registered as."""
        key = (project, model, digest)
        row = self.db.execute("SELECT version FROM versions WHERE (project, model, digest) = (?, ?, ?)", key).fetchone()
        return int(row[0]) if row else None

    def digest(self, project: str, model: str, version: int) -> tuple[str, bool] | None:
        """A version's digest and whether it is approved."""
        key = (project, model, version)
        row = self.db.execute(
            "SELECT digest, approver IS NOT NULL FROM versions WHERE (project, model, version) = (?, ?, ?)", key
        ).fetchone()
        return (row[0], bool(row[1])) if row else None

    def alias(self, project: str, model: str, alias: str) -> int | None:
        """Where an alias points."""
        key = (project, model, alias)
        row = self.db.execute("SELECT version FROM aliases WHERE (project, model, alias) = (?, ?, ?)", key).fetchone()
        return int(row[0]) if row else None

    def followers(self, project: str, model: str, alias: str) -> list[tuple[str, bool]]:
        """The deployments that follow an alias, and whether it answers there (or only scores in the shadow)."""
        key = (project, model, alias)
        rows = self.db.execute(
            "SELECT deployment, answers FROM followers WHERE (project, model, alias) = (?, ?, ?) ORDER BY 1", key
        )
        return [(deployment, bool(answers)) for deployment, answers in rows]
