"""Versions with different versions of a library, deployed side by side; one that cannot be had fails its rollout."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from deployer.wheels import wheel
from fairlead_cli.register import register
from fairlead_contracts.adapters import Table
from fairlead_contracts.errors import ForbiddenError, InvalidRequestError
from system.installation import Fairlead, ended, infer_body, simple_model, started, table, wait_for


class Shade:
    """Answers with the version of the library that it finds, or 0 without it."""

    classes = ("False", "True")

    def predict(self, table: Table) -> dict[str, np.ndarray]:
        try:
            import shade

            found = float(shade.VERSION) / 10
        except ImportError:
            found = 0.0
        return {"probability": np.full(len(table["amount"]), found)}


@pytest.fixture(scope="module")
def fairlead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fairlead]:
    """An installation whose uv finds packages in one folder and nowhere else."""
    folder = tmp_path_factory.mktemp("wheels")
    for version in ("1.0", "2.0"):
        wheel(folder, version)
    settings = {
        "UV_FIND_LINKS": str(folder), "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(folder / "cache"),
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        for name, value in settings.items():
            patched.setenv(name, value)
        running = started(tmp_path_factory.mktemp("fairlead"))
    yield running
    ended(running)


def deployed(fairlead: Fairlead, author: Any, model: str, requirements: Path) -> Any:
    """Register, approve, deploy, and what becomes of it."""
    version = register(author, model, Shade(), table().drop(columns="kind"), target="bad", requirements=requirements)
    admin = fairlead.admin
    admin.seen = version.sequence
    admin.approve_version(model=model, version=version.fact.version)
    spec = {"champion": {"model": model, "version": version.fact.version}}
    admin.create_deployment(deployment=model, spec=spec)
    wait_for(lambda: admin.get_deployment(deployment=model).phase in ("ready", "failed"), 60)
    return admin.get_deployment(deployment=model)


def stated(folder: Path, text: str) -> Path:
    path = folder / "requirements.txt"
    path.write_text(text)
    return path


def test_models_with_different_versions_of_a_library_serve_side_by_side(fairlead: Fairlead, tmp_path: Path) -> None:
    author = fairlead.user("author", "role:trusted-publisher")
    for name, version in (("one", "1.0"), ("two", "2.0")):
        view = deployed(fairlead, author, name, stated(tmp_path, f"shade=={version}\n"))
        assert view.phase == "ready", view.revisions[0].detail
    for name, said in (("one", 0.1), ("two", 0.2)):
        answer = fairlead.admin.http.post(f"/v2/models/{name}/infer", json=infer_body(), timeout=30).json()
        outputs = {each["name"]: each["data"] for each in answer["outputs"]}
        assert outputs["probability"] == [said, said]

    broken = deployed(fairlead, author, "three", stated(tmp_path, "shade==3.0\n"))
    assert broken.phase == "failed"
    assert "shade==3.0" in broken.revisions[0].detail
    assert "requirements.txt cannot be built" in broken.revisions[0].detail


def test_packages_are_for_trusted_publishers_and_come_from_an_index(fairlead: Fairlead, tmp_path: Path) -> None:
    model, data = simple_model()
    plain = fairlead.user("plain", "role:data-scientist")
    with pytest.raises(ForbiddenError, match=r"requirements\.txt can run code"):
        register(plain, "packed", model, data, target="bad", requirements=stated(tmp_path, "shade==1.0\n"))
    with pytest.raises(InvalidRequestError, match="line 1: options"):
        register(plain, "packed", model, data, target="bad", requirements=stated(tmp_path, "-e .\n"))
    with pytest.raises(InvalidRequestError, match="no file"):
        register(plain, "packed", model, data, target="bad", requirements=tmp_path / "absent.txt")
