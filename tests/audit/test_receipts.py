"""A receipt that a certified replica gave is proven in the end, whatever else comes in, in whatever order."""

import asyncio
import json
from typing import Any

import pytest
from audit.conftest import Replica, arrive, certify, proven
from chassis.copies import ADMIN, Copy, running
from fairlead_audit.receipts import sealing
from fairlead_audit.receipts.intake import store_of
from fairlead_audit.receipts.sealing import seal
from fairlead_audit.receipts.store import ReceiptStore
from fairlead_audit.service import SERVICE
from fairlead_chassis.policy import shipped
from fairlead_chassis.signing import Signer
from fairlead_contracts.errors import ForbiddenError
from fairlead_contracts.evidence.receipts import Seal
from fairlead_contracts.operations.access import APPLY_POLICY
from fairlead_contracts.operations.audit import SEAL_RECEIPTS, TRACE_RECEIPT
from fairlead_contracts.operations.deployer import CERTIFY_REPLICA

REPLICA = Replica("loans-1-a")
OTHER = Replica("loans-1-b", signer=Signer(b"o" * 32))


def receipts(replica: Replica, *ids: str) -> list[Any]:
    return [replica.receipt(id_) for id_ in ids]


async def test_every_stage_says_what_is_there_already(audit: Copy, deployer: Copy, store: ReceiptStore) -> None:
    [one] = receipts(REPLICA, "one")

    async def said() -> tuple[bool, str]:
        trace = await audit.ask(TRACE_RECEIPT, receipt=one.to_token())
        return trace.proven, trace.steps[0].detail

    assert await said() == (False, "no batch with this receipt has come: it is younger than a few seconds, or it was "
                                   "changed")  # fmt: skip
    arrive(store, REPLICA.batch(1, one))
    assert await said() == (False, "its batch is here and waits for its seal, at most 15 s after the answer")
    await certify(deployer, audit, REPLICA)
    await seal(audit.chassis, store)
    assert await said() == (True, "receipt 1 of 1 in batch 1")


async def test_twice_and_out_of_order_is_as_once_and_in_order(audit: Copy, deployer: Copy, store: ReceiptStore) -> None:
    given = receipts(REPLICA, "one", "two", "three")
    first, second = REPLICA.batch(1, given[0]), REPLICA.batch(2, *given[1:])
    await certify(deployer, audit, REPLICA)
    arrive(store, second, first, second)
    await seal(audit.chassis, store)
    arrive(store, first)
    await seal(audit.chassis, store)
    assert await proven(audit, given) == [True, True, True]
    assert [row[0] for row in store.db.execute("SELECT count(*) FROM batches")] == [2]


async def test_a_batch_under_a_wrong_key_is_dropped_and_keeps_no_place(
    audit: Copy, deployer: Copy, store: ReceiptStore
) -> None:
    [real, made_up] = receipts(REPLICA, "real", "made-up")
    liar = Replica(REPLICA.name, signer=Signer(b"x" * 32))
    await certify(deployer, audit, REPLICA)
    arrive(store, liar.batch(1, made_up, real))
    arrive(store, REPLICA.batch(1, real))
    await seal(audit.chassis, store)
    assert await proven(audit, [real, made_up]) == [True, False]
    assert store.find(bytes.fromhex(liar.batch(1, made_up).leaves[0]), REPLICA.name) is None


async def test_a_replica_that_sends_anothers_leaves_does_not_hide_them(
    audit: Copy, deployer: Copy, store: ReceiptStore
) -> None:
    [real] = receipts(REPLICA, "real")
    await certify(deployer, audit, REPLICA, OTHER)
    arrive(store, OTHER.batch(1, real))
    await seal(audit.chassis, store)
    arrive(store, REPLICA.batch(1, real))
    await seal(audit.chassis, store)
    assert await proven(audit, [real]) == [True]


