"""Settings: flags over environment over one file over defaults, and each says where it comes from."""

import subprocess
import sys
from pathlib import Path

import pytest
from fairlead_chassis import settings
from fairlead_contracts.errors import InvalidRequestError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAIRLEAD_HOME", str(tmp_path))
    monkeypatch.delenv("FAIRLEAD_CONFIG", raising=False)
    return tmp_path


def test_flags_win_over_environment_over_file_over_defaults(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load().http_port == 8642
    (home / "fairlead.toml").write_text("http_port = 1001\nmin_free = 5\n")
    assert settings.load().http_port == 1001
    monkeypatch.setenv("FAIRLEAD_HTTP_PORT", "1002")
    assert settings.load().http_port == 1002
    assert settings.load(http_port=1003).http_port == 1003


def test_each_says_where_it_comes_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "fairlead.toml").write_text("min_free = 5\n")
    monkeypatch.setenv("FAIRLEAD_HTTP_PORT", "1002")
    sources = {name: source for name, _, source in settings.explain(settings.load())}
    assert "FAIRLEAD_HTTP_PORT" in sources["http_port"]
    assert sources["min_free"].endswith("fairlead.toml")
    assert sources["http_host"] == "default"


@pytest.mark.parametrize("text", ["nosuch = 1\n", 'http_port = "many"\n', "http_port = 99999\n"])
def test_a_setting_that_is_unknown_or_wrong_is_named(home: Path, text: str) -> None:
    (home / "fairlead.toml").write_text(text)
    with pytest.raises(InvalidRequestError) as caught:
        settings.load()
    assert caught.value.errors[0].pointer == f"/{text.split()[0]}"


def test_the_bus_alone_loads_neither_casbin_nor_sqlite_utils() -> None:
    script = (
        "import sys, fairlead_chassis.bus.connection; sys.exit(bool({'casbin', 'sqlite_utils'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
