"""The paths of the Open Inference Protocol, each as its clients read it; raw bytes and gzip both ways."""

import gzip
import json
import zlib
from typing import Any

import numpy as np
import pytest

from .conftest import Replica, rows


async def got(replica: Replica, path: str, body: bytes | None = None) -> tuple[int, Any]:
    asked = replica.http.get(path) if body is None else replica.http.post(path, data=body)
    async with asked as response:
        return response.status, await response.json(content_type=None)


@pytest.mark.parametrize("path", ["/v2/models/d", "/v2/models/d/versions/2"])
async def test_a_model_tells_its_inputs_and_outputs(replica: Replica, path: str) -> None:
    status, said = await got(replica, path)
    assert (status, said["name"], said["versions"]) == (200, "d", ["2"])
    assert said["inputs"] == [{"name": name, "datatype": "FP64", "shape": [-1]} for name in "ab"]
    assert said["outputs"] == [{"name": "prediction", "datatype": "FP64", "shape": [-1]}]


async def test_health_and_server_say_what_the_protocol_asks_in_json(replica: Replica) -> None:
    assert await got(replica, "/v2/health/live") == (200, {"live": True})
    for path in ("/v2/health/ready", "/v2/models/d/ready", "/v2/models/d/versions/2/ready"):
        status, said = await got(replica, path)
        assert (status, said["ready"]) == (200, True)
    _, server = await got(replica, "/v2")
    assert (server["name"], server["extensions"]) == ("fairlead", ["binary_tensor_data", "model_repository"])
    assert await got(replica, "/v2/models") == (200, {"models": ["d"]})


@pytest.mark.parametrize("body", [b"", b"{}", b'{"ready": true}'])
async def test_the_repository_lists_what_is_loaded(replica: Replica, body: bytes) -> None:
    entry = {"name": "d", "version": "2", "state": "READY", "reason": ""}
    assert await got(replica, "/v2/repository/index", body) == (200, [entry])


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v2/models/e/infer", b"{}", 404, "serves d and no other model"),
        ("/v2/models/d/versions/3/infer", b"{}", 404, "serves version 2"),
        ("/v2/models/d/versions/two", None, 404, "serves version 2"),
        ("/v2/models/d/versions/", None, 404, "version 2"),
        ("/v2/models/d/nosuch", None, 404, "no such path"), ("/v3", None, 404, "no such path"),
        ("/v2/repository/index", b"{", 400, "not JSON"), ("/v2/repository/index", b'{"ready": 1}', 422, "/ready"),
        ("/v2/repository/models/d/unload", b"{}", 501, "fairlead deployment"),
        ("/v2/models/d/infer", None, 405, "POST"), ("/v2/models/d", b"{}", 405, "GET"),
    ],
)  # fmt: skip
async def test_what_is_not_there_says_what_is(
    replica: Replica, path: str, body: bytes | None, status: int, said: str
) -> None:
    answered, problem = await got(replica, path, body)
    assert answered == status
    assert said in problem["error"]


async def test_a_named_version_scores(replica: Replica) -> None:
    status, answer = await replica.infer(rows((1.0, 2.0)), "/v2/models/d/versions/2/infer")
    assert (status, answer["model_version"], answer["outputs"][0]["data"]) == (200, "2", [3.0])


def binary(*pairs: tuple[float, float]) -> tuple[bytes, int]:
    raw = np.array(pairs, dtype="<f8").tobytes()
    head = json.dumps({
        "inputs": [{"name": "m", "datatype": "FP64", "shape": [len(pairs), 2],
                    "parameters": {"binary_data_size": len(raw)}}],
        "parameters": {"binary_data_output": True},
    }).encode()  # fmt: skip
    return head + raw, len(head)


@pytest.mark.parametrize("packing", [None, "gzip", "deflate"])
async def test_raw_bytes_go_both_ways_packed_or_not(replica: Replica, packing: str | None) -> None:
    body, length = binary(*[(float(number), 1.0) for number in range(300)])
    headers = {"Inference-Header-Content-Length": str(length), "Accept-Encoding": "gzip"}
    if packing is not None:
        body = gzip.compress(body) if packing == "gzip" else zlib.compress(body)
        headers["Content-Encoding"] = packing
    async with replica.http.post("/v2/models/d/infer", data=body, headers=headers) as response:
        answer = await response.read()  # the client has unpacked it
        assert (response.status, response.headers["Content-Encoding"]) == (200, "gzip")
        json_length = int(response.headers["Inference-Header-Content-Length"])
    [output] = json.loads(answer[:json_length])["outputs"]
    assert output["parameters"]["binary_data_size"] == 300 * 8
    assert np.frombuffer(answer[json_length:], dtype="<f8").tolist() == [number + 1.0 for number in range(300)]


@pytest.mark.parametrize("length", ["0", "-1", "9" * 30, "x", "99999999"])
async def test_a_length_of_the_json_that_lies_is_refused(replica: Replica, length: str) -> None:
    body, _ = binary((1.0, 2.0))
    headers = {"Inference-Header-Content-Length": length}
    async with replica.http.post("/v2/models/d/infer", data=body, headers=headers) as response:
        assert response.status in (400, 422)
        assert (await response.json(content_type=None))["error"]
    assert (await replica.infer(rows((1.0, 2.0))))[0] == 200
