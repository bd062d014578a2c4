"""gRPC: the same rows, answers, receipts and refusals as HTTP, by the messages of the protocol."""

import asyncio
import contextlib
import hashlib
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import grpc.aio
import numpy as np
import pytest
from fairlead_chassis.grpc.messages import SERVICE, message
from fairlead_chassis.grpc.server import Limits
from fairlead_contracts.evidence.receipts import Receipt
from fairlead_runtime.grpc import serving

from .conftest import Model, Replica

Status = grpc.StatusCode


@pytest.fixture
async def channel(replica: Replica) -> AsyncIterator[grpc.aio.Channel]:
    async with (
        serving(replica.paths.rpcs, "127.0.0.1", Limits(message=1_000_000)) as address,
        grpc.aio.insecure_channel(address) as opened,
    ):
        yield opened


async def call(channel: grpc.aio.Channel, method: str, request: Any = b"", **more: Any) -> Any:
    """Ask, and get the message that comes back."""
    body = request if isinstance(request, bytes) else request.SerializeToString()
    return message(f"{method}Response").FromString(await channel.unary_unary(f"/{SERVICE}/{method}")(body, **more))


def infer(rows: Any = ((1.0, 2.0), (3.0, 4.0)), *, raw: bool = True, datatype: str = "FP64", **more: Any) -> Any:
    """A request with a matrix of these rows."""
    request = message("ModelInferRequest")(model_name="d", **more)
    tensor = request.inputs.add(name="m", datatype=datatype, shape=[len(rows), 2])
    if raw:
        request.raw_input_contents.append(np.array(rows, dtype="<f8").tobytes())
    else:
        kind = {"FP64": "fp64_contents", "FP32": "fp32_contents", "INT8": "int_contents", "UINT64": "uint64_contents"}
        getattr(tensor.contents, kind[datatype]).extend(value for row in rows for value in row)
    return request


@contextlib.contextmanager
def refused(code: grpc.StatusCode, said: str = "") -> Iterator[None]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        yield
    assert (caught.value.code(), said in (caught.value.details() or "")) == (code, True), caught.value.details()


async def test_raw_contents_are_answered_raw(channel: grpc.aio.Channel) -> None:
    answer = await call(channel, "ModelInfer", infer(id="x"))
    assert (answer.model_name, answer.model_version, answer.id) == ("d", "2", "x")
    [output] = answer.outputs
    assert (output.name, output.datatype, list(output.shape)) == ("prediction", "FP64", [2])
    assert np.frombuffer(answer.raw_output_contents[0], dtype="<f8").tolist() == [3.0, 7.0]


@pytest.mark.parametrize("datatype", ["FP64", "FP32", "INT8", "UINT64"])
async def test_typed_contents_are_answered_typed(channel: grpc.aio.Channel, datatype: str) -> None:
    rows = ((1, 2), (3, 4)) if "INT" in datatype else ((1.0, 2.0), (3.0, 4.0))
    answer = await call(channel, "ModelInfer", infer(rows, raw=False, datatype=datatype))
    assert list(answer.outputs[0].contents.fp64_contents) == [3.0, 7.0]
    assert not answer.raw_output_contents


async def test_it_leaves_the_same_receipts_and_telemetry(replica: Replica, channel: grpc.aio.Channel) -> None:
    request = infer(id="x")
    request.parameters["row_ids"].string_param = '["one", "two"]'
    request.parameters["event_time"].string_param = "2011-01-31T12:00:00Z"
    answer = await call(channel, "ModelInfer", request)
    receipt = Receipt.from_token(answer.parameters["receipt"].string_param)
    assert receipt.input_digest == f"sha256:{hashlib.sha256(request.SerializeToString()).hexdigest()}"
    outputs = message("ModelInferResponse")(outputs=answer.outputs, raw_output_contents=answer.raw_output_contents)
    assert receipt.output_digest == f"sha256:{hashlib.sha256(outputs.SerializeToString()).hexdigest()}"
    [kept] = await replica.told("predictions")
    assert (kept["ids"], kept["outputs"]) == (["one", "two"], {"prediction": [3.0, 7.0]})
    assert (await replica.told("profiles"))[0]["served"] == 2
    assert len((await replica.told("receipts"))[0]["leaves"]) == 1


async def test_health_and_metadata(channel: grpc.aio.Channel) -> None:
    named = message("ModelReadyRequest")(name="d", version="2")
    assert (await call(channel, "ServerLive")).live
    assert (await call(channel, "ServerReady")).ready
    assert (await call(channel, "ModelReady", named)).ready
    assert list((await call(channel, "ServerMetadata")).extensions) == ["binary_tensor_data", "model_repository"]
    metadata = await call(channel, "ModelMetadata", named)
    assert [(each.name, each.datatype, list(each.shape)) for each in metadata.inputs] == [
        ("a", "FP64", [-1]), ("b", "FP64", [-1]),
    ]  # fmt: skip
    [entry] = (await call(channel, "RepositoryIndex")).models
    assert (entry.name, entry.version, entry.state) == ("d", "2", "READY")


