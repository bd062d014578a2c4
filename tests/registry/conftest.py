"""Copies of access and registry in this process, a model's files, and training data."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chassis.copies import ADMIN, Copy, running
from fairlead_access.service import SERVICE as ACCESS
from fairlead_contracts.operations import registry as ops
from fairlead_contracts.plugins import adapters
from fairlead_registry.service import SERVICE
from sklearn.linear_model import LogisticRegression

ROWS = 60
WHERE = {"project": "default", "model": "loans"}


@pytest.fixture
async def access(bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of access, which makes the policy and the administrator."""
    async with running(ACCESS, bus_server) as copy:
        yield copy


@pytest.fixture
async def registry(access: Copy, bus_server: Any) -> AsyncIterator[Copy]:
    """A copy of registry with an empty model `loans`."""
    async with running(SERVICE, bus_server) as copy:
        await copy.ask(ops.CREATE_MODEL, **WHERE)
        yield copy


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a model of `amount` and `ratio`."""
    folder = tmp_path_factory.mktemp("saved")
    columns = table()
    features = np.column_stack([columns["amount"], columns["ratio"]])
    adapters()["sklearn"].save(LogisticRegression().fit(features, columns["bad"]), folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(rows: int = ROWS) -> dict[str, Any]:
    """Training data that does not change."""
    amount = np.linspace(-1.0, 1.0, rows)
    return {"amount": amount, "ratio": np.cos(amount), "bad": (amount > 0).astype(np.int64)}


def parquet(columns: Any) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), sink)
    return sink.getvalue()


async def stored(registry: Copy, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Files as they were uploaded: path, size, digest."""
    return [{"path": path, "size": len(data), "digest": await upload(registry, data)} for path, data in files.items()]


async def upload(registry: Copy, data: bytes, project: str = "default") -> str:
    """Bytes as a project uploads them; returns their digest."""
    digest = await registry.chassis.objects.put(data)
    await registry.chassis.claims.add(project, digest)
    return digest


async def add_version(registry: Copy, files: dict[str, bytes], columns: Any, who: str = ADMIN, **more: Any) -> Any:
    """Upload and add a version of `loans`."""
    data = columns if isinstance(columns, bytes) else parquet(columns)
    fields = {
        "files": await stored(registry, files), "training_data": await upload(registry, data),
        "target": "bad", **more,
    }  # fmt: skip
    return await registry.ask(ops.CREATE_VERSION, who, **WHERE, **fields)


def leftovers(registry: Copy) -> list[Path]:
    """What an examination left in the data directory."""
    return list(registry.chassis.home.glob("examine-*"))
