"""Write the exact versions of everything that the workspace uses into pyproject.toml, or check that they stand there.

python .ci/pins.py            take the versions in force
python .ci/pins.py --upgrade  take the newest ones
python .ci/pins.py --check    fail when pyproject.toml says otherwise
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYPROJECT = ROOT / "pyproject.toml"
LIST = re.compile(r"constraint-dependencies = \[[^\]]*\]")


def resolved() -> list[str]:
    """`name==version` of every package in the lock file that comes from outside, markers aside."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    outside = [package for package in lock["package"] if "registry" in package["source"]]
    versions: dict[str, set[str]] = {}
    for package in outside:
        versions.setdefault(package["name"], set()).add(package["version"])
    return [f"{name}=={next(iter(found))}" for name, found in sorted(versions.items()) if len(found) == 1]


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    if "--upgrade" in arguments:
        PYPROJECT.write_text(LIST.sub("constraint-dependencies = []", PYPROJECT.read_text()))
    newest = ["--upgrade"] if "--upgrade" in arguments else []
    subprocess.run(["uv", "lock", "--quiet", *newest], check=True, cwd=ROOT)
    before = PYPROJECT.read_text()
    lines = "".join(f'    "{pin}",\n' for pin in resolved())
    after = LIST.sub(lambda _: f"constraint-dependencies = [\n{lines}]", before)
    if "--check" in arguments and after != before:
        sys.stderr.write("The pinned versions are not the resolved ones: run `python .ci/pins.py` and commit.\n")
        return 1
    PYPROJECT.write_text(after)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
