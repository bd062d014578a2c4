"""What the monitor knows of goals: each as it was declared, how it stands, and what serves."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import DeploymentDeleted, RevisionCreated, RolloutEnded
from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet, MetricDeclared, MetricRemoved
from fairlead_contracts.ledger import Entry
from fairlead_contracts.objectives import Goal, Status
from fairlead_contracts.values import instant

SCHEMA = """
    CREATE TABLE goals (
        project TEXT, deployment TEXT, name TEXT, goal TEXT, actor TEXT, declared INTEGER, status TEXT, since TEXT,
        reason TEXT, value REAL, revision INTEGER, PRIMARY KEY (project, deployment, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE custom_metrics (
        project TEXT, deployment TEXT, name TEXT, fact TEXT,
        PRIMARY KEY (project, deployment, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE goal_deployments (
        project TEXT, deployment TEXT, model TEXT, version INTEGER, serving INTEGER,
        PRIMARY KEY (project, deployment)) STRICT, WITHOUT ROWID;
"""
_COLUMNS = "project, deployment, goal, actor, declared, status, since, reason, value, revision"


@dataclass(frozen=True)
class Declared:
    """A goal that holds, and its status as the ledger has it."""

    project: str
    deployment: str
    goal: Goal
    actor: str
    declared: int
    status: Status
    since: datetime
    reason: str
    value: float | None
    revision: int | None

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells this declaration from every other, an earlier one of the same name included."""
        return self.project, self.deployment, self.goal.name, self.declared


@dataclass(frozen=True)
class Champion:
    """The version that a deployment's newest revision answers with, and the revision that serves."""

    model: str
    version: int
    serving: int | None


class GoalsView:
    """Goals, custom metrics and champions, by deployment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables as a fact says."""
        match fact:
            case GoalSet():
                row = (fact.project, fact.deployment, fact.goal.name, fact.goal.model_dump_json(), entry.envelope.actor)
                more = (entry.sequence, "unknown", instant(entry.time), "not judged yet", None, None)
                self.db.execute("INSERT OR REPLACE INTO goals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *more))
            case GoalRemoved():
                self._delete("goals", fact.project, fact.deployment, fact.goal)
            case GoalJudged():
                stands = (fact.status, instant(entry.time), fact.reason, fact.value, fact.revision)
                self.db.execute(
                    "UPDATE goals SET status = ?, since = ?, reason = ?, value = ?, revision = ?"
                    " WHERE (project, deployment, name, declared) = (?, ?, ?, ?)",
                    (*stands, fact.project, fact.deployment, fact.goal, fact.declared),
                )
            case MetricDeclared():
                named = (fact.project, fact.deployment, fact.metric, fact.model_dump_json())
                self.db.execute("INSERT OR REPLACE INTO custom_metrics VALUES (?, ?, ?, ?)", named)
            case MetricRemoved():
                self._delete("custom_metrics", fact.project, fact.deployment, fact.metric)
            case _:
                self._deployments(fact)

    def _deployments(self, fact: Fact) -> None:
        match fact:
            case RevisionCreated():
                row = (fact.project, fact.deployment, fact.champion.model, fact.champion.version)
                self.db.execute(
                    "INSERT INTO goal_deployments VALUES (?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET"
                    " model = excluded.model, version = excluded.version",
                    row,
                )
            case RolloutEnded() if fact.outcome == "completed":
                self.db.execute(
                    "UPDATE goal_deployments SET serving = ? WHERE (project, deployment) = (?, ?)",
                    (fact.revision, fact.project, fact.deployment),
                )
            case DeploymentDeleted():
                for table in ("goals", "custom_metrics", "goal_deployments"):
                    key = (fact.project, fact.deployment)
                    self.db.execute(f"DELETE FROM {table} WHERE (project, deployment) = (?, ?)", key)  # noqa: S608  # ours

    def _delete(self, table: str, *key: str) -> None:
        self.db.execute(f"DELETE FROM {table} WHERE (project, deployment, name) = (?, ?, ?)", key)  # noqa: S608  # ours

    def goals(self, project: str | None = None, deployment: str | None = None) -> list[Declared]:
        """Every goal, or those of a deployment, by name."""
        rows = self.db.execute(
            f"SELECT {_COLUMNS} FROM goals WHERE (?1 IS NULL OR (project, deployment) = (?1, ?2))"  # noqa: S608  # ours
            " ORDER BY project, deployment, name",
            (project, deployment),
        )
        return [
            Declared(
                each[0], each[1], Goal.model_validate_json(each[2]), each[3], each[4], each[5],
                datetime.fromisoformat(each[6]), *each[7:],
            )
            for each in rows
        ]  # fmt: skip

    def goal(self, project: str, deployment: str, name: str) -> Declared | None:
        """One goal."""
        return next((each for each in self.goals(project, deployment) if each.goal.name == name), None)

    def metrics(self, project: str, deployment: str) -> dict[str, MetricDeclared]:
        """The custom metrics of a deployment, by name."""
        rows = self.db.execute(
            "SELECT fact FROM custom_metrics WHERE (project, deployment) = (?, ?) ORDER BY name", (project, deployment)
        )
        facts = [MetricDeclared.model_validate_json(row[0]) for row in rows]
        return {each.metric: each for each in facts}

    def champion(self, project: str, deployment: str) -> Champion | None:
        """What a deployment that is there answers with."""
        row = self.db.execute(
            "SELECT model, version, serving FROM goal_deployments WHERE (project, deployment) = (?, ?)",
            (project, deployment),
        ).fetchone()
        return Champion(*row) if row else None
