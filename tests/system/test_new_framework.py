"""The page on plugins leads to a served model: its files, its script and its commands, one after another."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fairlead_cli.commands.plugins import rendered
from system.installation import Fairlead, ended, started

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
ROWS = '{"inputs": [{"name": "area", "datatype": "FP64", "shape": [2], "data": [50, 100]}]}'


def python_with(plugin: Path, folder: Path) -> str:
    """An interpreter that has everything of this one, and the plugin as if it were installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python, server = str(folder / "bin" / "python"), shutil.which("nats-server", path=Path(sys.executable).parent)
    assert server is not None
    (folder / "bin" / "nats-server").symlink_to(server)
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    lines = [f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})", str(plugin / "src")]
    (site / "all.pth").write_text("\n".join(lines))
    metadata = site / "fairlead_polynomial-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: fairlead-polynomial\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text("[fairlead]\npolynomial = fairlead_polynomial\n")
    return python


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    plugin = tmp_path_factory.mktemp("plugin")
    for path, content in rendered("polynomial").items():
        (plugin / path).parent.mkdir(parents=True, exist_ok=True)
        (plugin / path).write_text(content)
    return python_with(plugin, tmp_path_factory.mktemp("python"))


@pytest.fixture(scope="module")
def installed(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fairlead]:
    running = started(tmp_path_factory.mktemp("fairlead"), python=python)
    yield running
    ended(running)


def cli(python: str, fairlead: Fairlead, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "FAIRLEAD_HOME": str(fairlead.home)}
    command = [python, "-c", "import fairlead_cli; fairlead_cli.main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)


def test_the_page_leads_to_a_served_model_of_a_new_framework(python: str, installed: Fairlead, tmp_path: Path) -> None:
    script = re.search(r"`serve.py`:.*?```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert script is not None
    approver = installed.user("approver", "role:approver")
    environment = {**os.environ, "FAIRLEAD_HOME": str(installed.home)}
    done = subprocess.run([python, "-c", script[1]], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    early = cli(python, installed, "deploy", "prices")
    assert early.returncode == 1
    assert "fairlead version approve prices 1" in early.stderr
    approver.approve_version(model="prices", version=1)
    deployed = cli(python, installed, "deploy", "prices")
    assert deployed.returncode == 0, deployed.stderr[-2000:]
    address = next(word for word in deployed.stderr.split() if word.endswith("/infer"))
    assert address.startswith(installed.url)
    answer = httpx.post(address, content=ROWS, headers=dict(installed.admin.http.headers)).json()
    assert answer["model_name"] == "prices"
    assert answer["outputs"][0]["data"] == pytest.approx([190.0, 340.0])
