"""Who is it, and may they: tokens, groups, role bindings and the policy in force, from the ledger."""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from fairlead_contracts.errors import UnauthenticatedError
from fairlead_contracts.facts import Fact
from fairlead_contracts.facts.access import (
    GroupCreated,
    GroupMemberAdded,
    GroupMemberRemoved,
    PolicyApplied,
    ProjectCreated,
    RoleBound,
    RoleUnbound,
    TokenCreated,
    TokenRevoked,
    UserCreated,
)
from fairlead_contracts.ledger import Entry
from fairlead_contracts.names import EVERYWHERE
from fairlead_contracts.values import instant

from fairlead_chassis.part import Part
from fairlead_chassis.policy.index import Asked, Decision, Index, compile_rules
from fairlead_chassis.policy.rules import Rules

_SECRET_BYTES = 32
_NOBODY = hashlib.sha256(b"").hexdigest()


def mint() -> tuple[str, str, str]:
    """A new token: its lookup id, the whole text that its owner sends, and the hash that is kept."""
    id_, secret = secrets.token_hex(8), secrets.token_urlsafe(_SECRET_BYTES)
    return id_, f"fl_{id_}_{secret}", hashed(secret)


def hashed(secret: str) -> str:
    """The digest of a token's secret."""
    return f"sha256:{hashlib.sha256(secret.encode()).hexdigest()}"


class Access(Part):
    """Every service's copy of who may do what."""

    schema = """
        CREATE TABLE projects (name TEXT PRIMARY KEY, description TEXT, created TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE users (principal TEXT PRIMARY KEY, home TEXT, created TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE groups (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE members (name TEXT, member TEXT, PRIMARY KEY (name, member)) STRICT, WITHOUT ROWID;
        CREATE INDEX members_member ON members (member);
        CREATE TABLE tokens (
            id TEXT PRIMARY KEY, principal TEXT, hash TEXT, label TEXT, created TEXT, expires TEXT,
            revoked INTEGER DEFAULT 0) STRICT, WITHOUT ROWID;
        CREATE TABLE bindings (
            principal TEXT, role TEXT, domain TEXT, PRIMARY KEY (principal, role, domain)) STRICT, WITHOUT ROWID;
        CREATE TABLE policies (revision INTEGER PRIMARY KEY, model TEXT, rules TEXT, digest TEXT) STRICT;
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._index: Index | None = None
        self._roles: dict[tuple[str, str], frozenset[str]] = {}
        self._tokens: dict[str, tuple[str, str, str | None, int]] = {}
        self._homes: dict[str, str] = {}

    def apply(self, fact: Fact, entry: Entry) -> None:
        """Change the tables; what was compiled or remembered from them is forgotten."""
        if self._principals(fact, entry) or self._memberships(fact) or self._policy(fact, entry):
            for remembered in (self._roles, self._tokens, self._homes):
                remembered.clear()

    def _principals(self, fact: Fact, entry: Entry) -> bool:
        moment, run = instant(entry.time), self.db.execute
        match fact:
            case ProjectCreated():
                run("INSERT INTO projects VALUES (?, ?, ?)", (fact.project, fact.description, moment))
            case UserCreated():
                run("INSERT INTO users VALUES (?, ?, ?)", (fact.principal, fact.home, moment))
            case TokenCreated():
                expires = instant(fact.expires) if fact.expires else None
                row = (fact.token, fact.principal, fact.secret_hash, fact.label, moment, expires)
                run("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, 0)", row)
            case TokenRevoked():
                run("UPDATE tokens SET revoked = 1 WHERE id = ?", (fact.token,))
            case _:
                return False
        return True

    def _memberships(self, fact: Fact) -> bool:
        run = self.db.execute
        match fact:
            case GroupCreated():
                run("INSERT INTO groups VALUES (?)", (fact.group,))
            case GroupMemberAdded():
                run("INSERT OR IGNORE INTO members VALUES (?, ?)", (fact.group, fact.member))
            case GroupMemberRemoved():
                run("DELETE FROM members WHERE (name, member) = (?, ?)", (fact.group, fact.member))
            case RoleBound():
                run("INSERT OR IGNORE INTO bindings VALUES (?, ?, ?)", (fact.principal, fact.role, fact.domain))
            case RoleUnbound():
                key = (fact.principal, fact.role, fact.domain)
                run("DELETE FROM bindings WHERE (principal, role, domain) = (?, ?, ?)", key)
            case _:
                return False
        return True

    def _policy(self, fact: Fact, entry: Entry) -> bool:
        if not isinstance(fact, PolicyApplied):
            return False
        row = (entry.sequence, fact.model, fact.rules, fact.digest)
        self.db.execute("INSERT INTO policies VALUES (?, ?, ?, ?)", row)
        self._index = None
        return True

    def authenticate(self, token: str) -> str:
        """The principal of a token.

        Raises: UnauthenticatedError, the same for an unknown, a wrong, an expired and a revoked one.
        """
        parts = token.split("_", 2)
        id_, secret = (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "fl" else ("", "")
        principal, kept, expires, revoked = self._token(id_) or ("", f"sha256:{_NOBODY}", None, 1)
        fits = hmac.compare_digest(hashed(secret), kept)
        over = expires is not None and expires <= instant(datetime.now(UTC))
        if not fits or revoked or over:
            raise UnauthenticatedError("This token is not valid: unknown, expired or revoked. Ask for a new one.")
        return principal

    def _token(self, id_: str) -> tuple[str, str, str | None, int] | None:
        # Only what is there is remembered: guesses must not fill the memory.
        if id_ not in self._tokens:
            query = "SELECT principal, hash, expires, revoked FROM tokens WHERE id = ?"
            row = self.db.execute(query, (id_,)).fetchone()
            if row is None:
                return None
            self._tokens[id_] = row
        return self._tokens[id_]

    def roles(self, principal: str, project: str) -> frozenset[str]:
        """The roles that are bound to a principal in a project: its own and its groups', here and everywhere."""
        key = (principal, project)
        if key not in self._roles:
            rows = self.db.execute(
                "SELECT role FROM bindings WHERE domain IN (?, ?) AND (principal = ? OR principal IN"
                " (SELECT 'group:' || name FROM members WHERE member = ?))",
                (project, EVERYWHERE, principal, principal),
            )
            self._roles[key] = frozenset(row[0] for row in rows)
        return self._roles[key]

    def knows(self, principal: str, project: str) -> bool:
        """Whether a principal has any role in a project, and so may know of it."""
        return bool(self.roles(principal, project))

    def home(self, principal: str) -> str:
        """A principal's home project."""
        if principal not in self._homes:
            row = self.db.execute("SELECT home FROM users WHERE principal = ?", (principal,)).fetchone()
            self._homes[principal] = str(row[0]) if row else "default"
        return self._homes[principal]

    @property
    def index(self) -> Index:
        """The policy in force, compiled. Before there is one, nothing is allowed."""
        if self._index is None:
            row = self.db.execute("SELECT revision, rules FROM policies ORDER BY revision DESC LIMIT 1").fetchone()
            self._index = compile_rules(Rules.parse(row[1]) if row else Rules(), row[0] if row else 0)
        return self._index

    def decide(
        self, principal: str, project: str, resource: str, action: str, relations: Sequence[str] = ()
    ) -> Decision:
        """What the policy in force says."""
        asked = Asked(principal=principal, project=project, resource=resource, action=action)
        return self.index.decide(asked, self.roles(principal, project) | set(relations))
