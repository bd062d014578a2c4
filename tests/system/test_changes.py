"""What a client may rely on when it changes things: once only, in order, seen at once, and fenced."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator

import aiohttp
import httpx
import pytest
from fairlead_cli.register import register
from fairlead_contracts.names import uuid7
from system.installation import Fairlead, problem, simple_model, wait_for

MODELS = "/api/v1/projects/default/models"
CLIENTS = 16


def test_a_repeated_operation_gets_its_first_answer_again(fairlead: Fairlead) -> None:
    http, headers = fairlead.admin.http, {"Idempotency-Key": uuid7()}
    answers = [http.post(MODELS, json={"model": "once"}, headers=headers) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert answers[0].content == answers[1].content == answers[2].content


def test_an_operation_id_cannot_be_used_for_another_request(fairlead: Fairlead) -> None:
    http, headers = fairlead.admin.http, {"Idempotency-Key": uuid7()}
    assert http.post(MODELS, json={"model": "first"}, headers=headers).is_success
    response = http.post(MODELS, json={"model": "second"}, headers=headers)
    assert problem(response)["code"] == "invalid-request"


def test_a_repeated_token_creation_does_not_show_a_secret_again(fairlead: Fairlead) -> None:
    fairlead.user("twice")
    http, headers = fairlead.admin.http, {"Idempotency-Key": uuid7()}
    path = "/api/v1/users/user:twice/tokens"
    assert http.post(path, json={}, headers=headers).json()["secret"].startswith("fl_")
    response = http.post(path, json={}, headers=headers)
    assert (response.status_code, problem(response)["code"]) == (409, "already-exists")


def test_what_became_of_an_operation_can_be_asked(fairlead: Fairlead) -> None:
    admin, operation_id = fairlead.admin, uuid7()
    sequence = admin.http.post(MODELS, json={"model": "asked"}, headers={"Idempotency-Key": operation_id}).json()[
        "sequence"
    ]
    wait_for(lambda: admin.get_operation(operation_id=operation_id).state == "accepted", 5)
    assert admin.get_operation(operation_id=operation_id).sequence == sequence
    assert admin.get_operation(operation_id=uuid7()).state == "unknown"


def test_a_change_on_a_stale_state_is_refused_and_a_fresh_one_is_not(fairlead: Fairlead) -> None:
    http = fairlead.admin.http
    http.post(MODELS, json={"model": "fenced"})
    etag = http.get(f"{MODELS}/fenced").headers["etag"]
    assert http.get(f"{MODELS}/fenced", headers={"If-None-Match": etag}).status_code == 304
    stale = http.request("PUT", f"{MODELS}/fenced/aliases/a", json={"version": 1}, headers={"If-Match": '"1"'})
    assert (stale.status_code, problem(stale)["code"]) == (412, "stale")


def test_the_second_of_two_equal_names_is_refused(fairlead: Fairlead) -> None:
    http = fairlead.admin.http
    assert http.post(MODELS, json={"model": "taken"}).is_success
    response = http.post(MODELS, json={"model": "taken"})
    assert (response.status_code, problem(response)["code"]) == (409, "already-exists")


def test_refusals_are_in_the_audit(fairlead: Fairlead) -> None:
    viewer = fairlead.user("curious", "role:viewer")
    assert viewer.http.post(MODELS, json={"model": "mine"}).status_code == 403
    found = fairlead.admin.search_audit(actor="user:curious", kind="refused").items
    assert [fact["data"]["code"] for fact in found[0].facts] == ["forbidden"]


@pytest.fixture
def second_registry(fairlead: Fairlead) -> Iterator[None]:
    """Another copy of registry beside the first."""
    up = fairlead.home / "run" / "registry-1.json"
    environment = dict(os.environ) | _environment_of(fairlead) | {"FAIRLEAD_INSTANCE": "1"}
    with subprocess.Popen([sys.executable, "-m", "fairlead_registry"], env=environment) as process:
        wait_for(up.exists, 20)
        yield
        process.terminate()


def _environment_of(fairlead: Fairlead) -> dict[str, str]:
    import psutil

    for child in psutil.Process(fairlead.process.pid).children():
        found = child.environ()
        if "FAIRLEAD_NATS_URL" in found:
            return {name: value for name, value in found.items() if name.startswith("FAIRLEAD_")}
    raise AssertionError("no service runs")


@pytest.mark.usefixtures("second_registry")
async def test_two_registries_and_sixteen_clients_on_one_model_end_accepted_or_in_clear_conflict(
    fairlead: Fairlead,
) -> None:
    admin = fairlead.admin
    model, data = simple_model()
    for depth in (1.0, 2.0):
        model.set_params(C=depth).fit(data[["amount", "ratio"]], data["bad"])
        register(admin, "contended", model, data, target="bad")
    headers = {"Authorization": str(admin.http.headers["authorization"])}
    statuses: list[tuple[int, str]] = []

    async def client(http: aiohttp.ClientSession, number: int) -> None:
        for turn in range(12):
            body = {"version": 1 + (number + turn) % 2}
            async with http.put(f"{MODELS}/contended/aliases/hot", json=body) as response:
                answer = await response.json()
                statuses.append((response.status, answer.get("code", "")))

    async with aiohttp.ClientSession(fairlead.url, headers=headers) as http:
        await asyncio.gather(*(client(http, number) for number in range(CLIENTS)))
    assert {status for status, _ in statuses} <= {200, 409}
    assert {code for status, code in statuses if status == 409} <= {"conflict"}
    assert sum(status == 200 for status, _ in statuses) > len(statuses) // 2
    last = admin.search_audit(operation="set_alias", limit=1).items[0].facts[0]["data"]
    assert admin.get_model(model="contended").aliases["hot"] == last["version"]


def test_a_client_reads_what_it_just_wrote(fairlead: Fairlead) -> None:
    admin = fairlead.admin
    for number in range(20):
        admin.create_model(model=f"written-{number}")
        assert admin.get_model(model=f"written-{number}").model == f"written-{number}"


def test_the_documents_and_the_sign_in_page_are_there_without_scripts(fairlead: Fairlead) -> None:
    for path in ("/docs", "/console/login", "/openapi.json"):
        response = httpx.get(f"{fairlead.url}{path}")
        assert response.status_code == 200
        assert "<script" not in response.text
