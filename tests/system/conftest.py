"""One installation for the tests of this folder, started once, and a deployment that answers on it."""

from collections.abc import Iterator

import pytest
from fairlead_cli.register import register
from system.installation import Fairlead, ended, simple_model, started, wait_for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that use the shared installation run in one process, so that it starts once."""
    for item in items:
        if "fairlead" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("installation"))


@pytest.fixture(scope="session")
def fairlead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fairlead]:
    """The installation of this process's tests."""
    running = started(tmp_path_factory.mktemp("fairlead"))
    yield running
    ended(running)


@pytest.fixture(scope="session")
def deployed(fairlead: Fairlead) -> str:
    """The name of a deployment that answers."""
    admin = fairlead.admin
    model, data = simple_model()
    author = fairlead.user("author", "role:data-scientist")
    register(author, "small", model, data, target="bad")
    admin.seen = author.seen
    admin.approve_version(model="small", version=1)
    admin.set_alias(model="small", alias="champion", version=1)
    return answering(fairlead, "small")


@pytest.fixture
def unasked(fairlead: Fairlead, deployed: str, request: pytest.FixtureRequest) -> str:
    """The name of a deployment like `deployed` that this test alone asks."""
    return answering(fairlead, f"{deployed}-{abs(hash(request.node.nodeid)):x}")


def answering(fairlead: Fairlead, name: str) -> str:
    """Deploy the champion of model `small` under this name, and wait until it answers."""
    admin = fairlead.admin
    spec = {"champion": {"model": "small", "alias": "champion"}, "replicas": 2}
    admin.create_deployment(deployment=name, spec=spec)
    wait_for(lambda: admin.get_deployment(deployment=name).phase in ("ready", "failed"), 40)
    view = admin.get_deployment(deployment=name)
    assert view.phase == "ready", view.revisions[0].detail
    return name