def _both() -> Any:
    request = infer()
    request.inputs[0].contents.fp64_contents.append(1.0)
    return request


def _parameter(name: str, **value: Any) -> Any:
    request = infer()
    request.parameters[name].CopyFrom(message("InferParameter")(**value))
    return request


def _output(name: str) -> Any:
    request = infer()
    request.outputs.add(name=name)
    return request


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"\xff\xff", "no ModelInferRequest"), (infer(()), "/inputs/0/shape"), (_both(), "either in contents or"),
        (message("ModelInferRequest")(model_name="d", raw_input_contents=[b""]), "1 for 0 inputs"),
        (message("ModelInferRequest")(model_name="d"), "missing: a, b"), (_output("nosuch"), "/outputs/0/name"),
        (infer(((1, 200), (3, 4)), raw=False, datatype="INT8"), "beyond INT8"),
        (_parameter("row_ids", int64_param=3), "/parameters/row_ids"),
        (_parameter("row_ids", string_param="[1, 2]"), "/parameters/row_ids"),
        (_parameter("event_time", string_param="[" * 5_000), "/parameters/event_time"),
        (_parameter("event_time", string_param="yesterday"), "RFC 3339"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_an_invalid_argument(channel: grpc.aio.Channel, request_: Any, said: str) -> None:
    with refused(Status.INVALID_ARGUMENT, said):
        await call(channel, "ModelInfer", request_)
    assert (await call(channel, "ModelInfer", infer())).model_name == "d"


async def test_another_model_or_version_is_not_found(channel: grpc.aio.Channel) -> None:
    with refused(Status.NOT_FOUND, "serves d"):
        await call(channel, "ModelReady", message("ModelReadyRequest")(name="e"))
    with refused(Status.NOT_FOUND, "version 2"):
        await call(channel, "ModelInfer", infer(model_version="3"))


async def test_what_the_model_does_wrong_is_hidden(channel: grpc.aio.Channel, model: Model) -> None:
    model.answer = lambda _: {"secret": 1}
    with refused(Status.INTERNAL, "Something went wrong"):
        await call(channel, "ModelInfer", infer())


async def test_a_replica_that_ends_is_unavailable(replica: Replica, channel: grpc.aio.Channel) -> None:
    replica.paths.draining = True
    with refused(Status.UNAVAILABLE, "ending"):
        await call(channel, "ModelInfer", infer())
    assert not (await call(channel, "ServerReady")).ready


async def test_too_much_is_refused_packed_or_not(channel: grpc.aio.Channel) -> None:
    large = infer([(1.0, 2.0)] * 100_000)
    for packing in (grpc.Compression.NoCompression, grpc.Compression.Gzip):
        with refused(Status.RESOURCE_EXHAUSTED):
            await call(channel, "ModelInfer", large, compression=packing)
    assert len(zlib.compress(large.SerializeToString())) < 100_000
    small = await call(channel, "ModelInfer", infer(), compression=grpc.Compression.Gzip)
    assert small.model_name == "d"


async def test_a_method_that_is_none_of_the_protocols_is_told_so(channel: grpc.aio.Channel) -> None:
    with refused(Status.UNIMPLEMENTED):
        await channel.unary_unary(f"/{SERVICE}/ModelStreamInfer")(b"")


async def test_many_at_once_share_calls_of_the_model(channel: grpc.aio.Channel, model: Model) -> None:
    answers = await asyncio.gather(*(call(channel, "ModelInfer", infer([(float(n), 1.0)])) for n in range(100)))
    found = [np.frombuffer(each.raw_output_contents[0], dtype="<f8")[0] for each in answers]
    assert found == [n + 1.0 for n in range(100)]
    assert len(model.batches) < 100


async def test_the_messages_go_over_http_too(replica: Replica) -> None:
    async with replica.http.post(f"/{SERVICE}/ModelInfer", data=infer().SerializeToString()) as response:
        answer = message("ModelInferResponse").FromString(await response.read())
        assert (response.status, response.content_type) == (200, "application/proto")
    assert np.frombuffer(answer.raw_output_contents[0], dtype="<f8").tolist() == [3.0, 7.0]
    status, said = await replica.infer(b"\xff", f"/{SERVICE}/ModelInfer")
    assert (status, said["code"]) == (400, "malformed-body")
