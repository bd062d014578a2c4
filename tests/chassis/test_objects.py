"""Files by their digest: whole and checked, or not there at all."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.errors import DigestMismatchError, LowDiskError, NotFoundError, TooLargeError, UnavailableError
from fairlead_contracts.names import digest_of

DATA = b"some bytes" * 1000


async def chunks(data: bytes = DATA) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 777):
        yield data[start : start + 777]


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(str(tmp_path / "objects"))


async def test_what_was_stored_comes_back(store: ObjectStore, tmp_path: Path) -> None:
    digest, size = await store.put_stream(chunks(), expected_digest=digest_of(DATA), limit=10**6)
    assert (await store.get(digest), size, await store.size(digest)) == (DATA, len(DATA), len(DATA))
    await store.fetch(digest, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == DATA


async def test_other_bytes_than_announced_leave_nothing(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(DigestMismatchError):
        await store.put_stream(chunks(), expected_digest=digest_of(b"other"), limit=10**6)
    assert [each for each in (tmp_path / "objects").rglob("*") if each.is_file()] == []


async def test_a_stream_over_the_limit_leaves_nothing(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(TooLargeError):
        await store.put_stream(chunks(), expected_digest=digest_of(DATA), limit=100)
    assert [each for each in (tmp_path / "objects").rglob("*") if each.is_file()] == []


async def test_a_damaged_file_is_never_handed_out(store: ObjectStore, tmp_path: Path) -> None:
    digest = await store.put(DATA)
    [path] = [each for each in (tmp_path / "objects").rglob("*") if each.is_file()]
    path.write_bytes(DATA[:-1] + b"!")
    with pytest.raises(DigestMismatchError):
        await store.get(digest)
    with pytest.raises(DigestMismatchError):
        await store.fetch(digest, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "../../etc/passwd", "sha256:..", ""])
async def test_what_is_not_there_or_no_digest_is_not_found(store: ObjectStore, digest: str) -> None:
    with pytest.raises(NotFoundError):
        await store.get(digest)


async def test_a_damaged_copy_is_replaced_when_it_is_stored_again(store: ObjectStore, tmp_path: Path) -> None:
    digest = await store.put(DATA)
    [path] = [each for each in (tmp_path / "objects").rglob("*") if each.is_file()]
    path.write_bytes(b"")
    assert await store.put(DATA) == digest
    assert await store.get(digest) == DATA


async def test_a_client_that_breaks_off_leaves_nothing(store: ObjectStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(UnavailableError):
        await store.put_stream(broken(), expected_digest=digest_of(DATA), limit=10**6)
    assert [each for each in (tmp_path / "objects").rglob("*") if each.is_file()] == []


async def test_a_full_disk_is_said_and_what_was_stored_before_stays(small_disk: Path) -> None:
    store, large = ObjectStore(str(small_disk)), os.urandom(600_000)
    digest = await store.put(b"small")
    with pytest.raises(LowDiskError):
        await store.put_stream(chunks(large), expected_digest=digest_of(large), limit=10**6)
    with pytest.raises(LowDiskError):
        await store.put(large)
    assert await store.get(digest) == b"small"
