"""The files that are loaded are the bytes that were checked: each is read once, and hashed while it is copied."""

import hashlib
import os
import shutil
from pathlib import Path

from fairlead_contracts.bundle import ARTIFACTS, Bundle
from fairlead_contracts.errors import DigestMismatchError, UnreadableArtifactError

LOADED = "loaded"
_CHUNK = 1 << 20


def private_copy(folder: Path, bundle: Bundle) -> Path:
    """The files of the bundle, and no others, in a folder that only this user opens; their originals are removed.

    Whatever is done to the originals later, and by an open descriptor too, does not reach the copy.
    Raises: DigestMismatchError, UnreadableArtifactError naming the file.
    """
    artifacts, loaded = folder / ARTIFACTS, folder / LOADED
    shutil.rmtree(loaded, ignore_errors=True)
    loaded.mkdir(mode=0o700)
    for file in bundle.files:
        target = loaded / file.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            found = _copied(artifacts / file.path, target)
        except OSError as error:
            raise UnreadableArtifactError(f"{file.path} cannot be read: {os.strerror(error.errno or 0)}.") from error
        if found != file.digest:
            raise DigestMismatchError(f"{file.path} is not the file that was registered.")
    shutil.rmtree(artifacts, ignore_errors=True)
    return loaded


def _copied(source: Path, target: Path) -> str:
    hashed = hashlib.sha256()
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file, target.open("xb") as copy:
        while chunk := file.read(_CHUNK):
            hashed.update(chunk)
            copy.write(chunk)
    target.chmod(0o400)
    return f"sha256:{hashed.hexdigest()}"
