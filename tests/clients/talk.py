"""What the unmodified clients get from a server, as JSON; runs in an environment of its own that has them.

python talk.py CLIENT HTTP-ADDRESS GRPC-ADDRESS MODEL TOKEN
"""

import asyncio
import json
import sys
from typing import Any

import numpy as np

ROWS = np.array([[0.1, 0.5], [2.0, 0.2]])


def triton_http(address: str, _grpc: str, model: str, token: str) -> dict[str, Any]:
    import tritonclient.http as triton

    client, headers = triton.InferenceServerClient(address), {"Authorization": f"Bearer {token}"}
    # The client writes its own headers into the mapping that it is given.
    found = _triton(triton, client, model, {"headers": dict(headers)})
    for packing in ("gzip", "deflate"):
        answer = client.infer(
            model, _inputs(triton), headers=dict(headers),
            request_compression_algorithm=packing, response_compression_algorithm=packing,
        )  # fmt: skip
        found[packing] = answer.as_numpy("probability").tolist()
    texts = client.infer(
        model, _inputs(triton, binary_data=False), headers=dict(headers),
        outputs=[triton.InferRequestedOutput("label", binary_data=False)],
    )  # fmt: skip
    return found | {"json": texts.as_numpy("label").tolist()}


def triton_grpc(_http: str, address: str, model: str, token: str) -> dict[str, Any]:
    import tritonclient.grpc as triton

    client = triton.InferenceServerClient(address)
    return _triton(triton, client, model, {"headers": {"authorization": f"Bearer {token}"}})


def _inputs(triton: Any, **how: Any) -> list[Any]:
    found = []
    for place, name in enumerate(("amount", "ratio")):
        tensor = triton.InferInput(name, [2], "FP64")
        tensor.set_data_from_numpy(ROWS[:, place].copy(), **how)
        found.append(tensor)
    return found


def _triton(triton: Any, client: Any, model: str, who: dict[str, Any]) -> dict[str, Any]:
    answer = client.infer(model, _inputs(triton), request_id="r-1", **who)
    metadata = client.get_model_metadata(model, **who)
    index = client.get_model_repository_index(**who)
    try:
        client.infer("nosuch", _inputs(triton), **who)
        refusal = ""
    except triton.InferenceServerException as error:
        refusal = error.message()
    inputs = metadata["inputs"] if isinstance(metadata, dict) else metadata.inputs
    entries = index if isinstance(index, list) else index.models
    return {
        "live": client.is_server_live(), "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready(model, **who),
        "version_ready": client.is_model_ready(model, "1", **who), "refusal": refusal,
        "inputs": [each["name"] if isinstance(each, dict) else each.name for each in inputs],
        "index": [each["name"] if isinstance(each, dict) else each.name for each in entries],
        "probability": answer.as_numpy("probability").tolist(),
        "label": [each.decode() for each in answer.as_numpy("label")],
    }  # fmt: skip


def kserve_http(address: str, _grpc: str, model: str, token: str) -> dict[str, Any]:
    from kserve import InferenceRESTClient, RESTConfig

    async def talk() -> dict[str, Any]:
        client = InferenceRESTClient(RESTConfig(protocol="v2"))
        url, headers = f"http://{address}", {"Authorization": f"Bearer {token}"}
        answer = await client.infer(url, _kserve(model), model_name=model, headers=headers)
        return {
            "live": await client.is_server_live(url), "ready": await client.is_server_ready(url),
            "model_ready": await client.is_model_ready(url, model, headers=headers),
            **_outputs(answer),
        }  # fmt: skip

    return asyncio.run(talk())


def kserve_grpc(_http: str, address: str, model: str, token: str) -> dict[str, Any]:
    from kserve import InferenceGRPCClient

    async def talk() -> dict[str, Any]:
        client, who = InferenceGRPCClient(address), (("authorization", f"Bearer {token}"),)
        answer = await client.infer(_kserve(model), headers=who)
        return {
            "live": await client.is_server_live(), "ready": await client.is_server_ready(),
            "model_ready": await client.is_model_ready(model, headers=who), **_outputs(answer),
        }  # fmt: skip

    return asyncio.run(talk())


def _kserve(model: str) -> Any:
    from kserve import InferInput, InferRequest

    inputs = [InferInput(name, [2], "FP64", ROWS[:, place].tolist()) for place, name in enumerate(("amount", "ratio"))]
    return InferRequest(model_name=model, infer_inputs=inputs)


def _outputs(answer: Any) -> dict[str, Any]:
    found = {}
    for each in answer.outputs:
        values = np.asarray(each.as_numpy()).tolist()
        found[each.name] = [value.decode() if isinstance(value, bytes) else value for value in values]
    return found


def mlflow(address: str, _grpc: str, _model: str, _token: str) -> dict[str, Any]:
    import pandas as pd
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    host, _, port = address.partition(":")
    client = ScoringServerClient(host, int(port))
    client.wait_server_ready(timeout=10, scoring_server_proc=None)
    frame = pd.DataFrame(ROWS, columns=["amount", "ratio"])
    rows = client.invoke(frame)["predictions"]
    return {name: [row[name] for row in rows] for name in ("probability", "label")}


if __name__ == "__main__":
    who, *where = sys.argv[1:]
    sys.stdout.write(json.dumps(globals()[who](*where)))
