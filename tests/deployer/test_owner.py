"""As root, each replica's folder goes to a user of its own; where that cannot work, nothing is given away."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fairlead_chassis.sandbox import places
from fairlead_deployer.targets.owner import closed_folder, give_away

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")


@pytest.fixture
def replicas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(places, "libraries", lambda: (Path("/usr"),))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def owners(replicas: Path) -> list[int]:
    return [each.stat().st_uid for each in sorted(replicas.iterdir())]


def test_no_two_replicas_have_one_user_and_their_files_stay_the_deployers(replicas: Path) -> None:
    for name in ("a", "b", "c"):
        (replicas / name).mkdir(0o700)
        (replicas / name / "bundle.json").write_text("{}")
        give_away(replicas / name)
    assert len({*owners(replicas), 0}) == 4
    assert (replicas / "a" / "bundle.json").stat().st_uid == 0


def test_a_folder_that_others_cannot_enter_is_named_and_nothing_given_away(replicas: Path) -> None:
    replicas.chmod(0o700)
    (replicas / "a").mkdir()
    give_away(replicas / "a")
    assert closed_folder(replicas) == replicas
    assert owners(replicas) == [0]