async def test_a_batch_waits_for_the_certificate_of_its_replica_and_not_for_ever(
    audit: Copy, deployer: Copy, store: ReceiptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    [early] = receipts(REPLICA, "early")
    arrive(store, REPLICA.batch(1, early), OTHER.batch(1, *receipts(OTHER, "never")))
    await seal(audit.chassis, store)
    assert len(store.waiting()) == 2
    await certify(deployer, audit, REPLICA)
    monkeypatch.setattr(sealing, "UNCERTIFIED_FOR", -1.0)
    await seal(audit.chassis, store)
    assert await proven(audit, [early]) == [True]
    assert store.waiting() == []


async def test_a_crash_between_choosing_and_the_ledger_repeats_the_same_seal(
    audit: Copy, deployer: Copy, store: ReceiptStore
) -> None:
    given = receipts(REPLICA, "one", "two")
    await certify(deployer, audit, REPLICA)
    arrive(store, REPLICA.batch(1, given[0]))
    waiting = store.waiting()
    chosen = Seal.over([each.batch for each in waiting]).root
    assert store.seal([each.number for each in waiting], chosen)
    arrive(store, REPLICA.batch(2, given[1]))
    await seal(audit.chassis, store)
    assert audit.chassis.part.seal(chosen) is not None
    assert await proven(audit, given) == [True, True]


async def test_two_copies_that_seal_at_once_leave_every_receipt_under_one_seal(
    audit: Copy, deployer: Copy, store: ReceiptStore, bus_server: Any
) -> None:
    await certify(deployer, audit, REPLICA)
    given = receipts(REPLICA, *(str(number) for number in range(12)))
    async with running(SERVICE, bus_server, "1") as second:
        beside = ReceiptStore(audit.chassis.home / "audit" / "batches.sqlite")
        chosen = [Seal.over([each.batch for each in found]).root for found in _interleaved(store, beside, given)]
        await asyncio.gather(seal(audit.chassis, store), seal(second.chassis, beside))
        await seal(audit.chassis, store)
        beside.db.close()
    await audit.caught_up()
    assert chosen[0] != chosen[1]
    assert all(await proven(audit, given))


def _interleaved(store: ReceiptStore, beside: ReceiptStore, given: list[Any]) -> list[Any]:
    """One copy has looked, then more came and the other looked; the one that looked first writes last."""
    arrive(store, *(REPLICA.batch(place, each) for place, each in enumerate(given[:5], 1)))
    first = beside.waiting()
    arrive(store, *(REPLICA.batch(place, each) for place, each in enumerate(given[5:], 6)))
    second = store.waiting()
    assert store.seal([each.number for each in second], Seal.over([each.batch for each in second]).root)
    assert not beside.seal([each.number for each in first], Seal.over([each.batch for each in first]).root)
    return [first, second]


@pytest.mark.parametrize(
    "change",
    [
        {"leaves": []}, {"leaves": ["zz"]}, {"leaves": ["00" * 32]}, {"leaves": "all"}, {"replica": "loans-1-b"},
        {"sequence": 2}, {"epoch": "second"}, {"batch": {}}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
async def test_what_does_not_hold_together_is_left_out_and_its_neighbours_are_not(
    audit: Copy, deployer: Copy, store: ReceiptStore, change: dict[str, Any]
) -> None:
    given = receipts(REPLICA, "one", "two")
    await certify(deployer, audit, REPLICA)
    bent = {**json.loads(REPLICA.batch(1, given[0]).model_dump_json()), **change}
    arrive(store, b"\xff", json.dumps(bent).encode(), b"", REPLICA.batch(2, given[1]))
    await seal(audit.chassis, store)
    assert await proven(audit, given) == [False, True]


async def test_a_certificate_that_a_person_made_proves_nothing(
    audit: Copy, deployer: Copy, access: Copy, store: ReceiptStore
) -> None:
    rules = "p, role:admin, *, *, *, allow\np, service:audit, *, *, receipts:seal, allow\n"
    await access.ask(APPLY_POLICY, model=shipped.text(shipped.MODEL), rules=rules)
    [made_up] = receipts(REPLICA, "made-up")
    await deployer.ask(CERTIFY_REPLICA, ADMIN, **REPLICA.certificate().model_dump(mode="json"))
    await audit.caught_up()
    arrive(store, REPLICA.batch(1, made_up))
    await seal(audit.chassis, store)
    trace = await audit.ask(TRACE_RECEIPT, receipt=made_up.to_token())
    assert [step.name for step in trace.steps if not step.ok] == ["certificate"]
    assert "made by user:admin" in trace.steps[2].detail


async def test_nobody_but_the_services_makes_evidence(audit: Copy, deployer: Copy, store: ReceiptStore) -> None:
    with pytest.raises(ForbiddenError):
        await audit.ask(SEAL_RECEIPTS, ADMIN, root="sha256:" + "0" * 64, batches=1, receipts=1)
    with pytest.raises(ForbiddenError):
        await deployer.ask(CERTIFY_REPLICA, ADMIN, **REPLICA.certificate().model_dump(mode="json"))
    assert store is store_of(audit.chassis)
