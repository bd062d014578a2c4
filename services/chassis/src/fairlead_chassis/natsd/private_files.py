"""Files that only their owner may read, written whole or not at all, and never over another's."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path


def make_directory_once(path: Path, files: Mapping[str, str]) -> bool:
    """A directory with these files, all at once. False when it was there already: then nothing is touched."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft_of(path)
    draft.mkdir(mode=0o700)
    try:
        for name, text in files.items():
            _write(draft / name, text)
        _sync(draft)
        os.rename(draft, path)
    except OSError:
        shutil.rmtree(draft)
        if not path.is_dir():
            raise
        return False
    _sync(path.parent)
    return True


def write_once(path: Path, text: str) -> bool:
    """One file. False when it was there already: then nothing is touched."""
    draft = _draft_of(path)
    try:
        _write(draft, text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            _sync(path.parent)
            return True
        return False
    finally:
        draft.unlink(missing_ok=True)


def replace(path: Path, text: str) -> None:
    """One file, in place of what was there."""
    draft = _draft_of(path)
    try:
        _write(draft, text)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}-{secrets.token_hex(4)}")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
