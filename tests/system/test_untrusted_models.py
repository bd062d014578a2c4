"""A model whose files can run code: only from publishers whom policy trusts, and only in a child worker."""

import json
from pathlib import Path

import httpx
import pandas as pd
import psutil
import pytest
from fairlead_cli.register import register
from fairlead_contracts.errors import ForbiddenError, InvalidTableError
from fairlead_contracts.names import digest_of
from system.installation import Fairlead, infer_body, simple_model, wait_for


def test_a_pickle_from_an_untrusted_publisher_is_refused_and_a_trusted_ones_runs_apart(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    model, data = simple_model()
    author = fairlead.user("plain", "role:data-scientist")
    with pytest.raises(ForbiddenError, match="version:create-code"):
        register(author, "pickled", model, data, target="bad", adapter="sklearn-joblib")
    trusted = fairlead.user("trusted", "role:trusted-publisher")
    register(trusted, "pickled", model, data, target="bad", adapter="sklearn-joblib")
    admin.seen = trusted.seen
    admin.approve_version(model="pickled", version=1)
    admin.create_deployment(deployment="pickled", spec={"champion": {"model": "pickled", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="pickled").phase in ("ready", "failed"), 40)
    view = admin.get_deployment(deployment="pickled")
    assert view.phase == "ready", view.revisions[0].detail

    answer = admin.http.post("/v2/models/pickled/infer", json=infer_body()).json()
    probability = next(each for each in answer["outputs"] if each["name"] == "probability")["data"]
    rows = pd.DataFrame({"amount": [0.1, 2.0], "ratio": [0.5, 0.2]})
    assert probability == pytest.approx(model.predict_proba(rows)[:, 1].tolist())

    [worker] = psutil.Process(view.replicas[0].pid).children()
    secrets = [name for name in worker.environ() if name.startswith("FAIRLEAD_") or "TOKEN" in name]
    assert secrets == []
    worker.kill()
    replica = httpx.Client(base_url=view.replicas[0].address or "", timeout=30)
    with replica:
        statuses = [replica.post("/v2/models/pickled/infer", json=infer_body()).status_code for _ in range(3)]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 503}


def test_files_that_no_adapter_reads_are_refused_and_leave_no_version(fairlead: Fairlead, tmp_path: Path) -> None:
    admin = fairlead.admin
    model, data = simple_model()
    register(admin, "readable", model, data, target="bad")
    known = admin.get_version(model="readable", version=1)
    note = b"not a model"
    from fairlead_contracts.names import digest_of

    file = {"path": "notes.txt", "size": len(note), "digest": admin.upload(note, digest_of(note))}
    body = {"files": [file], "training_data": known.training_data.digest, "target": "bad"}
    response = admin.http.post("/api/v1/projects/default/models/readable/versions", json=body)
    assert (response.status_code, json.loads(response.content)["code"]) == (422, "unreadable-artifact")
    assert len(admin.get_model(model="readable").versions) == 1
    for path in ("../escape", "/etc/passwd", "a/../../b", "a//b", ".hidden"):
        body["files"] = [{**file, "path": path}]
        response = admin.http.post("/api/v1/projects/default/models/readable/versions", json=body)
        assert (response.status_code, json.loads(response.content)["code"]) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": "nosuch"}, "nosuch"), ({"features": ["nosuch"]}, "nosuch"), ({"features": ["bad"]}, "target"),
    ],
)  # fmt: skip
def test_training_data_that_does_not_fit_is_refused_by_the_column(
    fairlead: Fairlead, change: dict[str, object], said: str
) -> None:
    admin = fairlead.admin
    model, data = simple_model()
    if not [each for each in admin.list_models().items if each.model == "fitting"]:
        register(admin, "fitting", model, data, target="bad")
    known = admin.get_version(model="fitting", version=1)
    body = {
        "files": [each.model_dump(mode="json") for each in known.files], "training_data": known.training_data.digest,
        "target": "bad", **change,
    }  # fmt: skip
    response = admin.http.post("/api/v1/projects/default/models/fitting/versions", json=body)
    assert (response.status_code, json.loads(response.content)["code"]) == (422, "invalid-table")
    assert said in json.loads(response.content)["detail"]


def test_training_data_without_rows_is_refused(fairlead: Fairlead) -> None:
    model, data = simple_model()
    with pytest.raises(InvalidTableError, match="no rows"):
        register(fairlead.admin, "emptied", model, data.iloc[:0], target="bad")


def test_training_data_that_is_no_parquet_is_refused(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    model, data = simple_model()
    register(admin, "unread", model, data, target="bad")
    files = [each.model_dump(mode="json") for each in admin.get_version(model="unread", version=1).files]
    other = admin.upload(b"a,b\n1,2\n", digest_of(b"a,b\n1,2\n"))
    with pytest.raises(InvalidTableError, match="Parquet"):
        admin.create_version(model="unread", files=files, training_data=other)
