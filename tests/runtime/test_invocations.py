"""MLflow's clients: every form of a frame is the same rows, missing values and dates included."""

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Column, Signature
from fairlead_contracts.errors import InvalidRequestError, MalformedBodyError
from fairlead_runtime.protocol.invocations import invocation
from fairlead_runtime.protocol.rows import joined
from fairlead_runtime.protocol.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Replica

MIXED = Signature(
    inputs=(
        Column(name="f", datatype="FP64"), Column(name="i", datatype="INT64"), Column(name="b", datatype="BOOL"),
        Column(name="since", datatype="BYTES"),
    ),
    outputs=(Column(name="prediction", datatype="FP64"),),
)  # fmt: skip
NAMES = ["f", "i", "b", "since"]
ROWS = [[1.5, 2, True, "2011-01-31"], [None, -3, False, None]]
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
COLUMNS = {name: [row[place] for row in ROWS] for place, name in enumerate(NAMES)}


def table(body: Any) -> dict[str, list[Any]]:
    schema = Schema(MIXED)
    _, found = invocation(json.dumps(body).encode(), schema)
    return {name: values.tolist() for name, values in joined([found], schema).table.items()}


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": {"columns": NAMES, "data": ROWS, "index": [7, 8]}},
        {"dataframe_split": {"columns": NAMES[::-1], "data": [row[::-1] for row in ROWS]}},
        {"dataframe_records": RECORDS}, {"instances": RECORDS}, {"instances": ROWS}, {"inputs": COLUMNS},
        {"inputs": ROWS}, {"inputs": {name: [[value] for value in values] for name, values in COLUMNS.items()}},
        {"dataframe_records": [RECORDS[0], {"i": -3.0, "b": False}]},
    ],
)  # fmt: skip
def test_every_form_is_the_same_rows(body: Any) -> None:
    found = table(body)
    assert np.isnan(found["f"][1])
    assert (found["f"][0], found["i"], found["b"], found["since"]) == (
        1.5, [2, -3], [True, False], ["2011-01-31", None],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "exactly one"), ({"instances": ROWS, "inputs": ROWS}, "exactly one"), ({"instances": []}, "from 1 to"),
        ({"inputs": {}}, "missing: f, i, b, since"), ({"inputs": {**COLUMNS, "f": [1.0]}}, "different lengths"),
        ({"instances": [ROWS[0], RECORDS[0]]}, "each row"), ({"instances": [[1.5]]}, "/instances/0: 1 values for 4"),
        ({"instances": ["x"]}, "each row"),
        ({"dataframe_split": {"columns": NAMES, "data": [[1]]}}, "/dataframe_split/data/0"),
        ({"dataframe_split": {"columns": ["f", "f", "b", "i"], "data": []}}, "given twice"),
        ({"dataframe_split": {"columns": NAMES[:2], "data": [[1.0, 2]]}}, "missing: b, since"),
        ({"dataframe_records": [{**RECORDS[0], "z": 1}]}, "no such input: z"),
        ({"dataframe_records": [RECORDS[0], {**RECORDS[0], "f": "1"}]}, "/dataframe_records/f: row 1: a text where"),
        ({"instances": [[1.5, 2.5, True, "x"]]}, "/instances/i: row 0: a number where a whole number"),
        ({"instances": [[1.5, None, True, "x"]]}, "null where a whole number"),
        ({"instances": [[1.5, 2**63, True, "x"]]}, "beyond INT64"),
        ({"instances": [[1.5, 1e300, True, "x"]]}, "whole number"),
        ({"instances": [[True, 2, True, "x"]]}, "a truth value where a number"),
        ({"instances": [[10**400, 2, True, "x"]]}, "row 0"),
        ({"instances": [[1.5, 2, 1, "x"]]}, "where true or false"),
        ({"instances": [[1.5, 2, True, 3]]}, "dates as texts"),
        ({"instances": 3}, "/instances"), ({"instances": ROWS, "params": {"row_ids": 3}}, "/params/row_ids"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_where(body: Any, said: str) -> None:
    with pytest.raises((InvalidRequestError, MalformedBodyError)) as caught:
        table(body)
    assert said in caught.value.detail or "JSON" in caught.value.detail


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "data", "columns"]), inner),
    max_leaves=12,
)


@given(st.sampled_from(["dataframe_split", "dataframe_records", "instances", "inputs"]), _ANY)
def test_any_json_is_a_table_or_a_clear_refusal(form: str, data: Any) -> None:
    with contextlib.suppress(InvalidRequestError, MalformedBodyError):
        assert list(table({form: data})) == NAMES


@pytest.mark.parametrize("path", ["/invocations", "/v2/models/d/invocations"])
async def test_an_answer_is_a_list_of_predictions_with_a_receipt(replica: Replica, path: str) -> None:
    status, answer = await replica.infer({"instances": [[1, 2.5], [3, 4]], "id": "x"}, path)
    assert (status, answer["predictions"]) == (200, [3.5, 7.0])
    assert (answer["parameters"]["id"], answer["parameters"]["model_version"]) == ("x", "2")
    [receipts] = await replica.told("receipts")
    assert len(receipts["leaves"]) == 1


async def test_a_refusal_reads_as_mlflows_own(replica: Replica) -> None:
    status, answer = await replica.infer({"instances": [["x", 1]]}, "/invocations")
    assert (status, answer["error_code"], answer["code"]) == (422, "BAD_REQUEST", "invalid-request")
    assert answer["message"].startswith("/instances/a: row 0")
    status, answer = await replica.infer(b"a,b\n1,2", "/invocations", **{"Content-Type": "text/csv"})
    assert (status, "application/json" in answer["message"]) == (400, True)


@pytest.mark.parametrize("path", ["/ping", "/health", "/version", "/v2/models/d/ping"])
async def test_mlflows_own_health_paths_answer(replica: Replica, path: str) -> None:
    async with replica.http.get(path) as response:
        assert response.status == 200
