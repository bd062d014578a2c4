"""Which deployment, version and replica a path of the protocol means."""

import pytest
from fairlead_contracts.errors import MethodNotAllowedError, NotFoundError, UnavailableError
from fairlead_contracts.routes import RouteReplica, RouteTable
from fairlead_gateway.inference import server
from fairlead_gateway.inference.paths import Target, parse
from fairlead_gateway.inference.routes import Routes


def replica(place: int, version: int, role: str = "champion") -> RouteReplica:
    return RouteReplica.model_validate(
        {"replica": f"r-{place}", "address": f"http://127.0.0.1:{place}", "role": role, "revision": 1, "model": "m",
         "version": version}
    )  # fmt: skip


def routes(*replicas: RouteReplica) -> Routes:
    made = Routes()
    table = RouteTable(project="p", deployment="d", fence=1, replicas=replicas)
    made.take(table.model_dump_json().encode())
    return made


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v2/models/d/infer", Target(None, "d", "infer")), ("/v2/models/d", Target(None, "d", "")),
        ("/p/x/v2/models/d/versions/3/infer", Target("x", "d", "infer", "3")),
        ("/v2/models/d/versions/3", Target(None, "d", "", "3")), ("/p/x/v2", Target("x", None, "")),
        ("/v2/models/d/versions", Target(None, "d", "versions")), ("/v2/models", Target(None, None, "models")),
        ("/v2/repository/index", Target(None, None, "repository/index")),
    ],
)  # fmt: skip
def test_a_path_names_project_deployment_and_version(path: str, target: Target) -> None:
    assert parse(path) == target


def test_a_version_that_is_named_is_answered_by_its_own_replicas_only() -> None:
    made = routes(replica(1, 1), replica(2, 2), replica(3, 3, "challenger"))
    assert [each.replica.version for each in made.champions("p", "d", "2")] == [2]
    with pytest.raises(NotFoundError, match="answers with version 1, 2"):
        made.champions("p", "d", "3")
    with pytest.raises(UnavailableError):
        routes(replica(3, 3, "challenger")).champions("p", "d", "3")


def test_the_index_lists_every_version_that_answers() -> None:
    tables = routes(replica(1, 1), replica(2, 2), replica(3, 2)).deployments("p")
    assert [each["version"] for each in server.listed("POST", "repository/index", tables)] == ["1", "2"]
    assert server.listed("GET", "models", tables) == {"models": ["d"]}
    with pytest.raises(MethodNotAllowedError):
        server.listed("GET", "repository/index", tables)
    with pytest.raises(NotFoundError):
        server.listed("GET", "nosuch", tables)
