"""The version: files, training data and what is known of them, in one call."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError
from fairlead_contracts.facts.registry import File
from fairlead_contracts.names import digest_of

from fairlead_cli.client import Client
from fairlead_cli.register.model_files import prepared
from fairlead_cli.register.training_data import arrow, example_of, parquet, target_of


def register(  # noqa: PLR0913  # keywords, each of them optional
    client: Client,
    name: str,
    model: object,
    training_data: Any,
    *,
    target: str | None = None,
    adapter: str | None = None,
    metrics: Mapping[str, float] | None = None,
    importance: Mapping[str, float] | None = None,
    description: str = "",
    requirements: str | os.PathLike[str] | None = None,
    tell: Callable[[str], None] = lambda step: None,
) -> Any:
    """Register a model as the next version of `name`, which is made where it is new.

    `model`: a live model, or the path of its file or folder; the adapter is found by the model's class, or by what the
    files hold. `training_data`: a pandas, polars or Arrow table, or the path of a CSV or Parquet file; its columns but
    the target are the features, in order. Where the model names its inputs and one column more is there, that is the
    target. `requirements`: the path of a requirements.txt, for a Python environment of the model's own. `tell` hears
    of each step. Returns the accepted change; its fact is the version.
    Raises: InvalidRequestError when no adapter handles the model, or a file is not there; what the registry refuses.
    """
    table = arrow(training_data)
    with tempfile.TemporaryDirectory() as folder:
        card = prepared(model, adapter, Path(folder), partial(_fetched, client), lambda: example_of(table, target))
        target = target_of(table, target, card)
        tell(f"{card.framework} {card.framework_version}, {card.task}, read by the adapter {card.adapter}")
        if requirements is not None:
            _bring(Path(requirements), Path(folder))
        files = _uploaded(client, Path(folder), tell)
    data = parquet(table)
    tell(f"training data: {table.num_rows:,} rows, {table.num_columns} columns, target {target or 'none'}")
    digest = client.upload(data, digest_of(data))
    try:
        client.create_model(model=name)
    except AlreadyExistsError:
        pass
    tell("the registry reads the files and computes the baseline")
    return client.create_version(
        model=name, files=files, training_data=digest, target=target,
        features=[each for each in table.column_names if each != target], metrics=metrics or {},
        importance=importance or {}, code_commit=_commit(), description=description,
    )  # fmt: skip


def _bring(requirements: Path, folder: Path) -> None:
    if not requirements.is_file():
        raise InvalidRequestError(f"There is no file {requirements}.")
    shutil.copyfile(requirements, folder / "requirements.txt")


def _uploaded(client: Client, folder: Path, tell: Callable[[str], None]) -> list[File]:
    files = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        digest = digest_of(data)
        tell(f"{path.relative_to(folder)}, {len(data):,} bytes, {digest[:19]}…")
        client.upload(data, digest)
        files.append(File(path=path.relative_to(folder).as_posix(), size=len(data), digest=digest))
    return files


def _fetched(client: Client, model: str, version: int, folder: Path) -> None:
    for file in client.get_version(model=model, version=version).files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(client.download(file.digest))


def _commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run([git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S603  # git alone
    return done.stdout.strip() or None if done.returncode == 0 else None
