"""Asking a fresh process, which has imported nothing yet."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("alone.py")
_TIMEOUT = 100


def ask(**asked: Any) -> dict[str, Any]:
    """What `alone.py` answers, with this process's import path."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, str(PROGRAM)], input=json.dumps({"path": sys.path, **asked}),
        capture_output=True, text=True, timeout=_TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"in a process of its own it fails:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
