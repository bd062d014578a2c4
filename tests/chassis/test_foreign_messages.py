"""What came onto the ledger by a stolen key changes nothing, stops nobody, and is named."""

from pathlib import Path
from typing import Any

import pytest
from fairlead_audit.service import SERVICE as AUDIT
from fairlead_chassis.bus.follow import RawMessage
from fairlead_chassis.part import Part
from fairlead_chassis.view import View
from fairlead_contracts.evidence.log import Record
from fairlead_contracts.evidence.merkle import leaf_hash, node_hash
from fairlead_contracts.facts.access import ProjectCreated, RoleBound
from fairlead_contracts.ledger import Decision, Envelope, FactRecord, body_hash
from fairlead_contracts.values import now

DIGEST = "sha256:" + "0" * 64
ADMIN = RoleBound(principal="user:mallory", role="role:admin", domain="*")
SUBJECT, OTHER = "ledger.project._.a", {"token": "z"}


def change(**other: Any) -> Envelope:
    fields: dict[str, Any] = {
        "operation_id": "op", "operation": "create_project", "service": "access", "actor": "user:ada", "project": "_",
        "kind": "project", "token": "a", "facts": (ProjectCreated(project="a").record(),), "request": DIGEST,
        "decision": Decision(allowed=True, revision=1, rule="test"),
    }  # fmt: skip
    return Envelope(**fields | other).sealed()


def on(subject: str, data: bytes, sequence: int = 1) -> RawMessage:
    return RawMessage(sequence, now(), subject, data)


def refusal(service: str) -> Envelope:
    return change(kind="refused", service=service, facts=(ADMIN.record(),))


FOREIGN = {
    "nothing": on(SUBJECT, b""),
    "no text": on(SUBJECT, b"\xff\xfe"),
    "no JSON": on(SUBJECT, b"not json"),
    "an array": on(SUBJECT, b"[]"),
    "no envelope": on(SUBJECT, b"{}"),
    "a changed body": on(SUBJECT, change().encode().replace(b"user:ada", b"user:eve")),
    "a facts of another kind": on(SUBJECT, change(facts=(ADMIN.record(),)).encode()),
    "no facts": on(SUBJECT, change(facts=()).encode()),
    "a fact with a member too many": on(
        SUBJECT, change(facts=(FactRecord(type="project_created", v=1, data={"project": "a", "x": 1}),)).encode()
    ),
    "another aggregate's subject": on("ledger.project._.b", change().encode()),
    "the monitor's subject with access's facts": on(
        "ledger.monitor._.a", change(kind="monitor", service="monitor", facts=(ADMIN.record(),)).encode()
    ),
    "the monitor's subject, said to be access's": on("ledger.monitor._.a", change(facts=(ADMIN.record(),)).encode()),
    "a kind that nobody decides": on("ledger.moon._.a", change(kind="moon", facts=(ADMIN.record(),)).encode()),
    "a service that does not decide this kind": on(SUBJECT, change(service="monitor").encode()),
    "a role among the refusals": on("ledger.refused.monitor", refusal("monitor").encode()),
}


@pytest.mark.parametrize("message", FOREIGN.values(), ids=FOREIGN.keys())
def test_it_changes_nothing_and_what_follows_builds_on_it(tmp_path: Path, message: RawMessage) -> None:
    view = View(tmp_path, "0", Part)
    view.apply([message, on("ledger.project._.z", change(**OTHER).encode(), 2)])
    assert (view.applied, view.foreign()) == (2, 1)
    assert view.access.roles("user:mallory", "*") == frozenset()
    assert [row[0] for row in view.db.execute("SELECT name FROM projects")] == ["a"]
    link = view.last(message.subject)
    assert link is not None
    assert (link.sequence, link.hash) == (1, body_hash(message.data))


@pytest.mark.parametrize("message", FOREIGN.values(), ids=FOREIGN.keys())
def test_the_audit_keeps_it_byte_for_byte_as_a_leaf_like_any(tmp_path: Path, message: RawMessage) -> None:
    view = View(tmp_path, "0", AUDIT.view)
    second = change(**OTHER).encode()
    view.apply([message, on("ledger.project._.z", second, 2)])
    part: Any = view.part
    assert part.body(1) == message.data
    assert part.root(2) == node_hash(leaf_hash(message.data), leaf_hash(second))
    row = view.db.execute("SELECT sequence, subject, time, body FROM entries WHERE kind = 'foreign'").fetchone()
    assert Record.parse(Record(*row).line()).body == message.data


def test_a_change_that_its_own_service_made_is_no_foreign_one(tmp_path: Path) -> None:
    view = View(tmp_path, "0", Part)
    view.apply([on(SUBJECT, change().encode())])
    assert view.foreign() == 0
