"""What the monitor knows from the ledger of channels, and of what there is to tell."""

import sqlite3
from dataclasses import dataclass

from fairlead_contracts.channels import Channel
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.channels import ChannelRemoved, ChannelSet
from fairlead_contracts.facts.goals import GoalJudged
from fairlead_contracts.ledger import Entry
from fairlead_contracts.notifiers import Event
from fairlead_contracts.objectives import Goal

from fairlead_monitor.notify.events import Known, events_of

AT_ONCE = 1_000
SCHEMA = """
    CREATE TABLE channels (
        project TEXT, name TEXT, channel TEXT, actor TEXT, made INTEGER,
        PRIMARY KEY (project, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE notices (
        project TEXT, sequence INTEGER, deployment TEXT, incident TEXT, event TEXT,
        PRIMARY KEY (project, sequence, deployment, incident)) STRICT, WITHOUT ROWID;
    CREATE TABLE open_incidents (
        project TEXT, deployment TEXT, incident TEXT,
        PRIMARY KEY (project, deployment, incident)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Made:
    """A channel that there is. `made`: the ledger sequence since which there is one of this name."""

    project: str
    channel: Channel
    actor: str
    made: int


class NoticesView:
    """Channels and notices, by project."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables as a fact says. Goals are applied before."""
        match fact:
            case ChannelSet():
                row = (fact.project, fact.channel.name, fact.channel.model_dump_json(), entry.envelope.actor)
                self.db.execute(
                    "INSERT INTO channels VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                    " channel = excluded.channel, actor = excluded.actor",
                    (*row, entry.sequence),
                )
            case ChannelRemoved():
                key = (fact.project, fact.channel)
                self.db.execute("DELETE FROM channels WHERE (project, name) = (?, ?)", key)
            case _:
                deployment = getattr(fact, "deployment", None)
                if deployment is not None:
                    self._notice(fact, entry, deployment)

    def _notice(self, fact: Fact, entry: Entry, deployment: str) -> None:
        project: str = getattr(fact, "project", "")
        for event in events_of(fact, entry, self._known(fact, project, deployment)):
            row = (project, event.sequence, deployment, event.incident, event.model_dump_json())
            self.db.execute("INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?, ?)", row)
            key = (project, deployment, event.incident)
            if event.status == "open":
                self.db.execute("INSERT OR IGNORE INTO open_incidents VALUES (?, ?, ?)", key)
            else:
                self.db.execute(
                    "DELETE FROM open_incidents WHERE (project, deployment, incident) = (?, ?, ?)", key
                )  # fmt: skip

    def _known(self, fact: Fact, project: str, deployment: str) -> Known:
        key = (project, deployment)
        rows = self.db.execute("SELECT incident FROM open_incidents WHERE (project, deployment) = (?, ?)", key)
        opened = frozenset(row[0] for row in rows)
        if not isinstance(fact, GoalJudged):
            return Known(open=opened)
        goal = self.db.execute(
            "SELECT goal FROM goals WHERE (project, deployment, name) = (?, ?, ?)", (*key, fact.goal)
        ).fetchone()
        return Known(Goal.model_validate_json(goal[0]).severity if goal else "critical", opened)

    def channels(self, project: str | None = None) -> list[Made]:
        """Every channel, or those of a project, by name."""
        rows = self.db.execute(
            "SELECT * FROM channels WHERE ?1 IS NULL OR project = ?1 ORDER BY project, name", (project,)
        )
        return [Made(row[0], Channel.model_validate_json(row[2]), row[3], row[4]) for row in rows]

    def channel(self, project: str, name: str) -> Made | None:
        """One channel."""
        return next((each for each in self.channels(project) if each.channel.name == name), None)

    def notices(self, project: str, after: int) -> list[Event]:
        """What there is to tell after a ledger sequence, in order; about a thousand, whole sequences."""
        rows = self.db.execute(
            "SELECT event FROM notices WHERE project = ? AND sequence > ? ORDER BY sequence, incident LIMIT ?",
            (project, after, AT_ONCE),
        )
        found = [Event.model_validate_json(row[0]) for row in rows]
        if len(found) == AT_ONCE:
            return [each for each in found if each.sequence < found[-1].sequence]
        return found
