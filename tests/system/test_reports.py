"""A deployment in production from the outside: outcomes from a file, and every report on what was scored."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_cli.actuals import import_file
from fairlead_cli.app import app
from fairlead_contracts.errors import InvalidRequestError
from system.installation import Fairlead, infer_body, wait_for
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.system
ROWS = 60


@pytest.fixture
def command(fairlead: Fairlead) -> Any:
    """The command line, as the administrator."""
    token = (fairlead.home / "keys" / "admin.token").read_text()

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["--url", fairlead.url, "--token", token, *words])

    return run


@pytest.fixture
def scored(fairlead: Fairlead, deployed: str) -> list[str]:
    """Predictions that the monitor knows, by their ids."""
    rng = np.random.default_rng(6)
    ids = [f"outcome-{place}" for place in range(ROWS)]
    body = infer_body(rng.normal(size=ROWS).tolist(), rng.random(ROWS).tolist(), parameters={"row_ids": ids})
    admin = fairlead.admin
    answer = admin.http.post(f"/p/default/v2/models/{deployed}/infer", json=body)
    assert answer.is_success, answer.text
    known = [{"id": each, "value": 1} for each in ids]
    wait_for(lambda: admin.check_actuals(deployment=deployed, actuals=known).waiting == 0, 30)
    return ids


def test_outcomes_from_a_file_are_taken_and_what_cannot_be_is_told_by_its_line(
    fairlead: Fairlead, deployed: str, scored: list[str], command: Any, tmp_path: Path
) -> None:
    admin, file = fairlead.admin, tmp_path / "outcomes.csv"
    lines = ["id,value,time", *(f"{each},{place % 2}," for place, each in enumerate(scored))]
    lines[3] = f"{scored[2]},maybe,"
    lines.append("nobody,1,2026-01-02T00:00:00Z")
    file.write_text("\n".join(lines) + "\n")
    said = command("actuals", "import", deployed, str(file), "--json")
    assert said.exit_code == 1, said.output
    found = json.loads(said.stdout)
    assert (found["rows"], found["waiting_ids"]) == (ROWS, ["nobody"])
    ((line, reason),) = [(each["line"], each["reason"]) for each in found["refused"]]
    assert (line, "0, 1" in reason) == (4, True)
    wait_for(lambda: "nobody" in admin.get_coverage(deployment=deployed).waiting_ids, 30)

    again = import_file(admin, deployed, file)
    assert (again.new, again.repeated, again.corrected) == (0, ROWS, 0)
    fixed = admin.record_actuals(deployment=deployed, actuals=[{"id": scored[0], "value": 1}])
    assert (fixed.rows, fixed.checked.corrected) == (1, 1)
    with pytest.raises(InvalidRequestError, match="1 of 1"):
        admin.record_actuals(deployment=deployed, actuals=[{"id": scored[0], "value": "maybe"}])

    wait_for(lambda: sum(each.labelled for each in admin.get_accuracy(deployment=deployed).items) >= ROWS - 1, 30)
    frame = admin.frame.get_accuracy(deployment=deployed, by="all", level=0.9)
    assert {"auc", "f1", "calibration_error"} <= set(frame.metric)
    rows = list(csv.DictReader(io.StringIO(command("accuracy", "get", deployed, "--csv").stdout)))
    assert {row["metric"] for row in rows} >= {"brier", "recall"}


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "get"), ("quality", "get", "--by", "day"), ("divergence", "get"), ("health", "get"),
        ("coverage", "get"), ("health", "get", "--slow-ms", "2.5"),
    ],
)  # fmt: skip
def test_every_report_answers_in_json_and_csv(
    fairlead: Fairlead, deployed: str, scored: list[str], command: Any, words: tuple[str, ...]
) -> None:
    noun, verb, *options = words
    as_json, as_csv = (command(noun, verb, deployed, *options, form) for form in ("--json", "--csv"))
    assert (as_json.exit_code, as_csv.exit_code) == (0, 0), str(as_json.exception)
    assert isinstance(json.loads(as_json.stdout), dict)


def test_predictions_that_are_too_few_to_compare_say_how_many_are_needed(unasked: str, command: Any) -> None:
    said = command("prediction", "get", unasked)
    assert said.exit_code == 1
    assert "1,000 predictions" in str(said.exception)


def test_drift_of_a_period_is_against_the_one_that_is_named(deployed: str, scored: list[str], command: Any) -> None:
    ends = ("--against-start", "2011-01-01T00:00:00Z", "--against-end", "2100-01-01T00:00:00Z")
    said = command("drift", "compare", deployed, *ends, "--json")
    assert said.exit_code == 0, str(said.exception)
    psi = [each["psi"] for period in json.loads(said.stdout)["periods"] for each in period["features"]]
    assert max(psi) < 0.01


def test_two_periods_stand_side_by_side(deployed: str, scored: list[str], command: Any) -> None:
    said = command(
        "compare", "health", deployed, "--first", "/2011-01-01T00:00:00Z", "--second", "2011-01-01T00:00:00Z/", "--json"
    )
    assert said.exit_code == 0, said.output
    requests = next(row for row in json.loads(said.stdout) if row["of"] == "all" and row["what"] == "requests")
    assert requests["first"] == 0
    assert requests["difference"] == requests["second"] > 0


@pytest.mark.parametrize("name", ["out.parquet", "out.csv"])
def test_predictions_are_exported_to_a_file_here(
    deployed: str, scored: list[str], command: Any, tmp_path: Path, name: str
) -> None:
    said = command("prediction", "export", deployed, str(tmp_path / name), "--json")
    assert said.exit_code == 0, said.output
    ids = (pd.read_csv if name.endswith("csv") else pd.read_parquet)(tmp_path / name)["id"]
    assert set(scored) <= set(ids)
    assert len(ids) == json.loads(said.stdout)["rows"]
