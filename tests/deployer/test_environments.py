"""Environments by the real uv, from wheels in a folder: whole or not there, built once, removed when unused."""

import asyncio
import os
import subprocess
import sys
import tarfile
import textwrap
import time
from pathlib import Path

import pytest
from deployer.wheels import wheel
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.limits import Limits
from fairlead_deployer.environments import store, uv
from fairlead_deployer.environments.store import Environments


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uv finds packages, and nowhere else."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "1.0")
    wheel(folder, "2.0")
    for name, value in {
        "UV_FIND_LINKS": str(folder), "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_NO_CONFIG": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def environments(tmp_path: Path, wheels: Path) -> Environments:
    return Environments(tmp_path / "envs")


async def built(environments: Environments, text: str, **limits: int) -> Path:
    said: list[str] = []
    await environments.need(f"digest of {text}", text, Limits(**limits), said.append)
    return environments.place(f"digest of {text}")


def ran(environment: Path, code: str) -> str:
    done = subprocess.run(
        [environment / "bin" / "python", "-P", "-c", code], capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip() or done.stderr


def left(environments: Environments) -> list[str]:
    return [each.name for each in environments.place("x").parent.glob("*/")]


async def test_two_versions_of_a_package_live_side_by_side_and_fairleads_own_come_along(
    environments: Environments,
) -> None:
    one, two = [await built(environments, f"shade=={version}") for version in ("1.0", "2.0")]
    assert [ran(each, "import shade; print(shade.VERSION)") for each in (one, two)] == ["1.0", "2.0"]
    assert ran(one, "import fairlead_runtime.worker.child, msgspec; print('both')") == "both"


async def test_who_asks_at_the_same_time_or_later_shares_one_build(
    environments: Environments, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    run = uv.run

    async def counted(arguments: tuple[str, ...], *more: object) -> None:
        calls.append(arguments[0])
        await run(arguments, *more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(uv, "run", counted)
    places = await asyncio.gather(*(built(environments, "shade==1.0") for _ in range(5)))
    await built(environments, "shade==1.0")
    assert (len(set(places)), calls) == (1, ["venv", "pip"])


@pytest.mark.parametrize(("text", "said"), [("absent==1.0", "absent"), ("shade==3.0", "shade==3.0")])
async def test_what_cannot_be_had_is_said_in_uvs_words_and_nothing_is_left(
    environments: Environments, text: str, said: str
) -> None:
    with pytest.raises(UnavailableError, match=said):
        await built(environments, text)
    assert left(environments) == []


async def test_a_source_that_would_have_to_run_to_be_built_is_not_taken(
    environments: Environments, wheels: Path, tmp_path: Path
) -> None:
    (tmp_path / "setup.py").write_text("raise SystemExit('it ran')")
    with tarfile.open(wheels / "sourced-1.0.tar.gz", "w:gz") as made:
        made.add(tmp_path / "setup.py", "sourced-1.0/setup.py")
    with pytest.raises(UnavailableError, match="sourced") as caught:
        await built(environments, "sourced==1.0")
    assert "it ran" not in caught.value.detail


async def test_nothing_of_a_package_runs_when_python_starts(environments: Environments, wheels: Path) -> None:
    hooks = {"sly.pth": "import os; print('hooked')\n", "sitecustomize.py": "print('hooked')\n"}
    wheel(wheels, "6.6", hooks)
    assert ran(await built(environments, "shade==6.6"), "import shade; print(shade.VERSION)") == "6.6"


def shim(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """A program in uv's place, which writes its pid beside itself."""
    path = folder / "shim"
    path.write_text(f"#!{sys.executable}\nimport os, sys, time, pathlib\n{textwrap.dedent(body)}")
    path.chmod(0o755)
    monkeypatch.setattr(uv, "program", lambda: str(path))
    return path


@pytest.mark.parametrize(
    ("body", "limits", "said"),
    [
        ("time.sleep(60)", {"build_seconds": 1}, "build_seconds"),
        ("open('large', 'wb').write(bytes(3 << 20)); time.sleep(60)", {"environment_size": 1 << 20}, "limit of"),
        ("sys.exit('it fell over')", {}, "it fell over"),
    ],
)  # fmt: skip
async def test_a_build_that_takes_too_much_or_fails_is_ended_and_leaves_nothing(
    environments: Environments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, limits: dict[str, int],
    said: str,
) -> None:  # fmt: skip
    shim(tmp_path, monkeypatch, body)
    with pytest.raises(UnavailableError, match=said):
        await built(environments, "shade==1.0", **limits)
    assert left(environments) == []


KILLED = """
import asyncio, sys
from pathlib import Path
from fairlead_contracts.limits import Limits
from fairlead_deployer.environments import uv
from fairlead_deployer.environments.store import Environments
uv.program = lambda: sys.argv[1]
asyncio.run(Environments(Path(sys.argv[2])).need("digest of shade==1.0", "shade==1.0", Limits(), print))
"""


async def test_a_deployer_that_is_killed_leaves_nothing_half_and_the_next_one_builds(
    environments: Environments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        program = shim(
            tmp_path, patched,
            """
            os.makedirs('bin', exist_ok=True)
            pathlib.Path('bin/python').write_text('half')
            print(os.getpid(), file=sys.stderr, flush=True)
            time.sleep(600)
            """,
        )  # fmt: skip
    command = [sys.executable, "-c", KILLED, str(program), str(tmp_path / "envs")]
    deployer = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert deployer.stdout is not None
    orphan = int(await asyncio.wait_for(deployer.stdout.readline(), 30))
    deployer.kill()
    await deployer.wait()
    os.kill(orphan, 9)
    assert not environments.place("digest of shade==1.0").exists()
    assert len(left(environments)) == 1
    environments.sweep(set())
    assert left(environments) == []
    assert ran(await built(environments, "shade==1.0"), "import shade; print(shade.VERSION)") == "1.0"


async def test_what_no_replica_runs_in_is_removed_after_a_week(environments: Environments) -> None:
    used, new, old = [await built(environments, f"shade>={version}") for version in ("1.0", "1.1", "1.2")]
    past = time.time() - store.UNUSED - 60
    for each in (used, old):
        os.utime(each, (past, past))
    environments.sweep({str(used)})
    assert (used.exists(), new.exists(), old.exists()) == (True, True, False)
