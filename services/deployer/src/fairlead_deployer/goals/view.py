"""What the deployer knows of goals: how each stands, since when, on which revision; and what people decided."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.deployer import DeploymentDeleted, RevisionCreated
from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet
from fairlead_contracts.facts.reactions import ReactionAsked, ReactionDecided
from fairlead_contracts.ledger import Entry
from fairlead_contracts.objectives import Goal, Status
from fairlead_contracts.values import instant

SCHEMA = """
    CREATE TABLE goal_standings (
        project TEXT, deployment TEXT, name TEXT, goal TEXT, declared INTEGER, status TEXT, alert INTEGER, since TEXT,
        revision INTEGER, PRIMARY KEY (project, deployment, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE blamed (
        project TEXT, deployment TEXT, revision INTEGER,
        PRIMARY KEY (project, deployment, revision)) STRICT, WITHOUT ROWID;
    CREATE TABLE reactions (
        project TEXT, deployment TEXT, goal TEXT, alert INTEGER, revision INTEGER, back_to INTEGER, approved INTEGER,
        PRIMARY KEY (project, deployment, goal)) STRICT, WITHOUT ROWID;
    CREATE TABLE made (
        project TEXT, deployment TEXT, revision INTEGER, sequence INTEGER, time TEXT,
        PRIMARY KEY (project, deployment, revision)) STRICT, WITHOUT ROWID;
"""
_OF = "WHERE (project, deployment) = (?, ?)"


@dataclass(frozen=True)
class Standing:
    """A goal and its status: since which ledger sequence (`alert`) and when, and the revision that served then."""

    goal: Goal
    status: Status
    alert: int
    since: datetime
    revision: int | None


@dataclass(frozen=True)
class Asked:
    """What people were asked for an alert, and what they said; None while nobody did."""

    alert: int
    revision: int
    back_to: int
    approved: bool | None


@dataclass(frozen=True)
class Made:
    """When a revision was made: its place on the ledger and its time."""

    sequence: int
    time: datetime


class GoalsView:
    """Goals, blamed revisions and reactions, by deployment."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables as a fact says."""
        run, moment = self.db.execute, instant(entry.time)
        match fact:
            case GoalSet():
                row = (fact.project, fact.deployment, fact.goal.name, fact.goal.model_dump_json(), entry.sequence)
                values = (*row, "unknown", 0, moment, None)
                run("INSERT OR REPLACE INTO goal_standings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            case GoalRemoved():
                key = (fact.project, fact.deployment, fact.goal)
                run("DELETE FROM goal_standings WHERE (project, deployment, name) = (?, ?, ?)", key)
            case GoalJudged():
                self._judged(fact, entry)
            case ReactionAsked():
                asked = (fact.project, fact.deployment, fact.goal, fact.alert, fact.revision, fact.back_to)
                run("INSERT OR REPLACE INTO reactions VALUES (?, ?, ?, ?, ?, ?, NULL)", asked)
            case ReactionDecided():
                run(
                    "UPDATE reactions SET approved = ? WHERE (project, deployment, goal, alert) = (?, ?, ?, ?)",
                    (int(fact.approved), fact.project, fact.deployment, fact.goal, fact.alert),
                )
            case RevisionCreated():
                made = (fact.project, fact.deployment, fact.revision, entry.sequence, moment)
                run("INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)", made)
            case DeploymentDeleted():
                for table in ("goal_standings", "blamed", "reactions"):
                    run(f"DELETE FROM {table} {_OF}", (fact.project, fact.deployment))  # noqa: S608  # ours

    def _judged(self, fact: GoalJudged, entry: Entry) -> None:
        key = (fact.project, fact.deployment, fact.goal, fact.declared)
        changed = self.db.execute(
            "UPDATE goal_standings SET status = ?, alert = ?, since = ?, revision = ?"
            " WHERE (project, deployment, name, declared) = (?, ?, ?, ?)",
            (fact.status, entry.sequence, instant(entry.time), fact.revision, *key),
        )
        if changed.rowcount and fact.status == "failing" and fact.revision is not None and self._goes_back(fact):
            row = (fact.project, fact.deployment, fact.revision)
            self.db.execute("INSERT OR IGNORE INTO blamed VALUES (?, ?, ?)", row)

    def _goes_back(self, fact: GoalJudged) -> bool:
        goals = self.standings(fact.project, fact.deployment)
        return any(each.goal.name == fact.goal and each.goal.action in ("roll-back", "ask-approval") for each in goals)

    def standings(self, project: str, deployment: str) -> list[Standing]:
        """The goals of a deployment, by name."""
        rows = self.db.execute(
            f"SELECT goal, status, alert, since, revision FROM goal_standings {_OF} ORDER BY name",  # noqa: S608  # ours
            (project, deployment),
        )
        return [
            Standing(Goal.model_validate_json(row[0]), row[1], row[2], datetime.fromisoformat(row[3]), row[4])
            for row in rows
        ]

    def blamed(self, project: str, deployment: str) -> frozenset[int]:
        """The revisions on which a goal that goes back was missed."""
        rows = self.db.execute(f"SELECT revision FROM blamed {_OF}", (project, deployment))  # noqa: S608  # ours
        return frozenset(row[0] for row in rows)

    def asked(self, project: str, deployment: str) -> dict[str, Asked]:
        """What people were asked last, by goal."""
        rows = self.db.execute(
            f"SELECT goal, alert, revision, back_to, approved FROM reactions {_OF}",  # noqa: S608  # ours
            (project, deployment),
        )
        return {
            goal: Asked(alert, revision, back_to, None if approved is None else bool(approved))
            for goal, alert, revision, back_to, approved in rows
        }

    def made(self, project: str, deployment: str, revision: int) -> Made:
        """When a revision that exists was made."""
        row = self.db.execute(
            "SELECT sequence, time FROM made WHERE (project, deployment, revision) = (?, ?, ?)",
            (project, deployment, revision),
        ).fetchone()
        return Made(row[0], datetime.fromisoformat(row[1]))
