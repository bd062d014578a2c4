"""NannyML's own figures on the cases of tests/monitor/estimate, as JSON: run in an environment with nannyml 0.13.

`python nannyml_figures.py CASES.PY recorded.json`. For each chunk and metric: estimate, sampling error, truth.
"""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import nannyml
import pandas as pd

BINARY = {"roc_auc": "auc", "f1": "f1", "precision": "precision", "recall": "recall", "accuracy": "accuracy"}
NUMBERS = ["mae", "rmse"]


def frame(rows: tuple[Any, Any], line: float | None) -> pd.DataFrame:
    truth, said = rows
    if line is None:
        return pd.DataFrame({"y": truth, "said": said, "again": said})
    return pd.DataFrame({"y": truth.astype(int), "p": said, "said": (said >= line).astype(int)})


def figures(estimator: Any, case: Any, line: float | None, names: dict[str, str]) -> list[dict[str, list[float]]]:
    estimator.fit(frame(case.before, line))
    whole = len(case.chunks()) * len(case.chunks()[0][0])
    found = estimator.estimate(frame(case.after, line)[:whole]).filter(period="analysis").to_df()
    shown = ("value", "sampling_error", "realized")
    return [
        {
            ours: [round(float(found[theirs][column].iloc[place]), 6) for column in shown]
            for theirs, ours in names.items()
        }
        for place in range(len(found))
    ]


def main(path: str, target: str) -> None:
    """Estimate every case of the file at `path`, and write the figures."""
    spec = importlib.util.spec_from_file_location("cases", path)
    cases: Any = importlib.util.module_from_spec(spec)
    sys.modules["cases"] = cases
    spec.loader.exec_module(cases)
    found = {}
    for name, make in cases.CLASSES.items():
        case = make()
        estimator = nannyml.CBPE(
            y_pred_proba="p", y_pred="said", y_true="y", problem_type="classification_binary",
            metrics=list(BINARY), chunk_size=cases.CHUNK,
        )  # fmt: skip
        found[name] = figures(estimator, case, case.line, BINARY)
    for name, make in cases.NUMBERS.items():
        estimator = nannyml.DLE(
            feature_column_names=["again"], y_pred="said", y_true="y", metrics=NUMBERS, chunk_size=cases.CHUNK
        )
        found[name] = figures(estimator, make(), None, dict(zip(NUMBERS, NUMBERS, strict=True)))
    Path(target).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
