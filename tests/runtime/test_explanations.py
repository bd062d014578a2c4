"""Explanations come with an answer that asks for them, and are under its receipt; a model without says so."""

import hashlib
from typing import Any

import msgspec
import numpy as np
import pytest
from fairlead_contracts.adapters import Explanation
from fairlead_contracts.evidence.receipts import Receipt

from .conftest import Model, Replica, rows

ASKED = {"parameters": {"explain": True}}


def explain(table: dict[str, Any]) -> Explanation:
    values = np.stack([table["a"], table["b"]], axis=1)[:, None, :]
    return Explanation(inputs=("a", "b"), contributions=values, bias=np.full((len(table["a"]), 1), 0.5))


async def test_contributions_and_bias_are_further_outputs(replica: Replica, model: Model) -> None:
    model.explain = explain
    body = msgspec.json.encode(rows((1.0, 2.0), (3.0, 4.0), **ASKED))
    status, answer = await replica.infer(body)
    prediction, contributions, bias = answer["outputs"]
    assert (status, prediction["data"]) == (200, [3.0, 7.0])
    assert contributions == {
        "name": "contributions", "datatype": "FP64", "shape": [2, 1, 2], "data": [1.0, 2.0, 3.0, 4.0],
    }  # fmt: skip
    assert (bias["shape"], bias["data"]) == ([2, 1], [0.5, 0.5])
    receipt = Receipt.from_token(answer["parameters"]["receipt"])
    assert receipt.output_digest == f"sha256:{hashlib.sha256(msgspec.json.encode(answer['outputs'])).hexdigest()}"


async def test_mlflows_clients_get_them_by_column(replica: Replica, model: Model) -> None:
    model.explain = explain
    _, answer = await replica.infer({"instances": [[1, 2]], "params": {"explain": True}}, "/invocations")
    assert answer["predictions"] == [{"prediction": 3.0, "contributions": {"a": 1.0, "b": 2.0}, "bias": 0.5}]


async def test_raw_bytes_hold_them_too(replica: Replica, model: Model) -> None:
    model.explain = explain
    body = rows((1.0, 2.0), parameters={"explain": True, "binary_data_output": True})
    async with replica.http.post("/v2/models/d/infer", data=msgspec.json.encode(body)) as response:
        answer, length = await response.read(), int(response.headers["Inference-Header-Content-Length"])
    sizes = [each["parameters"]["binary_data_size"] for each in msgspec.json.decode(answer[:length])["outputs"]]
    assert sizes == [8, 16, 8]
    assert np.frombuffer(answer[length:], dtype="<f8").tolist() == [3.0, 1.0, 2.0, 0.5]


async def test_who_does_not_ask_gets_none(replica: Replica, model: Model) -> None:
    model.explain = explain
    _, answer = await replica.infer(rows((1.0, 2.0)))
    assert [each["name"] for each in answer["outputs"]] == ["prediction"]


async def test_a_model_without_explanations_says_so(replica: Replica) -> None:
    status, answer = await replica.infer(rows((1.0, 2.0), **ASKED))
    assert status == 422
    assert answer["error"].startswith("/parameters/explain: this x model has no explanations")


@pytest.mark.parametrize(
    "broken",
    [
        Explanation(("a", "b"), np.zeros((1, 1, 3)), np.zeros((1, 1))),
        Explanation(("a",), np.zeros((1, 2)), np.zeros(1)),
        Explanation(("b", "a"), np.zeros((1, 1, 2)), np.zeros((1, 1))),
        Explanation(("a", "b"), np.zeros((1, 1, 2)), np.zeros((1, 2))),
    ],
)  # fmt: skip
async def test_an_explanation_of_another_form_is_the_models_fault(
    replica: Replica, model: Model, broken: Explanation
) -> None:
    model.explain = lambda _: broken
    assert (await replica.infer(rows((1.0, 2.0), **ASKED)))[0] == 500
    assert (await replica.infer(rows((1.0, 2.0))))[0] == 200
