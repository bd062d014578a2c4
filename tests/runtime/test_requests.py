"""From a request's bytes to the table that the model gets, and back."""

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Column, Signature
from fairlead_contracts.errors import InvalidRequestError, MalformedBodyError
from fairlead_runtime.protocol import requests as codec
from fairlead_runtime.protocol.outputs import OutputSet, Scores
from fairlead_runtime.protocol.parameters import AHEAD, event_times, row_ids
from fairlead_runtime.protocol.rows import joined, rows_of
from fairlead_runtime.protocol.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

OUT = (Column(name="prediction", datatype="FP64"),)
MIXED = Signature(
    inputs=(
        Column(name="f", datatype="FP64"), Column(name="i", datatype="INT64"), Column(name="b", datatype="BOOL"),
        Column(name="t", datatype="BYTES", categorical=True),
    ),
    outputs=OUT,
)  # fmt: skip
NUMBERS = Signature(inputs=(Column(name="x", datatype="FP64"), Column(name="y", datatype="FP64")), outputs=OUT)
NOW = 1_700_000_000_000_000


def tensor(name: str, datatype: str, data: list[Any], shape: list[int] | None = None) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data}


def table(signature: Signature, *tensors: dict[str, Any]) -> dict[str, Any]:
    schema = Schema(signature)
    request = codec.decode(json.dumps({"inputs": list(tensors)}).encode())
    return joined([rows_of(request.inputs, schema)], schema).table


@given(
    st.lists(
        st.tuples(st.none() | st.floats(-1e9, 1e9), st.integers(-9, 9), st.booleans(), st.none() | st.text(max_size=5)),
        min_size=1,
    )
)
def test_every_value_arrives_as_it_was_sent(rows: list[tuple[Any, ...]]) -> None:
    columns = [list(each) for each in zip(*rows, strict=True)]
    sent = [tensor(n, d, c) for n, d, c in zip("fibt", ("FP64", "INT64", "BOOL", "BYTES"), columns, strict=True)]
    found = table(MIXED, *reversed(sent))
    assert list(found) == ["f", "i", "b", "t"]
    assert [None if np.isnan(each) else each for each in found["f"]] == columns[0]
    assert [found[name].tolist() for name in "ibt"] == columns[1:]


def test_one_matrix_in_the_signatures_order_does_for_numbers() -> None:
    found = table(NUMBERS, tensor("anything", "FP64", [1, 2, 3, 4], [2, 2]))
    assert (found["x"].tolist(), found["y"].tolist()) == ([1, 3], [2, 4])
    nested = table(NUMBERS, tensor("anything", "FP64", [[1, 2], [3, 4]], [2, 2]))
    assert nested["y"].tolist() == [2, 4]


@pytest.mark.parametrize("shape", [[2, 1], [2]])
def test_a_column_may_be_flat_or_nested(shape: list[int]) -> None:
    data = [[1.0], [2.0]] if len(shape) == 2 else [1.0, 2.0]
    found = table(NUMBERS, tensor("x", "FP64", data, shape), tensor("y", "INT32", [3, 4]))
    assert (found["x"].tolist(), found["y"].tolist()) == ([1.0, 2.0], [3.0, 4.0])


@pytest.mark.parametrize(
    ("tensors", "pointer"),
    [
        ([tensor("x", "FP64", [1.0])], "/inputs"),
        ([tensor("x", "FP64", [1.0]), tensor("x", "FP64", [1.0])], "/inputs/1/name"),
        ([tensor("x", "FP64", [1.0]), tensor("y", "FP64", [1.0, 2.0])], "/inputs/1/shape"),
        ([tensor("x", "FP64", [1.0], [1, 1, 1])], "/inputs/0/shape"),
        ([tensor("x", "FP64", [], [])], "/inputs/0/shape"),
        ([tensor("x", "FP64", [True])], "/inputs/0/data"), ([tensor("x", "BOOL", [True])], "/inputs/0/datatype"),
        ([tensor("m", "FP64", [1.0, 2.0, 3.0], [1, 3])], "/inputs/0/shape"),
        ([tensor("z", "FP64", [1.0])], "/inputs/0/name"),
        ([tensor("x", "FP64", [1.0], [-1])], "/inputs/0/shape"),
        ([tensor("x", "FP64", [1.0], [2_000_000])], "/inputs/0/shape"),
    ],
)  # fmt: skip
def test_a_tensor_that_does_not_fit_is_refused_at_its_place(tensors: list[dict[str, Any]], pointer: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        table(NUMBERS, *tensors)
    assert [error.pointer for error in caught.value.errors] == [pointer]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_a_clear_refusal(data: bytes) -> None:
    with contextlib.suppress(InvalidRequestError, MalformedBodyError):
        codec.decode(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda each: st.lists(each, max_size=3),
    )
)
def test_any_json_as_data_is_a_table_or_a_clear_refusal(data: Any) -> None:
    with contextlib.suppress(InvalidRequestError, MalformedBodyError):
        table(NUMBERS, {"name": "x", "datatype": "FP64", "shape": [1], "data": data}, tensor("y", "FP64", [1.0]))


