"""A BentoML service; the model's path is in BENCH_MODEL."""

import os

import bentoml
import joblib


@bentoml.service(workers=1, traffic={"timeout": 60})  # type: ignore[misc]  # of an environment of its own
class Bench:
    def __init__(self) -> None:
        self.model = joblib.load(os.environ["BENCH_MODEL"])

    @bentoml.api  # type: ignore[misc]  # as above
    def infer(self, rows: list[list[float]]) -> list[float]:
        scores: list[float] = self.model.predict_proba(rows)[:, 1].tolist()
        return scores
