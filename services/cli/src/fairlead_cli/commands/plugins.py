"""`fairlead plugin new`: the folder that an adapter for another framework begins with."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from fairlead_cli.output import errors

app = typer.Typer(help="Adapters for other frameworks.", no_args_is_help=True)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES = {
    "pyproject.toml": "pyproject.toml.txt",
    "src/fairlead_@MODULE@/__init__.py": "adapter.py.txt",
    "tests/test_@MODULE@.py": "test.py.txt",
}


def rendered(name: str) -> dict[str, str]:
    """The folder's files by path, for an adapter of this name."""
    module, kind = name.replace("-", "_"), "".join(part.capitalize() for part in name.split("-"))
    words = {"@NAME@": name, "@MODULE@": module, "@CLASS@": kind}
    template = files("fairlead_cli") / "commands" / "template"
    return {_filled(path, words): _filled((template / source).read_text(), words) for path, source in _FILES.items()}


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The adapter's name: lower-case letters, digits and single hyphens.")],
    folder: Annotated[Path | None, typer.Option(help="Where to write; none: fairlead-NAME here.")] = None,
) -> None:
    """Write the folder of an adapter that passes the conformance kit as it stands; then make it your framework's.

    Example: `fairlead plugin new polynomial`
    """
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise typer.BadParameter("lower-case letters, digits and single hyphens, beginning with a letter")
    target = folder or Path(f"fairlead-{name}")
    if target.exists() and any(target.iterdir()):
        raise typer.BadParameter(f"{target} is there already and not empty")
    for path, content in rendered(name).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(content)
    (target / "src" / f"fairlead_{name.replace('-', '_')}" / "py.typed").touch()
    errors.print(f"[dim]·[/] {target} is written", highlight=False)
    errors.print(f"[dim]·[/] next: `cd {target} && uv pip install -e '.[test]' && pytest`", highlight=False)


def _filled(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text
