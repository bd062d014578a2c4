"""Each kind of bad input gets one clear answer over HTTP, and nothing of it stays behind."""

import json
from typing import Any

import httpx
import pytest
from system.installation import Fairlead, infer_body, problem

PROJECT = "/api/v1/projects/default"
MODELS = f"{PROJECT}/models"
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def http(fairlead: Fairlead) -> httpx.Client:
    return fairlead.admin.http


@pytest.mark.parametrize(
    "path",
    [
        f"{MODELS}/nosuch", f"{MODELS}/nosuch/versions/1", f"{MODELS}/nosuch/aliases/champion",
        f"{PROJECT}/deployments/nosuch", f"{PROJECT}/deployments/nosuch/drift", "/api/v1/groups/nosuch",
        f"{PROJECT}/artifacts/{DIGEST}", "/api/v1/no/such/route",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_said_so(http: httpx.Client, path: str) -> None:
    response = http.get(path)
    assert (response.status_code, problem(response)["code"]) == (404, "not-found")


@pytest.mark.parametrize("version", ["0", "-1", "one", "1.5", "99999999999999999999"])
def test_a_version_that_is_no_version_number_is_invalid(http: httpx.Client, version: str) -> None:
    response = http.get(f"{MODELS}/m/versions/{version}")
    assert response.status_code == 422
    assert problem(response)["errors"][0]["pointer"] == "/version"


@pytest.mark.parametrize("name", ["a/b", "a b", "a>", "*", "a" * 300, "x-ray", "lоans", "A", "a.b", ""])
def test_a_deployment_name_outside_the_rules_is_invalid(http: httpx.Client, name: str) -> None:
    spec = {"champion": {"model": "m", "version": 1}}
    response = http.post(f"{PROJECT}/deployments", json={"deployment": name, "spec": spec})
    assert (response.status_code, problem(response)["errors"][0]["pointer"]) == (422, "/deployment")
    assert name == "" or name not in json.dumps(problem(response)["errors"])


def test_a_target_that_no_plugin_provides_is_refused_with_those_that_there_are(http: httpx.Client) -> None:
    spec = {"champion": {"model": "m", "version": 1}, "target": "moon"}
    response = http.post(f"{PROJECT}/deployments", json={"deployment": "d", "spec": spec})
    assert (response.status_code, problem(response)["errors"][0]["pointer"]) == (422, "/spec/target")
    assert "process" in problem(response)["detail"]


@pytest.mark.parametrize("name", ["a/b", "a:b", "a\u0000b", "a\nb", "a\u200bb", "e\u0301", "x-a", "", "a" * 251])
def test_a_model_name_outside_the_rules_is_invalid(http: httpx.Client, name: str) -> None:
    response = http.post(MODELS, json={"model": name})
    assert (response.status_code, problem(response)["errors"][0]["pointer"]) == (422, "/model")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed-body"), (b"[]", "malformed-body"), (b"null", "malformed-body"),
        (b"\xff\xfe", "malformed-body"), ('{"model":"a"}'.encode("utf-16"), "malformed-body"),
        (b'{"model":"a","model":"b"}', "malformed-body"), (b'{"model":NaN}', "malformed-body"),
        (b'{"model":' + b"1" * 5_000 + b"}", "malformed-body"),
        (b'{"model":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "malformed-body"),
        (b'{"model":"a","tree":' + b'{"a":' * 70 + b"1" + b"}" * 70 + b"}", "malformed-body"),
        (b'{"model":"' + b"a" * 1_100_000 + b'"}', "too-large"), (b'{"model":7}', "invalid-request"),
        (b"{}", "invalid-request"), (b'{"model":"a","extra":1}', "invalid-request"),
        (b'{"model":"a","project":"other"}', "invalid-request"), (b'{"model":"\\ud800"}', "invalid-request"),
    ],
    ids=[
        "cut", "array", "null", "no text", "UTF-16", "a name twice", "no number", "a number without end", "deep",
        "deeper than 64", "over the limit", "wrong type", "missing", "extra", "twice", "half a character",
    ],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_refused_with_its_kind(http: httpx.Client, body: bytes, code: str) -> None:
    response = http.post(MODELS, content=body)
    assert problem(response)["code"] == code


@pytest.mark.parametrize("version", [True, "1", 1.5, None, [1]])
def test_a_field_of_another_type_is_not_converted_in_silence(http: httpx.Client, version: object) -> None:
    response = http.put(f"{MODELS}/m/aliases/a", json={"version": version})
    assert (response.status_code, problem(response)["errors"][0]["pointer"]) == (422, "/version")


def test_a_body_of_thousands_of_wrong_fields_gets_a_short_answer(http: httpx.Client) -> None:
    response = http.post(MODELS, json={f"field-{number}~/": 1 for number in range(40_000)})
    assert response.status_code == 422
    assert len(response.content) < 10_000
    assert problem(response)["errors"][-1]["pointer"].startswith("/field-")
    assert "~0~1" in problem(response)["errors"][-1]["pointer"]


def test_a_body_in_another_script_has_the_same_limit(http: httpx.Client) -> None:
    response = http.post(MODELS, content=('{"model":"' + "é" * 400_000 + '"}').encode())
    assert problem(response)["errors"][0]["pointer"] == "/model"


@pytest.mark.parametrize(
    ("method", "query"),
    [("GET", "?limit=1&limit=2"), ("GET", "?nosuch=1"), ("GET", "?limit=1e1"), ("POST", "?model=a")],
)
def test_a_query_that_does_not_fit_is_refused(http: httpx.Client, method: str, query: str) -> None:
    response = http.request(method, f"{MODELS}{query}")
    assert (response.status_code, problem(response)["code"]) == (422, "invalid-request")


def test_a_truth_value_in_a_query_is_true_or_false(http: httpx.Client) -> None:
    drift = f"{PROJECT}/deployments/nosuch/drift?budget="
    assert [http.get(drift + each).status_code for each in ("true", "false", "True", "1", "")] == [
        404,
        404,
        422,
        422,
        422,
    ]


@pytest.mark.parametrize("path", ["proof/{}", "export?after={}", "?before={}", "consistency?first=1&second={}"])
def test_a_sequence_beyond_every_ledger_is_invalid(http: httpx.Client, path: str) -> None:
    assert http.get(f"/api/v1/audit/{path.format(10**22)}".replace("/?", "?")).status_code == 422


@pytest.mark.parametrize("value", ["\xb2", "-1", "1.0", "9" * 19])
def test_a_state_to_answer_from_that_is_no_sequence_is_invalid(http: httpx.Client, value: str) -> None:
    response = http.get(MODELS, headers=[(b"Fairlead-At-Least", value.encode("latin-1"))])
    assert (response.status_code, problem(response)["code"]) == (422, "invalid-request")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}])
