"""The object store: files by their SHA-256, in a local folder or S3, hashed on the way in and out."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import obstore
from fairlead_contracts.errors import DigestMismatchError, NotFoundError, TooLargeError
from fairlead_contracts.names import DIGEST_PATTERN, digest_of, uuid7
from obstore.store import LocalStore, from_url

_DIGEST = re.compile(DIGEST_PATTERN)
_PART = 8 * 1024 * 1024


class ObjectStore:
    """Content-addressed: what is stored never changes, and storing it twice is storing it once."""

    def __init__(self, place: str) -> None:
        """`place`: a folder's path, or a URL such as `s3://bucket/prefix`."""
        if "://" in place:
            self._store: Any = from_url(place)
        else:
            self._store = LocalStore(Path(place), mkdir=True)

    async def put(self, data: bytes) -> str:
        """Store bytes; returns their digest."""
        digest = digest_of(data)
        if not await self.exists(digest):
            await obstore.put_async(self._store, _path(digest), data)
        return digest

    async def put_stream(self, chunks: AsyncIterator[bytes], *, expected_digest: str, limit: int) -> tuple[str, int]:
        """Store a stream under the digest that it must have; nothing is kept when it has another.

        Raises: DigestMismatchError, TooLargeError.
        """
        hashed, size, temporary = hashlib.sha256(), 0, f"incoming/{uuid7()}"
        writer = obstore.open_writer_async(self._store, temporary, buffer_size=_PART)
        try:
            async with writer:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLargeError(f"The file is over the limit of {limit:,} bytes.")
                    hashed.update(chunk)
                    await writer.write(chunk)
            if f"sha256:{hashed.hexdigest()}" != expected_digest:
                raise DigestMismatchError("The bytes that arrived do not have the digest in the address.")
            await obstore.rename_async(self._store, temporary, _path(expected_digest))
        except BaseException:
            await self._forget(temporary)
            raise
        return expected_digest, size

    async def _forget(self, path: str) -> None:
        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return

    async def exists(self, digest: str) -> bool:
        """Whether it is stored."""
        try:
            await obstore.head_async(self._store, _path(digest))
        except FileNotFoundError:
            return False
        return True

    async def size(self, digest: str) -> int:
        """Its size in bytes. Raises: NotFoundError."""
        try:
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
            found = await obstore.get_async(self._store, _path(digest))
        except FileNotFoundError:
            raise _missing(digest) from None
        async for chunk in found.stream():
            yield bytes(chunk)

    async def fetch(self, digest: str, path: Path) -> None:
        """Write it to a file, whole and checked, or not at all. Raises: as `get`."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        hashed = hashlib.sha256()
        with temporary.open("wb") as file:
            async for chunk in self.stream(digest):
                hashed.update(chunk)
                await asyncio.to_thread(file.write, chunk)
        if f"sha256:{hashed.hexdigest()}" != digest:
            temporary.unlink()
            raise DigestMismatchError("The stored file was damaged: its bytes do not have its digest.")
        temporary.replace(path)


def _path(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise NotFoundError("This is not a digest: sha256: and 64 hex digits.")
    hexed = digest.removeprefix("sha256:")
    return f"sha256/{hexed[:2]}/{hexed[2:]}"


def _missing(digest: str) -> NotFoundError:
    return NotFoundError(f"No artifact {digest[:19]}... is stored; upload it first.")
