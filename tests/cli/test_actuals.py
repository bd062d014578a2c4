"""Actuals from files: every kind is read alike, and every line that cannot be taken is told with its number."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fairlead_cli.actuals import Columns, import_file
from fairlead_cli.app import app
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.operations.monitor import Actual, ActualsChecked, RefusedActual
from typer.testing import CliRunner


class Server:
    """Takes what a client would send; a value of 9 is of the wrong type."""

    def __init__(self) -> None:
        self.taken: list[Actual] = []

    def check_actuals(self, deployment: str, actuals: Sequence[Actual]) -> ActualsChecked:
        wrong = [place for place, each in enumerate(actuals) if str(each.value) == "9"]
        refused = tuple(RefusedActual(place=place, reason="no class") for place in wrong)
        return ActualsChecked(
            rows=len(actuals) - len(wrong), new=len(actuals) - len(wrong), repeated=0, corrected=0, outdated=0,
            waiting=0, waiting_ids=(), reused=0, reused_ids=(), refused=refused,
        )  # fmt: skip

    def import_actuals(self, deployment: str, actuals: Sequence[Actual]) -> None:
        self.taken += actuals


ROWS = [{"id": "a", "value": 1, "row": 0}, {"id": "b", "value": 0, "row": 2}]
TABLE = pd.DataFrame(ROWS)


def written(kind: str, folder: Path) -> Any:
    path = folder / f"outcomes.{kind}"
    if kind == "csv":
        TABLE.to_csv(path, index=False)
    elif kind == "parquet":
        TABLE.to_parquet(path)
    else:
        path.write_text("".join(json.dumps(each) + "\n" for each in ROWS))
    return path


def imported(source: Any, **columns: str) -> tuple[list[tuple[str, str, int]], list[tuple[int, str]]]:
    server: Any = Server()
    found = import_file(server, "d", source, Columns(**columns))
    taken = [(each.id, str(each.value), each.row) for each in server.taken]
    assert found.rows == len(taken)
    return taken, [(each.line, each.reason) for each in found.refused]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "table"])
def test_every_kind_is_read_alike(kind: str, tmp_path: Path) -> None:
    source = TABLE if kind == "table" else written(kind, tmp_path)
    assert imported(source) == ([("a", "1", 0), ("b", "0", 2)], [])


def test_columns_may_have_other_names_and_times(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("loan,bad,when\n7,1,2026-01-02T00:00:00Z\n")
    server: Any = Server()
    import_file(server, "d", path, Columns(id="loan", value="bad", time="when"))
    assert server.taken == [Actual(id="7", value="1", time=datetime(2026, 1, 2, tzinfo=UTC))]


def test_each_line_that_cannot_be_taken_is_told_and_the_others_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('id,value,time\na,1,\n,1,\n"b\nb",9,\nc,,\nd,1,yesterday\ne\nf,0,2026-01-02T00:00:00\ng,0,\n')
    taken, refused = imported(path)
    assert taken == [("a", "1", 0), ("g", "0", 0)]
    assert [line for line, _ in refused] == [3, 5, 6, 7, 8, 9]
    reasons = [reason for _, reason in refused]
    assert reasons[:3] == ["id is missing", "no class", "value is missing"]
    assert "cells" in reasons[4]


def test_lines_that_are_no_objects_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        b'{"id": "a", "value": true}\n\n[1]\n{"id": \n{"id": "b", "value": [1]}\n{"id": "c", "value": NaN}\n'
    )
    taken, refused = imported(path)
    assert taken == [("a", "True", 0)]
    assert [line for line, _ in refused] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", b"id,outcome\na,1\n", "no column value; there is id, outcome"),
        ("x.csv", b"", "no column id and no column value; there is none"),
        ("x.csv", b"id,value\na,\xff\n", "UTF-8"),
        ("x.parquet", b"PAR1", "cannot be read as Parquet"),
        ("x.xlsx", b"", "ends in .csv"),
    ],
)
def test_a_file_that_holds_no_actuals_is_refused_saying_why(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FairleadError, match=said):
        imported(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FairleadError, match="no file"):
        imported(tmp_path / "x.csv")


@pytest.mark.parametrize("arguments", [[], ["x.csv", "--actuals", "[]"], ["x.csv", "--columns", "loan"]])
def test_a_command_that_says_nothing_or_too_much_is_wrong_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["actuals", "import", "d", *arguments]).exit_code == 2
