"""Every error of a command says what to do next."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fairlead_cli.advice import after
from fairlead_contracts.errors import ERRORS, TYPE_PREFIX, FairleadError

FAIRLEAD = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()"]
OWN_WORDS = {  # their detail names the place, or what to do, in each case
    "malformed-body", "invalid-request", "already-exists", "refused", "too-large", "digest-mismatch",
    "unreadable-artifact", "invalid-table", "unavailable", "low-disk", "malformed-request", "method-not-allowed",
    "request-timeout", "headers-too-large", "under-way", "model-failed", "model-timeout",
}  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.code)
def test_an_error_has_advice_or_words_of_its_own(kind: type[FairleadError]) -> None:
    error = kind.__new__(kind)
    FairleadError.__init__(error, "something")
    assert (after(error) is None) == (kind.code in OWN_WORDS)


def test_an_error_that_names_a_command_gets_no_second_one() -> None:
    error = ERRORS[3]("Send your token; `fairlead token create` makes one.")
    assert after(error) is None


def ran(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {"FAIRLEAD_TOKEN": "fl_old", **environment}
    return subprocess.run([*FAIRLEAD, *arguments], capture_output=True, text=True, check=False, env=told)


def test_without_a_server_a_command_says_what_starts_one(tmp_path: Path) -> None:
    said = ran("model", "list", FAIRLEAD_HOME=str(tmp_path))
    assert said.returncode == 1
    assert "fairlead up" in said.stderr
    assert said.stdout == ""


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    said = ran("model", "list", FAIRLEAD_URL="http://127.0.0.1:9", FAIRLEAD_HOME=str(tmp_path))
    assert said.returncode == 1
    assert "http://127.0.0.1:9 does not answer" in said.stderr
    assert "fairlead status" in said.stderr


class Refusing(BaseHTTPRequestHandler):
    """Answers as the gateway does to a token that has expired."""

    def do_GET(self) -> None:
        body = {"type": TYPE_PREFIX + "unauthenticated", "title": "Not authenticated", "status": 401,
                "detail": "This token has expired.", "code": "unauthenticated"}  # fmt: skip
        self.send_response(401)
        self.send_header("content-type", "application/problem+json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_token_that_is_not_taken_says_how_to_get_one(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    said = ran("model", "list", FAIRLEAD_URL=url, FAIRLEAD_HOME=str(tmp_path))
    server.shutdown()
    server.server_close()
    assert said.returncode == 1
    assert "This token has expired." in said.stderr
    assert "fairlead token create" in said.stderr


def test_nothing_that_runs_is_an_exit_code_of_its_own_and_json_too(tmp_path: Path) -> None:
    said = ran("status", "--json", FAIRLEAD_HOME=str(tmp_path))
    assert said.returncode == 3
    assert json.loads(said.stdout)["processes"] == []


def test_the_settings_are_shown_with_where_they_come_from(tmp_path: Path) -> None:
    said = ran("config", "--json", FAIRLEAD_HOME=str(tmp_path), FAIRLEAD_MIN_FREE="5")
    rows = {row["setting"]: row for row in json.loads(said.stdout)}
    assert rows["min_free"] == {"setting": "min_free", "value": "5", "from": "environment FAIRLEAD_MIN_FREE"}
