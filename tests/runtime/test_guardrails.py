"""Guardrails: the rows that each rule meets, what becomes of them, and that nobody else notices."""

import asyncio
from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Column
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.facts.guardrails import Guardrail
from fairlead_contracts.facts.serving import ServingOptions
from fairlead_drift import Baseline
from fairlead_runtime.protocol.outputs import OutputSet, Scores
from fairlead_runtime.protocol.rows import Batch
from fairlead_runtime.serving.guardrails import Guardrails
from pydantic import ValidationError

from .conftest import BUNDLE, Model, Replica, rows

TRAINED = Baseline.fit(
    {
        "x": np.concatenate([np.linspace(0, 10, 990), np.linspace(90, 100, 10)]),
        "c": np.array(["a", "b"] * 500, dtype=object),
    }
)
CLASSES = (Column(name="probability", datatype="FP64"), Column(name="label", datatype="BYTES"))


def met(x: Any, c: Any, probability: Any, **rule: Any) -> list[bool]:
    table = {"x": np.array(x, dtype=np.float64), "c": np.array(c, dtype=object)}
    scores = Scores(
        {"probability": np.array(probability), "label": np.array(["1"] * len(x), dtype=object)}, OutputSet(CLASSES)
    )
    guardrails = Guardrails([Guardrail(**rule)], TRAINED, {each.name: each.datatype for each in CLASSES})
    meetings = guardrails.look(Batch(table), scores, len(x))
    return meetings[0].rows.tolist() if meetings else [False] * len(x)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"rule": "uncertain"}, [True, False, False, True]),
        ({"rule": "uncertain", "below": 0.96}, [True, False, True, True]),
        ({"rule": "out-of-range"}, [False, True, False, False]),
        ({"rule": "out-of-range", "low": 1, "high": 60, "columns": ["x"]}, [True, True, False, False]),
        ({"rule": "unseen-category"}, [False, False, False, True]),
        ({"rule": "low-density", "below": 0.2}, [False, True, True, False]),
    ],
)  # fmt: skip
def test_each_rule_meets_its_rows(rule: dict[str, Any], expected: list[bool]) -> None:
    assert met([0.5, 101.0, 50.0, np.nan], ["a", "b", None, "z"], [0.55, 0.99, 0.05, np.nan], **rule) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "uncertain", "action": "override"}, {"rule": "uncertain", "value": "1"},
        {"rule": "uncertain", "low": 1},
        {"rule": "out-of-range", "low": 2, "high": 1}, {"rule": "out-of-range", "below": 0.5},
        {"rule": "uncertain", "columns": ["x"]}, {"rule": "uncertain", "below": 0}, {"rule": "nosuch"},
        {"rule": "low-density", "action": "nosuch"},
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Guardrail(**wrong)


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "uncertain"}, {"rule": "unseen-category", "columns": ["x"]},
        {"rule": "out-of-range", "columns": ["c"]},
        {"rule": "out-of-range", "columns": ["nosuch"]}, {"rule": "out-of-range", "action": "override", "value": "low"},
    ],
)  # fmt: skip
def test_a_rule_that_the_version_gives_nothing_for_is_told(rule: dict[str, Any]) -> None:
    with pytest.raises(UnreadableArtifactError, match=rule["rule"]):
        Guardrails([Guardrail(**rule)], TRAINED, {"prediction": "FP64"})


@pytest.fixture
def bundle(rule: dict[str, Any]) -> Bundle:
    return BUNDLE.model_copy(update={"serving": ServingOptions(guardrails=(Guardrail(**rule),))})


@pytest.mark.parametrize("rule", [{"rule": "out-of-range"}])
async def test_a_warning_names_the_rows_and_is_counted(replica: Replica) -> None:
    _, answer = await replica.infer(rows((5.0, 5.0), (500.0, 5.0), (5.0, -1.0)))
    assert answer["parameters"]["guardrails"] == ["out-of-range (warn): rows 1,2"]
    assert answer["outputs"][0]["data"] == [10.0, 505.0, 4.0]
    _, answer = await replica.infer(rows((5.0, 5.0)))
    assert "guardrails" not in answer["parameters"]
    [profiles] = await replica.told("profiles")
    assert profiles["guardrails"] == {"out-of-range:warn": 2}


@pytest.mark.parametrize("rule", [{"rule": "out-of-range", "action": "override", "value": "-1"}])
async def test_an_overridden_row_gets_the_value_and_is_kept_so(replica: Replica) -> None:
    answers = await asyncio.gather(replica.infer(rows((500.0, 5.0), (5.0, 5.0))), replica.infer(rows((6.0, 6.0))))
    assert [answer["outputs"][0]["data"] for _, answer in answers] == [[-1.0, 10.0], [12.0]]
    kept = [value for each in await replica.told("predictions") for value in each["outputs"]["prediction"]]
    assert sorted(kept) == [-1.0, 10.0, 12.0]


@pytest.mark.parametrize("rule", [{"rule": "out-of-range", "action": "refuse"}])
async def test_a_refusal_is_one_requests_own(replica: Replica, model: Model) -> None:
    answers = await asyncio.gather(*(replica.infer(rows((500.0 if n == 3 else 5.0, 5.0))) for n in range(10)))
    assert [status for status, _ in answers] == [409 if n == 3 else 200 for n in range(10)]
    assert answers[3][1]["error"] == "A guardrail of this deployment refuses: out-of-range (refuse): rows 0."
    profiles = await replica.told("profiles")
    assert (profiles[-1]["served"], profiles[-1]["guardrails"]) == (9, {"out-of-range:refuse": 1})
