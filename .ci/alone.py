"""Import each distribution in an environment that holds only what it declares, so nothing undeclared is leant on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Try every member; returns the exit code."""
    failed = []
    for project in sorted(ROOT.glob("*/pyproject.toml")) + sorted(ROOT.glob("*/*/pyproject.toml")):
        name = f"fairlead-{project.parent.name}"
        script = f"import {name.replace('-', '_')}"
        command = ["uv", "run", "--isolated", "--frozen", "--no-dev", "--package", name, "python", "-c", script]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        sys.stdout.write(f"{name}: {'ok' if done.returncode == 0 else done.stderr}\n")
        failed += [name] if done.returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