def test_without_a_good_token_nothing_is_told(fairlead: Fairlead, headers: dict[str, str]) -> None:
    response = httpx.get(f"{fairlead.url}{MODELS}", headers=headers)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert problem(response)["code"] == "unauthenticated"


def test_an_expired_token_cannot_even_be_made_and_a_revoked_one_stops(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    user = fairlead.user("shortlived", "role:viewer")
    past = {"expires": "2020-01-01T00:00:00Z"}
    response = admin.http.post("/api/v1/users/user:shortlived/tokens", json=past)
    assert problem(response)["code"] == "invalid-request"
    token = admin.list_tokens(principal="user:shortlived").items[0].token
    admin.revoke_token(principal="user:shortlived", token=token)
    user.http.headers["Fairlead-At-Least"] = str(admin.seen)
    assert user.http.get(MODELS).status_code == 401


def test_another_projects_object_looks_exactly_like_none(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    admin.create_project(name="secret")
    admin.project = "secret"
    admin.create_model(model="plan")
    outsider = fairlead.user("outsider", "role:viewer")
    answers = []
    for model in ("plan", "nosuch"):
        response = outsider.http.get(f"/api/v1/projects/secret/models/{model}")
        answers.append({**problem(response), "instance": ""})
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404


def test_an_upload_with_other_bytes_than_announced_leaves_nothing(http: httpx.Client) -> None:
    response = http.put(f"{PROJECT}/artifacts/{DIGEST}", content=b"something else")
    assert problem(response)["code"] == "digest-mismatch"
    assert http.head(f"{PROJECT}/artifacts/{DIGEST}").status_code == 404


@pytest.mark.parametrize("digest", ["..%2f..%2fetc", "sha256:zz", "sha256:" + "a" * 63, "md5:" + "a" * 32])
def test_an_artifact_address_that_is_no_digest_is_refused(http: httpx.Client, digest: str) -> None:
    assert http.put(f"{PROJECT}/artifacts/{digest}", content=b"x").status_code in (404, 422)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"inputs": []}, "/inputs"),
        ({"inputs": [{"name": "nosuch", "datatype": "FP64", "shape": [1], "data": [1.0]}]}, "/inputs/0/name"),
        ({"inputs": [{"name": "amount", "datatype": "FP64", "shape": [1], "data": [1.0]}]}, "/inputs"),
        ({"inputs": [{"name": "amount", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}, "/inputs/0/datatype"),
        ({"inputs": [{"name": "amount", "datatype": "FP64", "shape": [0], "data": []}]}, "/inputs/0/shape"),
        ({"inputs": [{"name": "amount", "datatype": "FP64", "shape": [2], "data": [1.0]}]}, "/inputs/0/data"),
        ({"inputs": [{"name": "amount", "datatype": "FP64", "shape": [1], "data": ["a"]}]}, "/inputs/0/data"),
        ({"inputs": [{"name": "amount", "datatype": "FP64", "shape": [1, 2], "data": [1.0, 2.0]}]}, "/inputs/0/shape"),
        ({"parameters": {"event_time": "yesterday"}}, "/parameters/event_time"),
        ({"parameters": {"event_time": "2999-01-01T00:00:00Z"}}, "/parameters/event_time"),
    ],
)  # fmt: skip
def test_an_inference_that_does_not_fit_names_the_place(
    fairlead: Fairlead, deployed: str, change: dict[str, Any], pointer: str
) -> None:
    response = fairlead.admin.http.post(f"/v2/models/{deployed}/infer", json={**infer_body(), **change})
    assert response.status_code == 422
    assert response.json()["error"].startswith(pointer)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_number_that_json_does_not_have_is_refused(fairlead: Fairlead, deployed: str, number: bytes) -> None:
    body = json.dumps(infer_body()).encode().replace(b"0.1", number, 1)
    response = fairlead.admin.http.post(f"/v2/models/{deployed}/infer", content=body)
    assert response.status_code in (400, 422)
    assert response.json()["error"]


def test_inference_needs_a_deployment_that_is_there_and_the_right_to_ask_it(fairlead: Fairlead, deployed: str) -> None:
    assert fairlead.admin.http.post("/v2/models/nosuch/infer", json=infer_body()).status_code == 404
    viewer = fairlead.user("onlylooks", "role:viewer")
    response = viewer.http.post(f"/v2/models/{deployed}/infer", json=infer_body())
    assert response.status_code == 403
    assert "deployment:infer" in response.json()["error"]


def test_after_all_of_this_every_service_still_runs(fairlead: Fairlead) -> None:
    assert fairlead.process.poll() is None
    assert "starts again" not in (fairlead.home / "up.log").read_text()
    assert fairlead.admin.who_am_i().principal == "user:admin"
