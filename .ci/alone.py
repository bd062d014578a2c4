"""Import each distribution in an environment that holds only what it declares, so nothing undeclared is leant on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# A program's __main__ would run, and the demo is an extra of the command line.
EVERY_MODULE = """
import importlib, pkgutil, {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    if not module.name.endswith("__main__") and ".demo" not in module.name and ".testing" not in module.name:
        importlib.import_module(module.name)
"""


def main() -> int:
    """Try every member; returns the exit code."""
    failed = []
    for project in sorted(ROOT.glob("*/pyproject.toml")) + sorted(ROOT.glob("*/*/pyproject.toml")):
        name = f"fairlead-{project.parent.name}"
        script = EVERY_MODULE.format(package=name.replace("-", "_"))
        command = ["uv", "run", "--isolated", "--frozen", "--no-dev", "--package", name, "python", "-c", script]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        sys.stdout.write(f"{name}: {'ok' if done.returncode == 0 else done.stderr}\n")
        failed += [name] if done.returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