def test_event_time_is_one_for_all_or_one_a_row_and_else_the_receipts() -> None:
    one = codec.Parameters(event_time="2011-01-01T00:00:00Z")
    each = codec.Parameters(event_time=["2011-01-01T00:00:00Z", "2011-01-01T01:00:00+01:00"])
    assert event_times(None, 2, NOW) == [NOW, NOW]
    assert event_times(one, 2, NOW) == event_times(each, 2, NOW) == [1_293_840_000_000_000] * 2


@pytest.mark.parametrize(
    "given_", ["soon", "2011-01-01", "2011-01-01T00:00:00", ["2011-01-01T00:00:00Z"], "9999-01-01T00:00:00Z"]
)
def test_a_time_without_zone_too_far_ahead_or_for_other_rows_is_refused(given_: Any) -> None:
    with pytest.raises(InvalidRequestError):
        event_times(codec.Parameters(event_time=given_), 2, NOW)


def test_five_minutes_ahead_is_still_now() -> None:
    ahead = np.datetime_as_string(np.datetime64(NOW + AHEAD, "us")) + "Z"
    assert event_times(codec.Parameters(event_time=str(ahead)), 1, NOW) == [NOW + AHEAD]


def test_row_ids_are_one_a_row() -> None:
    assert row_ids(codec.Parameters(row_ids=["a", "b"]), 2) == ["a", "b"]
    with pytest.raises(InvalidRequestError):
        row_ids(codec.Parameters(row_ids=["a"]), 2)


GIVEN = OutputSet((Column(name="probability", datatype="FP64"), Column(name="label", datatype="BYTES")))


def wanted(outputs: list[dict[str, Any]], **parameters: Any) -> list[tuple[str, bool]]:
    body = {"inputs": [], "outputs": outputs, "parameters": parameters}
    return [(each.name, each.binary) for each in GIVEN.wanted(codec.decode(json.dumps(body).encode()))]


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([{"name": "odds"}], "probability, label"), ([{"name": "label"}, {"name": "label"}], "twice"),
        ([{"name": "label", "parameters": {"classification": 3}}], "classes"),
    ],
)  # fmt: skip
def test_an_output_that_the_model_does_not_give_so_is_refused(outputs: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        wanted(outputs)


def test_outputs_are_binary_by_name_else_as_the_request_says_for_all() -> None:
    assert wanted([]) == [("probability", False), ("label", False)]
    assert wanted([], binary_data_output=True) == [("probability", True), ("label", True)]
    own = {"name": "label", "parameters": {"binary_data": False}}
    assert wanted([own, {"name": "probability"}], binary_data_output=True) == [("label", False), ("probability", True)]


def test_each_request_gets_its_own_rows_of_a_batch() -> None:
    scores = Scores({"probability": np.array([0.25, np.nan, 1.0]), "label": np.array(["a", None, "ä"], object)}, GIVEN)
    plain = scores.cut(1, 3, GIVEN.wanted(codec.decode(b'{"inputs": []}')))
    assert json.loads(plain.json) == [
        {"name": "probability", "datatype": "FP64", "shape": [2], "data": [None, 1.0]},
        {"name": "label", "datatype": "BYTES", "shape": [2], "data": [None, "ä"]},
    ]
    raw = scores.cut(0, 1, GIVEN.wanted(codec.decode(b'{"inputs": [], "parameters": {"binary_data_output": true}}')))
    assert [each["parameters"] for each in json.loads(raw.json)] == [{"binary_data_size": 8}, {"binary_data_size": 5}]
    assert raw.tail == np.float64(0.25).tobytes() + b"\x01\0\0\0a"


@given(st.lists(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=4), min_size=1))
def test_requests_that_are_batched_lie_one_after_the_other_whatever_their_form(parts: list[Any]) -> None:
    schema = Schema(NUMBERS)
    rows = []
    for number, part in enumerate(parts):
        data = [[*row] for row in part]
        tensors = [tensor("m", "FP64", data, [len(part), 2])]
        if number % 2:
            tensors = [tensor(name, "FP64", [row[place] for row in data]) for place, name in enumerate("xy")]
        rows.append(rows_of(codec.decode(json.dumps({"inputs": tensors}).encode()).inputs, schema))
    batch = joined(rows, schema)
    flat = [row for part in parts for row in part]
    assert batch.table["x"].tolist() == [row[0] for row in flat]
    assert batch.table["y"].tolist() == [row[1] for row in flat]
