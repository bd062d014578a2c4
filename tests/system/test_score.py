"""Scoring files through real replicas: streamed, counted, resumed after kill -9, and clear about bad files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from fairlead_contracts.errors import (
    AlreadyExistsError,
    FairleadError,
    InvalidRequestError,
    InvalidTableError,
    NotFoundError,
    RefusedError,
)
from system.installation import Fairlead, simple_model, wait_for

COMMAND = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]


def people(rows: int) -> pd.DataFrame:
    """Rows with a customer and a label beside what the model takes."""
    rng = np.random.default_rng(7)
    amount = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "customer": [f"c-{each}" for each in range(rows)], "ratio": rng.random(rows), "amount": amount,
            "label": ["known"] * rows,
        }
    )  # fmt: skip


def expected(data: pd.DataFrame) -> Any:
    return simple_model()[0].predict_proba(data[["amount", "ratio"]])[:, 1]


def counted(fairlead: Fairlead, deployment: str) -> int:
    """Rows that the monitor has counted for the deployment."""
    return int(fairlead.admin.get_coverage(deployment=deployment).served)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_every_row_comes_back_in_order_with_its_id_version_and_outputs(
    fairlead: Fairlead, deployed: str, tmp_path: Path, ending: str
) -> None:
    data = people(5_000)
    source, output = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    data.to_parquet(source) if ending == "parquet" else data.to_csv(source, index=False)
    done = fairlead.admin.score(deployed, source, output)
    assert (done.rows, done.resumed, done.versions) == (5_000, 0, {"1": 5_000})
    found = pd.read_parquet(output) if ending == "parquet" else pd.read_csv(output)
    assert list(found) == ["customer", "label_input", "prediction_id", "version", "probability", "label"]
    assert found["customer"].tolist() == data["customer"].tolist()
    assert found["probability"].to_numpy() == pytest.approx(expected(data))
    assert found["prediction_id"].is_unique
    assert set(found["version"].astype(str)) == {"1"}
    assert not (tmp_path / f"out.{ending}.parts").exists()


def test_own_ids_name_the_rows_and_missing_values_are_scored_as_missing(
    fairlead: Fairlead, deployed: str, tmp_path: Path
) -> None:
    data = people(10)
    data.to_csv(tmp_path / "in.csv", index=False)
    fairlead.admin.score(deployed, tmp_path / "in.csv", tmp_path / "out.csv", ids="customer")
    assert pd.read_csv(tmp_path / "out.csv")["prediction_id"].tolist() == data["customer"].tolist()


def test_killed_it_goes_on_where_it_was_and_asks_for_no_answered_row_again(
    fairlead: Fairlead, unasked: str, tmp_path: Path
) -> None:
    rows, at_once, total = 50, 2, 20_000
    data = people(total)
    data.to_parquet(tmp_path / "in.parquet")
    parts = tmp_path / "out.parquet.parts"
    command = [
        *COMMAND, "--url", fairlead.url, "score", unasked, str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet"),
        "--rows", str(rows), "--at-once", str(at_once), "--json",
    ]  # fmt: skip
    environment = {**os.environ, "FAIRLEAD_TOKEN": (fairlead.home / "keys" / "admin.token").read_text().strip()}
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    wait_for(lambda: len(list(parts.glob("[0-9]*.arrow"))) > 20, 60)
    first.kill()
    first.wait()
    assert not (tmp_path / "out.parquet").exists()
    kept = len(list(parts.glob("[0-9]*.arrow")))
    assert 20 < kept < total / rows
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert again.returncode == 0, again.stderr
    said = json.loads(again.stdout)
    assert (said["rows"], said["resumed"]) == (total, kept * rows)
    found = pq.read_table(tmp_path / "out.parquet").to_pandas()
    assert found["customer"].tolist() == data["customer"].tolist()
    assert found["probability"].to_numpy() == pytest.approx(expected(data))
    assert found["prediction_id"].is_unique
    # What was on its way when the process ended may have been scored, so it can be counted twice; nothing else is.
    wait_for(lambda: counted(fairlead, unasked) >= total, 30)
    assert counted(fairlead, unasked) <= total + (at_once + 2) * rows


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", InvalidTableError, "empty"), ("amount\n1\n", InvalidTableError, "no column ratio"),
        ("amount,ratio\n1,2\n3,high\n", InvalidTableError, "high"),
        ("amount,ratio\n1,2\n3\n", InvalidTableError, "columns"),
        ("amount,ratio\n", InvalidTableError, "no rows"), ("amount,ratio\n1,2\n,2\n", FairleadError, "Rows 1 to 2"),
        ("amount,ratio\ninf,2\n", InvalidTableError, "infinite"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_one_clear_answer(
    fairlead: Fairlead, deployed: str, tmp_path: Path, text: str, error: type[FairleadError], said: str
) -> None:
    (tmp_path / "in.csv").write_text(text)
    with pytest.raises(error) as caught:
        fairlead.admin.score(deployed, tmp_path / "in.csv", tmp_path / "out.csv")
    assert said in caught.value.detail
    assert not (tmp_path / "out.csv").exists()


def test_files_and_deployments_that_are_not_there_and_outputs_that_are(
    fairlead: Fairlead, deployed: str, tmp_path: Path
) -> None:
    admin, source, output = fairlead.admin, tmp_path / "in.csv", tmp_path / "out.csv"
    with pytest.raises(InvalidRequestError, match="no file"):
        admin.score(deployed, source, output)
    people(3).to_csv(source, index=False)
    with pytest.raises(InvalidRequestError, match="replace the input"):
        admin.score(deployed, source, source)
    with pytest.raises(NotFoundError):
        admin.score("absent", source, output)
    with pytest.raises(InvalidTableError, match="no column nobody"):
        admin.score(deployed, source, output, ids="nobody")
    (tmp_path / "in.parquet").write_bytes(b"not Parquet")
    with pytest.raises(InvalidTableError, match="cannot be read"):
        admin.score(deployed, tmp_path / "in.parquet", tmp_path / "other.csv")
    output.write_text("mine")
    with pytest.raises(AlreadyExistsError, match="--overwrite"):
        admin.score(deployed, source, output)
    assert output.read_text() == "mine"
    assert admin.score(deployed, source, output, overwrite=True).rows == 3


def test_the_beginning_of_another_job_is_not_taken_for_this_one(
    fairlead: Fairlead, deployed: str, tmp_path: Path
) -> None:
    admin, source, output = fairlead.admin, tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("amount,ratio\n1,2\n1,inf\n")
    with pytest.raises(InvalidTableError, match="Rows 2 to 2"):
        admin.score(deployed, source, output, rows=1, at_once=1)
    people(3).to_csv(source, index=False)
    with pytest.raises(RefusedError, match="another job, with another size, changed"):
        admin.score(deployed, source, output, rows=1, at_once=1)
    assert admin.score(deployed, source, output, overwrite=True).rows == 3
