"""Rows to score and their outcomes, as a client of the inference route sends them."""

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

import httpx
import numpy as np

from fairlead_cli.demo.loans import CATEGORICAL, NUMERIC, Loans

BATCH = 100


@dataclass
class Scored:
    """What came back: rows, a few receipts, which versions answered, and what failed."""

    rows: int = 0
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def add(self, response: httpx.Response, rows: int) -> None:
        """Count one answer."""
        self.requests += 1
        if not response.is_success:
            self.failed.append(f"{response.status_code} {response.text[:200]}")
            return
        body = response.json()
        self.rows += rows
        self.receipts.append(body["parameters"]["receipt"])
        self.versions[body["model_version"]] = self.versions.get(body["model_version"], 0) + 1


def batches(loans: Loans, month: Any) -> list[tuple[str, dict[str, Any], list[int]]]:
    """For each batch of a month's loans its id, the request's body, and the outcomes.

    The loans tell the month of their issue alone, so the batches are spread over its days.
    """
    found, number = [], -(-len(loans) // BATCH)
    for place in range(number):
        part = slice(place * BATCH, (place + 1) * BATCH)
        id_ = f"loans-{month:%Y-%m}-{place}"
        day = month + timedelta(days=place * month.days_in_month // number)
        found.append((id_, body_of(loans, part, id_, day), [int(each) for each in loans.outcome[part]]))
    return found


def body_of(loans: Loans, part: slice, id_: str, day: Any) -> dict[str, Any]:
    """An Open Inference Protocol v2 request: a tensor for each feature, missing values null."""
    rows = loans.features[part]
    size = [len(rows)]
    numbers = [{"name": name, "datatype": "FP64", "shape": size, "data": _numbers(rows[name])} for name in NUMERIC]
    texts = [{"name": name, "datatype": "BYTES", "shape": size, "data": list(rows[name])} for name in CATEGORICAL]
    moment = day.to_pydatetime().replace(tzinfo=UTC).isoformat()
    return {"id": id_, "parameters": {"event_time": moment}, "inputs": numbers + texts}


def _numbers(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def actuals(id_: str, outcomes: list[int]) -> list[dict[str, Any]]:
    """The outcomes of a batch, row by row."""
    return [{"id": id_, "row": row, "value": value} for row, value in enumerate(outcomes)]
