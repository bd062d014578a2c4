"""A version's files are exactly what its manifest says: one path, one file, one digest."""

from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import DigestMismatchError, FairleadError, InvalidRequestError, NotFoundError
from fairlead_contracts.names import digest_of
from fairlead_contracts.operations import registry as ops
from registry.conftest import WHERE, leftovers, parquet, stored, table, upload


async def refusal(registry: Copy, files: list[dict[str, Any]]) -> FairleadError:
    """What is said against these files, of which nothing stays."""
    data = await upload(registry, parquet(table()))
    with pytest.raises(FairleadError) as caught:
        await registry.ask(ops.CREATE_VERSION, **WHERE, files=files, training_data=data, target="bad")
    assert registry.chassis.part.last_version("default", "loans") == 0
    assert leftovers(registry) == []
    return caught.value


@pytest.mark.parametrize(
    "paths",
    [
        ["model.skops"], ["MODEL.skops"], ["model.skops/inner"], ["a", "a/b"], ["a/b", "a"], ["A/b", "a"],
        ["a/b/c", "a/b"],
    ],
)  # fmt: skip
async def test_a_path_that_stands_for_two_files_is_refused(
    registry: Copy, saved: dict[str, bytes], paths: list[str]
) -> None:
    [other] = await stored(registry, {"other": b"something else"})
    more = [{**other, "path": path} for path in paths]
    real = await stored(registry, saved)
    for files in ([*more, *real], [*real, *more]):
        said = await refusal(registry, files)
        assert isinstance(said, InvalidRequestError)
        assert said.errors[0].pointer.startswith("/files/")


@pytest.mark.parametrize(
    "path",
    [
        "../up",
        "/root",
        "a/../b",
        "a//b",
        ".hidden",
        "a/.b",
        "a\\b",
        "a\nb",
        "a\n",
        "",
        "a" * 201,
        "/".join("abcdefghi"),
    ],
)
async def test_a_path_that_escapes_or_hides_is_refused(registry: Copy, saved: dict[str, bytes], path: str) -> None:
    real = await stored(registry, saved)
    said = await refusal(registry, [*real, {**real[0], "path": path}])
    assert said.errors[0].pointer == f"/files/{len(real)}/path"


async def test_a_file_of_another_size_or_that_was_never_uploaded_is_refused(
    registry: Copy, saved: dict[str, bytes]
) -> None:
    [real] = await stored(registry, saved)
    assert "another size" in (await refusal(registry, [{**real, "size": 1}])).detail
    assert isinstance(await refusal(registry, [{**real, "digest": digest_of(b"never")}]), NotFoundError)


async def test_a_stored_file_that_was_damaged_is_noticed(registry: Copy, saved: dict[str, bytes]) -> None:
    [real] = await stored(registry, saved)
    hexed = real["digest"].removeprefix("sha256:")
    kept = registry.chassis.home / "objects" / "sha256" / hexed[:2] / hexed[2:]
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    assert isinstance(await refusal(registry, [real]), DigestMismatchError)


async def test_files_that_no_adapter_reads_are_named(registry: Copy) -> None:
    files = await stored(registry, {"weights.bin": b"\x00" * 9, "notes/readme.txt": b"hello"})
    said = (await refusal(registry, files)).detail
    assert "weights.bin" in said
    assert "readme.txt" in said
