"""The object store: files by their SHA-256, in a local folder or S3, hashed on the way in and out."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import obstore
from fairlead_contracts.errors import (
    DigestMismatchError,
    LowDiskError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
)
from fairlead_contracts.names import DIGEST_PATTERN, Digest, digest_of, uuid7
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

_DIGEST = re.compile(DIGEST_PATTERN)
_PART = 8 * 1024 * 1024
_FULL = ("os error 28", "os error 122", "os error 27")
"""How the operating system says that there is no room: the disk, the quota, the largest file."""


@dataclass(frozen=True)
class Kept:
    """A file in the store: its path there, and when it was written last."""

    path: str
    written: datetime

    @property
    def digest(self) -> Digest:
        """The digest that its path stands for."""
        return "sha256:" + "".join(self.path.split("/")[-2:])


class ObjectStore:
    """Content-addressed: what is stored never changes, and storing it twice is storing it once.

    What a method has stored when it returns stays, whatever happens to the machine: local files are synced.
    """

    def __init__(self, place: str) -> None:
        """`place`: a folder's path, or a URL such as `s3://bucket/prefix`. Raises: UnavailableError."""
        self._root = None if "://" in place else Path(place)
        try:
            self._store: Any = from_url(place) if self._root is None else LocalStore(self._root, mkdir=True)
        except (BaseError, OSError, ValueError) as error:
            why = str(error).partition("\n")[0].rstrip(".")
            raise UnavailableError(
                f"The object store cannot be used ({why}); FAIRLEAD_OBJECTS names another."
            ) from None

    @property
    def folder(self) -> Path | None:
        """Where the files are, when that is on this machine."""
        return self._root

    async def put(self, data: bytes) -> str:
        """Store bytes; returns their digest. Raises: LowDiskError, UnavailableError."""
        digest = digest_of(data)
        if not await self._whole(digest):
            temporary = f"incoming/{uuid7()}"
            await self.put_at(temporary, data)
            await self._move(temporary, _path(digest))
        return digest

    async def put_at(self, path: str, data: bytes) -> None:
        """Store bytes under a path of their own. Raises: LowDiskError, UnavailableError."""
        with _explained():
            await obstore.put_async(self._store, path, data)
        await self._sync(path)

    async def put_file_at(self, path: str, file: Path) -> None:
        """Store a file under a path of its own, whole or not at all. Raises: LowDiskError, UnavailableError."""
        temporary = f"incoming/{uuid7()}"
        try:
            with _explained(), file.open("rb") as source:
                async with obstore.open_writer_async(self._store, temporary, buffer_size=_PART) as writer:
                    while part := await asyncio.to_thread(source.read, _PART):
                        await writer.write(part)
            await self._sync(temporary)
            await self._move(temporary, path)
        except BaseException:
            await self.remove_at(temporary)
            raise

    async def fetch_at(self, path: str, file: Path) -> None:
        """Write what is at a path to a file. Raises: NotFoundError, LowDiskError, UnavailableError."""
        try:
            with _explained(), file.open("wb") as target:
                found = await obstore.get_async(self._store, path)
                async for chunk in found.stream():
                    await asyncio.to_thread(target.write, bytes(chunk))
        except FileNotFoundError:
            raise NotFoundError(f"There is nothing at {path}.") from None

    async def put_stream(self, chunks: AsyncIterator[bytes], *, expected_digest: str, limit: int) -> tuple[str, int]:
        """Store a stream under the digest that it must have; nothing is kept when it has another.

        Raises: DigestMismatchError, TooLargeError, LowDiskError, UnavailableError.
        """
        hashed, size, temporary = hashlib.sha256(), 0, f"incoming/{uuid7()}"
        try:
            with _explained():
                async with obstore.open_writer_async(self._store, temporary, buffer_size=_PART) as writer:
                    async for chunk in chunks:
                        size += len(chunk)
                        if size > limit:
                            raise TooLargeError(f"The file is over the limit of {limit:,} bytes.")
                        hashed.update(chunk)
                        await writer.write(chunk)
            if f"sha256:{hashed.hexdigest()}" != expected_digest:
                raise DigestMismatchError("The bytes that arrived do not have the digest in the address.")
            await self._sync(temporary)
            await self._move(temporary, _path(expected_digest))
        except BaseException:
            await self.remove_at(temporary)
            raise
        return expected_digest, size

    async def exists(self, digest: str) -> bool:
        """Whether it is stored."""
        return await self.exists_at(_path(digest))

    async def exists_at(self, path: str) -> bool:
        """Whether a path is there."""
        try:
            with _explained():
                await obstore.head_async(self._store, path)
        except FileNotFoundError:
            return False
        return True

    async def size(self, digest: str) -> int:
        """Its size in bytes. Raises: NotFoundError."""
        try:
            with _explained():
                return int((await obstore.head_async(self._store, _path(digest)))["size"])
        except FileNotFoundError:
            raise _missing(digest) from None

    async def get(self, digest: str) -> bytes:
        """Its bytes, checked. Raises: NotFoundError, DigestMismatchError when the store's copy is damaged."""
        data = b"".join([chunk async for chunk in self.stream(digest)])
        if digest_of(data) != digest:
            raise DigestMismatchError("The stored file was damaged: its bytes do not have its digest.")
        return data

    async def stream(self, digest: str) -> AsyncIterator[bytes]:
        """Its bytes in chunks, unchecked. Raises: NotFoundError."""
        try:
            with _explained():
                found = await obstore.get_async(self._store, _path(digest))
        except FileNotFoundError:
            raise _missing(digest) from None
        async for chunk in found.stream():
            yield bytes(chunk)

    async def fetch(self, digest: str, path: Path) -> None:
        """Write it to a file, whole and checked, or not at all. Raises: as `get`; LowDiskError."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        hashed = hashlib.sha256()
        try:
            with _explained(), temporary.open("wb") as file:
                async for chunk in self.stream(digest):
                    hashed.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
            if f"sha256:{hashed.hexdigest()}" != digest:
                raise DigestMismatchError("The stored file was damaged: its bytes do not have its digest.")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    async def kept(self, folder: str) -> list[Kept]:
        """Every file below a folder of the store."""
        with _explained():
            batches = [batch async for batch in obstore.list(self._store, f"{folder}/")]
        return [Kept(each["path"], each["last_modified"]) for batch in batches for each in batch]

    async def move(self, path: str, to: str) -> None:
        """Give a file another path; nothing happens when it is not there."""
        try:
            await self._move(path, to)
        except FileNotFoundError:
            return

    async def remove_at(self, path: str) -> None:
        """Remove what is at a path, if anything is."""
        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return

    async def _whole(self, digest: str) -> bool:
        try:
            await self.get(digest)
        except (NotFoundError, DigestMismatchError):
            return False
        return True

    async def _move(self, path: str, to: str) -> None:
        with _explained():
            await obstore.rename_async(self._store, path, to)
        await self._sync(to, itself=False)

    async def _sync(self, path: str, *, itself: bool = True) -> None:
        # A rename is on the disk once its folder is, and a new folder once the one above it is.
        if self._root is not None:
            file = self._root / path
            folders = [each for each in file.parents if each.is_relative_to(self._root)]
            await asyncio.to_thread(_synced, [*([file] if itself else []), *folders])


def _synced(paths: list[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        if any(sign in str(error) for sign in _FULL) or getattr(error, "errno", None) in (27, 28, 122):
            raise LowDiskError(
                "There is no room for this file. Free some space, or use another object store."
            ) from None
        raise UnavailableError("The object store does not answer; retry.") from error


def _path(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise NotFoundError("This is not a digest: sha256: and 64 hex digits.")
    hexed = digest.removeprefix("sha256:")
    return f"sha256/{hexed[:2]}/{hexed[2:]}"


def _missing(digest: str) -> NotFoundError:
    return NotFoundError(f"No artifact {digest[:19]}... is stored; upload it first.")
