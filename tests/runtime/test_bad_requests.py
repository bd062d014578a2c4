"""What is nearly a request is refused at its place, with what to do; never scored as something else."""

import json
from typing import Any

import pytest
from fairlead_contracts.adapters import Column, Signature
from fairlead_contracts.errors import InvalidRequestError, MalformedBodyError
from fairlead_runtime.protocol import requests as codec
from fairlead_runtime.protocol.parameters import ID_LIMIT, event_times, prediction_id, row_ids
from fairlead_runtime.protocol.rows import ROW_LIMIT, rows_of
from fairlead_runtime.protocol.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

OUT = (Column(name="prediction", datatype="FP64"),)
NOW = 1_700_000_000_000_000


def signature(*datatypes: Any) -> Signature:
    inputs = tuple(Column(name=f"c{place}", datatype=each) for place, each in enumerate(datatypes))
    return Signature(inputs=inputs, outputs=OUT)


def tensor(name: str, datatype: str, data: Any, *shape: int) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": list(shape) or [len(data)], "data": data}


def refused(kind: Signature, *tensors: dict[str, Any]) -> tuple[str, str]:
    request = codec.decode(json.dumps({"inputs": list(tensors)}).encode())
    with pytest.raises(InvalidRequestError) as caught:
        rows_of(request.inputs, Schema(kind))
    [error] = caught.value.errors
    return error.pointer, error.detail


@pytest.mark.parametrize(
    ("datatype", "sent", "data"),
    [
        ("FP64", "FP64", ["1.0"]), ("FP64", "FP64", [{}]), ("FP64", "FP64", "[1"), ("FP64", "FP64", 1.0),
        ("FP64", "FP64", None), ("INT64", "INT64", [1.5]), ("INT64", "INT64", [None]), ("INT64", "INT64", [2**63]),
        ("INT64", "INT64", [10**30]), ("INT64", "INT64", [True]), ("BOOL", "BOOL", [1]), ("BOOL", "BOOL", [None]),
        ("BYTES", "BYTES", [1]), ("BYTES", "BYTES", [["a", 1]]), ("BYTES", "BYTES", {"a": "b"}),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused(datatype: str, sent: str, data: Any) -> None:
    assert refused(signature(datatype), tensor("c0", sent, data, 1))[0] == "/inputs/0/data"


@pytest.mark.parametrize("text", ["[ab", "[1]", "[[1]]"])
def test_a_text_that_looks_like_a_list_is_no_list_of_its_characters(text: str) -> None:
    assert refused(signature("BYTES"), tensor("c0", "BYTES", text, len(text)))[0] == "/inputs/0/data"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "nan"])
def test_numbers_that_json_does_not_know_are_no_json(number: str) -> None:
    body = f'{{"inputs": [{{"name": "c0", "datatype": "FP64", "shape": [1], "data": [{number}]}}]}}'
    with pytest.raises(MalformedBodyError):
        codec.decode(body.encode())


def test_a_number_beyond_a_double_is_refused() -> None:
    body = b'{"inputs": [{"name": "c0", "datatype": "FP64", "shape": [1], "data": [1e999]}]}'
    with pytest.raises(InvalidRequestError):
        rows_of(codec.decode(body).inputs, Schema(signature("FP64")))


@pytest.mark.parametrize(
    "data", [[[1, 2, 3], [4]], [[1, 2], [3]], [[1, 2], 3, 4], [[[1, 2], [3, 4]]], [1, 2, 3, [4]], [[], []]]
)
def test_rows_of_different_lengths_are_refused(data: Any) -> None:
    assert refused(signature("FP64", "FP64"), tensor("m", "FP64", data, 2, 2))[0] == "/inputs/0/data"


