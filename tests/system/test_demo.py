"""The demo, as a newcomer runs it."""

import subprocess
import sys
from pathlib import Path

import pytest
from fairlead_cli.demo import loans

REVEALING = ("total_pymnt", "total_rec_prncp", "total_rec_int", "recoveries", "last_pymnt_d", "loan_status", "funded")
COMMAND = [sys.executable, "-c", "import fairlead_cli; fairlead_cli.main()", "demo"]


def test_nothing_that_is_known_only_after_a_loan_was_issued_is_a_feature() -> None:
    assert not [name for name in loans.FEATURES if name.startswith(REVEALING)]
    assert loans.TARGET not in loans.FEATURES


@pytest.mark.timeout(240)
def test_every_step_of_the_demo_holds_and_nothing_is_left_running(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--home", str(tmp_path / "home")], capture_output=True, text=True, check=False, timeout=220
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "Every step held" in done.stdout
    assert not (tmp_path / "home" / "run.json").exists()
    assert not list((tmp_path / "home" / "run").glob("*.json"))
