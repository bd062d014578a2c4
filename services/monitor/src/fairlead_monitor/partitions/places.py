"""Which partition a deployment belongs to, and where a partition's file is."""

import hashlib
from pathlib import Path

PARTITIONS = 16


def partition_of(project: str, deployment: str) -> int:
    """From 0 to 15: the same for everybody, for ever."""
    return hashlib.sha256(f"{project}/{deployment}".encode()).digest()[0] % PARTITIONS


def file_of(home: Path, partition: int) -> Path:
    """The SQLite file of a partition."""
    return home / "monitor" / f"{partition:02}.sqlite"
