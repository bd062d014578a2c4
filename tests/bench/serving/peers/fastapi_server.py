"""A plain FastAPI server of the protocol, as teams write it: `fastapi_server.py MODEL.joblib PORT`."""

import sys
from typing import Any

import joblib
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

model = joblib.load(sys.argv[1])
app = FastAPI()


class Tensor(BaseModel):
    name: str
    shape: list[int]
    datatype: str
    data: list[float]


class Request(BaseModel):
    inputs: list[Tensor]


@app.get("/ready")
async def ready() -> bool:
    return True


@app.post("/infer")
async def infer(request: Request) -> dict[str, Any]:
    tensor = request.inputs[0]
    scores = model.predict_proba(np.array(tensor.data).reshape(tensor.shape))[:, 1]
    output = {"name": "probability", "datatype": "FP64", "shape": [len(scores)], "data": scores.tolist()}
    return {"model_name": "bench", "outputs": [output]}


uvicorn.run(app, port=int(sys.argv[2]), access_log=False, log_level="error")
