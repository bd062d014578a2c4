"""Concurrent requests share a call of the model and nothing else: each gets its own rows, error and receipt."""

import asyncio
import base64
import hashlib
import threading
from typing import Any

import msgspec
import numpy as np
import pytest
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.evidence.merkle import leaf_hash
from fairlead_contracts.evidence.receipts import Receipt
from fairlead_contracts.telemetry import PredictionBatch, ProfileBatch, ReceiptBatch
from fairlead_drift import Profile
from fairlead_runtime.serving.batches import LONG_US
from fairlead_runtime.serving.pace import Pace

from .conftest import BASELINE, Model, Replica, rows


async def at_once(replica: Replica, bodies: list[Any]) -> list[tuple[int, Any]]:
    """Ask all at once."""
    return await asyncio.gather(*(replica.infer(body) for body in bodies))


async def test_concurrent_requests_are_scored_together_and_each_gets_its_own_rows(replica: Replica) -> None:
    bodies = [rows(*((float(number), float(row)) for row in range(number % 4 + 1))) for number in range(50)]
    answers = await at_once(replica, bodies)
    for number, (status, answer) in enumerate(answers):
        assert status == 200
        assert answer["outputs"][0]["data"] == [float(number + row) for row in range(number % 4 + 1)]
    assert len(replica.model.batches) < 50


async def test_a_request_that_the_model_refuses_fails_alone(replica: Replica, model: Model) -> None:
    def answer(table: dict[str, Any]) -> Any:
        if (table["a"] == 13).any():
            raise InvalidTableError("thirteen")
        return {"prediction": table["a"]}

    model.answer = answer
    answers = await at_once(replica, [rows((float(number), 0.0)) for number in range(30)])
    assert [status for status, _ in answers] == [422 if number == 13 else 200 for number in range(30)]
    assert answers[13][1] == {"error": "thirteen", "code": InvalidTableError.code}
    [health] = (await replica.told("profiles"))[0]["health"]
    assert (health["requests"], health["rows"], health["client_errors"]) == (30, 29, 1)


def _raise(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None, lambda _: [1.0], lambda _: {}, lambda _: {"prediction": np.zeros(7)},
        lambda _: {"prediction": np.zeros((1, 1))}, lambda _: {"prediction": np.array(["x"], dtype=object)},
        lambda _: {"prediction": 1.0}, lambda t: {"prediction": t["a"], "more": t["a"]},
        lambda _: _raise(RuntimeError("a secret")), lambda _: _raise(MemoryError()), lambda _: _raise(SystemError()),
    ],
)  # fmt: skip
async def test_a_model_that_breaks_its_contract_gives_an_error_that_hides_why(
    replica: Replica, model: Model, answer: Any
) -> None:
    model.answer = answer
    status, body = await replica.infer(rows((1.0, 2.0)))
    assert (status, body["code"], "secret" in body["error"]) == (500, "internal", False)
    assert (await replica.told("predictions"), replica.reporter.served) == ([], 0)


async def test_a_score_that_is_no_number_is_null_and_hurts_nobody(replica: Replica, model: Model) -> None:
    model.answer = lambda table: {"prediction": np.where(table["a"] > 0, table["a"], np.nan)}
    answers = await at_once(replica, [rows((1.0, 0.0)), rows((-1.0, 0.0))])
    assert [body["outputs"][0]["data"] for _, body in answers] == [[1.0], [None]]
    kept = PredictionBatch.model_validate((await replica.told("predictions"))[0])
    assert sorted(kept.outputs["prediction"], key=str) == [1.0, None]


async def test_what_the_model_writes_into_its_input_reaches_no_profile_of_others(
    replica: Replica, model: Model
) -> None:
    def answer(table: dict[str, Any]) -> Any:
        scores = table["a"].copy()
        table["a"][:] = 1e9
        return {"prediction": scores}

    model.answer = answer
    await replica.infer(rows((5.0, 6.0)))
    [batch] = await replica.told("profiles")
    counted = batch["profiles"][0]
    assert counted["rows"] == 1
    expected = Profile.empty(BASELINE)
    expected.update({"a": np.array([5.0]), "b": np.array([6.0])})
    assert base64.b64decode(counted["profile"]) == expected.to_bytes()


