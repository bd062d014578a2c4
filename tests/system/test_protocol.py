"""The inference protocols through the door: health, metadata, versions, the repository, MLflow's forms."""

from system.installation import Fairlead, infer_body


def test_the_whole_protocol_goes_through_the_gateway(fairlead: Fairlead, deployed: str) -> None:
    http = fairlead.admin.http
    assert http.get("/v2/health/live").json() == {"live": True}
    assert http.get("/v2/health/ready").json()["ready"] is True
    assert "model_repository" in http.get("/v2").json()["extensions"]
    entries = http.post("/p/default/v2/repository/index", json={}).json()
    assert {"name": deployed, "version": "1", "state": "READY", "reason": ""} in entries
    assert deployed in http.get("/v2/models").json()["models"]
    for base in (f"/v2/models/{deployed}", f"/p/default/v2/models/{deployed}/versions/1"):
        assert http.get(base).json()["name"] == deployed
        assert http.get(f"{base}/ready").json()["ready"] is True
        assert http.post(f"{base}/infer", json=infer_body()).json()["model_version"] == "1"
    other = http.post(f"/v2/models/{deployed}/versions/2/infer", json=infer_body())
    assert (other.status_code, "version 1" in other.json()["error"]) == (404, True)


def test_who_may_not_ask_a_deployment_does_not_see_it_listed(fairlead: Fairlead, deployed: str) -> None:
    viewer = fairlead.user("onlylists", "role:viewer")
    assert viewer.http.get("/v2/models").json() == {"models": []}
    assert fairlead.client("nobody").http.get("/v2/models").status_code == 401


def test_an_mlflow_client_gets_predictions(fairlead: Fairlead, deployed: str) -> None:
    tensors = infer_body()["inputs"]
    columns = {each["name"]: each["data"] for each in tensors}
    answer = fairlead.admin.http.post(f"/v2/models/{deployed}/invocations", json={"inputs": columns}).json()
    tensor_answer = fairlead.admin.http.post(f"/v2/models/{deployed}/infer", json=infer_body()).json()
    first = answer["predictions"][0]
    assert first == {each["name"]: each["data"][0] for each in tensor_answer["outputs"]}
