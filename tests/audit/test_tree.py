"""The tree in the audit's view is RFC 6962's, whatever the log: roots, inclusion and consistency by naive oracles."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace

import pytest
from fairlead_audit.view import AuditView
from fairlead_contracts.evidence.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from fairlead_contracts.facts.access import ProjectCreated
from fairlead_contracts.ledger import Entry
from hypothesis import given, settings
from hypothesis import strategies as st

bodies = st.lists(st.text(max_size=30), min_size=1, max_size=40)
FACT = ProjectCreated(project="a")


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return sha256(b"\x01" + naive_root(entries[:half]) + naive_root(entries[half:])).digest()


def kept(view: AuditView, sequence: int, body: str, times: int = 1) -> None:
    """One more entry in the view, of so many facts."""
    decision = SimpleNamespace(allowed=True)
    envelope = SimpleNamespace(kind="project", project="_", actor="user:a", operation="op", decision=decision)
    entry = Entry.model_construct(
        sequence=sequence, time=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=sequence), subject="s", hash="h",
        envelope=envelope, body=body.encode(),
    )  # fmt: skip
    for _ in range(times):
        view.apply(FACT, entry)


def view_of(log: Sequence[str], reopened_after: int = 0) -> AuditView:
    """A view that applied a log, with a restart on the way."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(AuditView.schema)
    view = AuditView(db)
    for sequence, body in enumerate(log, 1):
        if sequence == reopened_after:
            view = AuditView(db)
        kept(view, sequence, body, times=1 + sequence % 2)
    return view


@settings(deadline=None, max_examples=60)
@given(bodies, st.integers(0, 40))
def test_every_root_is_the_naive_one_also_after_a_restart(log: list[str], restart: int) -> None:
    view = view_of(log, restart)
    assert view.size == len(log)
    for size in range(1, len(log) + 1):
        assert view.root(size) == naive_root([each.encode() for each in log[:size]])


@settings(deadline=None, max_examples=60)
@given(bodies, st.data())
def test_any_entry_is_proven_in_any_tree_that_holds_it_and_nothing_else_is(log: list[str], data: st.DataObject) -> None:
    view = view_of(log)
    size = data.draw(st.integers(1, len(log)))
    index = data.draw(st.integers(0, size - 1))
    root = naive_root([each.encode() for each in log[:size]])
    path = inclusion_proof(view, index, size)
    assert verify_inclusion(leaf_hash(log[index].encode()), index, size, path, root)
    assert not verify_inclusion(leaf_hash(log[index].encode() + b"x"), index, size, path, root)


@settings(deadline=None, max_examples=60)
@given(bodies, st.data())
def test_any_tree_is_proven_to_begin_with_any_earlier_one_and_no_other(log: list[str], data: st.DataObject) -> None:
    view = view_of(log)
    second = data.draw(st.integers(1, len(log)))
    first = data.draw(st.integers(1, second))
    roots = [naive_root([each.encode() for each in log[:size]]) for size in (first, second)]
    path = consistency_proof(view, first, second)
    assert verify_consistency(first, second, *roots, path)
    other = naive_root([b"another", *(each.encode() for each in log[1:first])])
    if log[0] != "another":
        assert not verify_consistency(first, second, other, roots[1], path)


def test_a_batch_that_was_rolled_back_leaves_no_trace_in_the_tree() -> None:
    view = view_of(["a", "b"])
    view.db.execute("BEGIN")
    kept(view, 3, "gone")
    view.db.execute("ROLLBACK")
    kept(view, 3, "c")
    assert view.root(3) == naive_root([b"a", b"b", b"c"])


def test_an_entry_that_came_twice_is_one_leaf() -> None:
    view = view_of(["a", "b"])
    kept(view, 2, "b")
    assert (view.size, view.root(2)) == (2, naive_root([b"a", b"b"]))
    with pytest.raises(LookupError):
        view.get(0, 2)