@pytest.mark.parametrize("depth", [50, 5_000, 200_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    data = "[" * depth + "]" * depth
    body = f'{{"inputs": [{{"name": "c0", "datatype": "FP64", "shape": [1], "data": {data}}}]}}'
    with pytest.raises((InvalidRequestError, MalformedBodyError)):
        rows_of(codec.decode(body.encode()).inputs, Schema(signature("FP64")))


@pytest.mark.parametrize(("datatype", "data"), [("FP64", [1.5, 2.0]), ("FP64", [None, 1.0]), ("FP64", [1e18, 1.0])])
def test_a_matrix_does_not_bend_numbers_to_whole_ones(datatype: str, data: list[Any]) -> None:
    pointer, detail = refused(signature("INT64", "FP64"), tensor("m", datatype, data, 1, 2))
    assert (pointer, "c0" in detail) == ("/inputs/0/data", True)


@pytest.mark.parametrize("datatype", ["BOOL", "BYTES"])
def test_a_matrix_holds_numbers_only(datatype: Any) -> None:
    pointer, detail = refused(signature("FP64", datatype), tensor("m", "FP64", [1.0, 1.0], 1, 2))
    assert (pointer, detail.endswith("c1")) == ("/inputs", True)
    assert refused(signature("FP64", "FP64"), tensor("m", datatype, [1.0, 1.0], 1, 2))[0] == "/inputs/0/datatype"


@pytest.mark.parametrize("shape", [(0,), (0, 1), (-1, 1), (ROW_LIMIT + 1,), (1, 2), (1, 1, 1)])
def test_no_rows_too_many_rows_and_wider_columns_are_refused(shape: tuple[int, ...]) -> None:
    assert refused(signature("FP64"), tensor("c0", "FP64", [], *shape))[0] == "/inputs/0/shape"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"{}", ""), (b"[]", ""), (b'{"inputs": {}}', "/inputs"), (b'{"inputs": [1]}', "/inputs/0"),
        (b'{"inputs": [{}]}', "/inputs/0"), (b'{"inputs": [], "id": 7}', "/id"),
        (b'{"inputs": [], "parameters": {"row_ids": "a"}}', "/parameters/row_ids"),
        (b'{"inputs": [], "parameters": {"event_time": 3}}', "/parameters/event_time"),
        (b'{"inputs": [], "outputs": [{"name": 1}]}', "/outputs/0/name"),
    ],
)  # fmt: skip
def test_a_body_of_another_form_is_refused_at_its_place(body: bytes, pointer: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        codec.decode(body)
    assert caught.value.errors[0].pointer == pointer


@pytest.mark.parametrize("body", [b"", b"{", b'{"inputs": []} x', b'{"inputs": [], "id": "\xff"}', b"\x80"])
def test_a_body_that_is_no_json_is_told_so(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        codec.decode(body)


@given(st.text(min_size=6).filter(lambda text: text not in "missing: c0"))
def test_what_was_sent_is_never_repeated_in_the_refusal(name: str) -> None:
    for sent in (tensor(name, "FP64", [1.0]), tensor("c0", name, [1.0]), tensor("c0", "FP64", [name])):
        assert name not in refused(signature("FP64"), sent)[1]


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"])
def test_a_time_before_1970_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        event_times(codec.Parameters(event_time=text), 1, NOW)


@pytest.mark.parametrize(
    ("ids", "pointer"),
    [
        (["a", ""], "/parameters/row_ids/1"), (["a" * (ID_LIMIT + 1), "b"], "/parameters/row_ids/0"),
        (["a", "a"], "/parameters/row_ids"), (["a"], "/parameters/row_ids"),
    ],
)  # fmt: skip
def test_row_ids_that_no_actual_could_name_are_refused(ids: list[str], pointer: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        row_ids(codec.Parameters(row_ids=ids), 2)
    assert caught.value.errors[0].pointer == pointer


def test_an_id_is_the_clients_else_the_requests_and_never_too_long_for_a_receipt() -> None:
    assert (prediction_id("mine", "other"), prediction_id("", "other"), prediction_id(None, "o")) == (
        "mine", "other", "o",
    )  # fmt: skip
    assert len(prediction_id(None, "x" * 500)) == ID_LIMIT
    with pytest.raises(InvalidRequestError):
        prediction_id("x" * (ID_LIMIT + 1), "other")
