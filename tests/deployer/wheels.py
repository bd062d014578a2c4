"""Small wheels of a package `shade`, which tells its version."""

import zipfile
from pathlib import Path


def wheel(folder: Path, version: str, more: dict[str, str] | None = None) -> None:
    """Write shade-VERSION-py3-none-any.whl, with more files at its top where asked."""
    info = f"shade-{version}.dist-info"
    files = {
        "shade.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: shade\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **(more or {}),
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"shade-{version}-py3-none-any.whl", "w") as made:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            made.writestr(name, text)
