"""KServe's Python server: `kserve_server.py MODEL.joblib PORT`."""

import sys
from typing import Any

import joblib
from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer


class Bench(Model):  # type: ignore[misc]  # of an environment of its own
    def __init__(self) -> None:
        super().__init__("bench")
        self.model = joblib.load(sys.argv[1])
        self.ready = True

    def predict(self, payload: InferRequest, headers: Any = None, response_headers: Any = None) -> InferResponse:
        scores = self.model.predict_proba(payload.inputs[0].as_numpy())[:, 1]
        output = InferOutput(name="probability", shape=[len(scores)], datatype="FP64", data=scores.tolist())
        return InferResponse(response_id=payload.id or "0", model_name=self.name, infer_outputs=[output])


ModelServer(http_port=int(sys.argv[2]), enable_grpc=False, workers=1, enable_latency_logging=False).start([Bench()])
