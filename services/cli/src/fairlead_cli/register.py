"""Registering a live model: files, training data, version, in one call."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError
from fairlead_contracts.facts.registry import File
from fairlead_contracts.names import digest_of
from fairlead_contracts.plugins import adapters

from fairlead_cli.client import Client


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
) -> Any:
    """Register a live model as the next version of `name`, which is made where it is new.

    `training_data`: a pandas, polars or Arrow table; its columns but the target are the features, in order. The
    adapter is found by the model's class. Returns the accepted change; its fact is the version.
    Raises: InvalidRequestError when no adapter handles the model; what the registry refuses.
    """
    table = _arrow(training_data)
    parquet = _parquet(table)
    with tempfile.TemporaryDirectory() as folder:
        _adapter(model, adapter).save(model, Path(folder))
        files = _upload_folder(client, Path(folder))
    data = client.upload(parquet, digest_of(parquet))
    try:
        client.create_model(model=name)
    except AlreadyExistsError:
        pass
    return client.create_version(
        model=name, files=files, training_data=data, target=target,
        features=[each for each in table.column_names if each != target], metrics=metrics or {},
        importance=importance or {}, code_commit=_commit(), description=description,
    )  # fmt: skip


def _adapter(model: object, name: str | None) -> Adapter:
    installed = adapters()
    if name is not None:
        if name not in installed:
            raise InvalidRequestError(f"No adapter {name} is installed; there are {', '.join(sorted(installed))}.")
        return installed[name]
    for each in installed.values():
        if each.handles(model):
            return each
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    raise InvalidRequestError(f"No installed adapter handles {kind}; there are {', '.join(sorted(installed))}.")


def _upload_folder(client: Client, folder: Path) -> list[File]:
    files = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        digest = client.upload(data, digest_of(data))
        files.append(File(path=path.relative_to(folder).as_posix(), size=len(data), digest=digest))
    return files


def _arrow(table: Any) -> Any:
    import pyarrow as pa

    if isinstance(table, pa.Table):
        return table
    if hasattr(table, "to_arrow"):
        return table.to_arrow()
    return pa.Table.from_pandas(table, preserve_index=False)


def _parquet(table: Any) -> bytes:
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    return sink.getvalue()


def _commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run([git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S603  # git alone
    return done.stdout.strip() or None if done.returncode == 0 else None
