"""Thousands of requests made up from the OpenAPI document, valid and invalid, at a whole installation: `tox -e fuzz`.

Every answer must be one that the document names, with its body; no server error. What is given goes on to Schemathesis:
`tox -e fuzz -- --phases fuzzing --max-time 600`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from system.installation import ended, started

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
PHASES = ("--phases", "coverage,fuzzing,stateful", "--max-time", "300")
# A sequence that the ledger has not reached is answered 503 and "retry", rightly.
SETTINGS = """[parameters]
"header.Fairlead-At-Least" = "0"
"query.at_least" = "0"
"""


def main(program: str, *arguments: str) -> int:
    """Run them; Schemathesis' exit code."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text(SETTINGS)
        fairlead = started(Path(folder) / "home")
        token = (fairlead.home / "keys" / "admin.token").read_text()
        try:
            run = subprocess.run(
                [
                    program, "--config-file", settings, "run", f"{fairlead.url}/openapi.json", "--checks", CHECKS,
                    "--header", f"Authorization: Bearer {token}", "--continue-on-failure", *(arguments or PHASES),
                ],
                check=False,
            )  # fmt: skip
        finally:
            ended(fairlead)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