async def test_rows_served_are_rows_counted_kept_and_under_receipts(replica: Replica) -> None:
    bodies = [msgspec.json.encode(rows(*[(1.0, 2.0)] * (number % 3 + 1), id=f"id-{number}")) for number in range(40)]
    answers = await at_once(replica, bodies)
    profiles = [ProfileBatch.model_validate(each) for each in await replica.told("profiles")]
    kept = [PredictionBatch.model_validate(each) for each in await replica.told("predictions")]
    receipts = [ReceiptBatch.model_validate(each) for each in await replica.told("receipts")]
    served = sum(number % 3 + 1 for number in range(40))
    assert profiles[-1].served == served == sum(part.rows for each in profiles for part in each.profiles)
    found = {(id_, row) for each in kept for id_, row in zip(each.ids, each.rows, strict=True)}
    assert found == {(f"id-{number}", row) for number in range(40) for row in range(number % 3 + 1)}
    leaves = {leaf for each in receipts for leaf in each.leaves}
    for body, (_, answer) in zip(bodies, answers, strict=True):
        receipt = Receipt.from_token(answer["parameters"]["receipt"])
        assert leaf_hash(receipt.leaf()).hex() in leaves
        assert receipt.input_digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
        outputs = msgspec.json.encode(answer["outputs"])
        assert receipt.output_digest == f"sha256:{hashlib.sha256(outputs).hexdigest()}"
    assert [each.sequence for each in kept] == list(range(1, len(kept) + 1))


async def test_a_long_call_leaves_the_loop_to_short_ones(replica: Replica, model: Model) -> None:
    began, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def answer(table: dict[str, Any]) -> Any:
        if len(table["a"]) > 1_000:
            loop.call_soon_threadsafe(began.set)
            go_on.wait(30)
        return {"prediction": table["a"]}

    model.answer = answer
    replica.learn(1, LONG_US / 1_000)
    long = asyncio.create_task(replica.infer(rows(*[(1.0, 2.0)] * 2_000)))
    await began.wait()
    assert (await replica.infer(rows((3.0, 4.0))))[0] == 200
    go_on.set()
    assert (await long)[0] == 200


async def test_rows_whose_caller_has_left_are_not_scored(replica: Replica, model: Model) -> None:
    began, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def answer(table: dict[str, Any]) -> Any:
        loop.call_soon_threadsafe(began.set)
        go_on.wait(30)
        return {"prediction": table["a"]}

    model.answer = answer
    replica.learn(1, LONG_US * 2)
    slow = [asyncio.create_task(replica.infer(rows((1.0, 2.0)))) for _ in range(2)]  # as many as are scored at once
    await began.wait()
    while sum(model.batches) < 2:  # noqa: ASYNC110  # nothing tells when
        await asyncio.sleep(0)
    late = asyncio.create_task(replica.infer(rows((3.0, 4.0)), **{"Fairlead-Deadline-Ms": "1"}))
    while not replica.queued():  # noqa: ASYNC110  # as above
        await asyncio.sleep(0)
    await asyncio.sleep(0.002)  # its deadline is time itself
    go_on.set()
    status, body = await late
    assert (status, body["code"]) == (504, "model-timeout")
    assert [status for status, _ in await asyncio.gather(*slow)] == [200, 200]
    assert sum(model.batches) == 2


def test_the_pace_of_a_size_is_learnt_and_a_slow_moment_is_not_believed_at_once() -> None:
    pace = Pace()
    assert pace.of(1_000_000) == 0.0
    pace.learn(1, 100.0)
    assert (pace.of(1), pace.of(64) > LONG_US) == (100.0, True)
    pace.learn(64, 120.0)
    assert (pace.of(64), pace.of(128)) == (120.0, 240.0)
    pace.learn(64, 1_000_000.0)
    assert pace.of(64) > 120.0
    pace.learn(64, 110.0)
    assert pace.of(64) == 110.0
