"""Goals from the outside: declared, judged on what was served and posted, and shown by the command line."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fairlead_cli.app import app
from fairlead_cli.register import register
from fairlead_contracts.errors import InvalidRequestError
from system.installation import Fairlead, infer_body, simple_model, wait_for
from typer.testing import CliRunner, Result

pytestmark = pytest.mark.system


@pytest.fixture
def command(fairlead: Fairlead) -> Any:
    """The command line, as the administrator."""
    token = (fairlead.home / "keys" / "admin.token").read_text()

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["--url", fairlead.url, "--token", token, *words])

    return run


def test_service_and_business_goals_are_judged_and_shown(
    fairlead: Fairlead, deployed: str, command: Any, tmp_path: Path
) -> None:
    admin = fairlead.admin
    admin.declare_metric(deployment=deployed, metric="approved", aggregation="sum", unit="USD")
    goals = {
        "fast": {"kind": "latency", "under_ms": 5_000, "share": 0.9, "min_requests": 5},
        "volume": {"kind": "custom", "metric": "approved", "at_least": 100},
    }
    for name, objective in goals.items():
        said = command("goal", "set", deployed, "--goal", json.dumps({"name": name, "objective": objective}))
        assert said.exit_code == 0, said.output
    for _ in range(8):
        answer = admin.http.post(f"/p/default/v2/models/{deployed}/infer", json=infer_body())
        assert answer.is_success
    file = tmp_path / "approved.csv"
    file.write_text("time,value\n2011-03-01T10:00:00Z,40\n2011-03-01T11:00:00Z,50\n")
    for _ in range(2):
        assert command("metric", "import", deployed, "approved", str(file)).exit_code == 0
    wait_for(lambda: [g.status for g in admin.list_goals(deployment=deployed).items] == ["passing", "failing"], 60)
    assert [each.value for each in admin.get_metric(deployment=deployed, metric="approved").periods] == [90.0]

    shown = command("goals", deployed)
    assert shown.exit_code == 1
    read = json.loads(shown.output)
    assert [each["goal"]["name"] for each in read["items"]] == ["fast", "volume"]
    rows = list(csv.DictReader(io.StringIO(command("goals", deployed, "--csv").output)))
    assert [(row["goal"], row["status"]) for row in rows] == [("fast", "passing"), ("volume", "failing")]
    entries = admin.search_audit(kind="alert").items
    assert {entry.actor for entry in entries} == {"service:monitor"}


def test_a_goal_that_contradicts_itself_is_refused_at_its_place(fairlead: Fairlead, deployed: str) -> None:
    objective = {"kind": "accuracy", "metric": "auc", "at_least": 0.9, "at_most": 0.8}
    path = f"/api/v1/projects/default/deployments/{deployed}/goals"
    answer = fairlead.admin.http.put(path, json={"goal": {"name": "odd", "objective": objective}})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/goal/objective")
    with pytest.raises(InvalidRequestError):
        fairlead.admin.set_goal(deployment=deployed, goal={"name": "odd", "objective": objective})


def test_a_deployment_that_misses_its_goal_goes_back_by_itself_and_keeps_answering(
    fairlead: Fairlead, deployed: str
) -> None:
    admin, name = fairlead.admin, "goes-back"
    model, data = simple_model()
    author = fairlead.user("second-author", "role:data-scientist")
    for version in (1, 2):
        register(author, "backwards", model, data, target="bad")
        admin.seen = author.seen
        admin.approve_version(model="backwards", version=version)
    spec = {"champion": {"model": "backwards", "version": 1}}
    admin.create_deployment(deployment=name, spec=spec)
    wait_for(lambda: admin.get_deployment(deployment=name).phase == "ready", 60)
    admin.update_deployment(deployment=name, spec={"champion": {"model": "backwards", "version": 2}})
    wait_for(lambda: admin.get_deployment(deployment=name).serving == 2, 60)
    impossible = {"kind": "latency", "under_ms": 0.001, "share": 0.9, "min_requests": 5}
    admin.set_goal(deployment=name, goal={"name": "fast", "objective": impossible, "action": "roll-back"})
    answers = set()

    def gone_back() -> bool:
        answers.add(admin.http.post(f"/p/default/v2/models/{name}/infer", json=infer_body()).status_code)
        return bool(admin.get_deployment(deployment=name).serving == 3)

    wait_for(gone_back, 90)
    newest = admin.get_deployment(deployment=name).revisions[0]
    assert (newest.champion.version, newest.actor) == (1, "service:deployer")
    assert "goal fast was missed on revision 2" in newest.reason
    assert answers == {200}
    admin.delete_deployment(deployment=name)
