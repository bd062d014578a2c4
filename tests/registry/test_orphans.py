"""Uploads: a project's own, kept while a version needs them, gone a day after nobody does."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from chassis.copies import Copy
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.values import now
from fairlead_registry import orphans
from registry.conftest import WHERE, add_version, table, upload

LATER = timedelta(seconds=1)


async def swept(registry: Copy) -> None:
    """As if everything that is there had not been used for a day."""
    await orphans.sweep(registry.chassis, now() + LATER)


async def there(registry: Copy, digest: str) -> bool:
    return await registry.chassis.objects.exists(digest)


async def test_what_no_version_names_goes_and_what_one_names_stays(registry: Copy, saved: dict[str, bytes]) -> None:
    done = await add_version(registry, saved, table())
    orphan = await upload(registry, b"named by nobody")
    await swept(registry)
    assert not await there(registry, orphan)
    fact = done.fact
    needed = [fact.training_data.digest, fact.baseline, *(file.digest for file in fact.files)]
    assert [await there(registry, digest) for digest in needed] == [True] * len(needed)
    with pytest.raises(NotFoundError):
        await registry.chassis.claims.require("default", orphan)


async def test_a_fresh_upload_stays(registry: Copy) -> None:
    digest = await upload(registry, b"fresh")
    await orphans.sweep(registry.chassis, now() - LATER)
    assert await there(registry, digest)


async def test_what_services_stored_themselves_stays(registry: Copy) -> None:
    digest = await registry.chassis.objects.put(b"a window of the monitor's")
    await swept(registry)
    assert await there(registry, digest)


async def test_an_upload_that_is_used_while_orphans_are_looked_for_comes_back(
    registry: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, moment = await upload(registry, b"used just now"), now() + LATER
    moved = registry.chassis.objects.move

    async def used_meanwhile(path: str, to: str) -> None:
        await moved(path, to)
        while now() < moment:  # noqa: ASYNC110  # the clock of the file system is waited for
            await asyncio.sleep(0.05)
        await registry.chassis.claims.add("default", digest)

    monkeypatch.setattr(registry.chassis.objects, "move", used_meanwhile)
    await orphans.sweep(registry.chassis, moment)
    assert await there(registry, digest)


async def test_a_sweep_that_a_crash_cut_off_is_ended_by_the_next(registry: Copy, saved: dict[str, bytes]) -> None:
    done = await add_version(registry, saved, table())
    digest = done.fact.training_data.digest
    hexed = digest.removeprefix("sha256:")
    await registry.chassis.objects.move(f"sha256/{hexed[:2]}/{hexed[2:]}", f"trash/{hexed[:2]}/{hexed[2:]}")
    await swept(registry)
    assert await there(registry, digest)


async def test_files_that_another_project_has_uploaded_are_not_there(registry: Copy, saved: dict[str, bytes]) -> None:
    files = [
        {"path": path, "size": len(data), "digest": await upload(registry, data, "other")}
        for path, data in saved.items()
    ]
    training = await upload(registry, b"theirs", "other")
    with pytest.raises(NotFoundError) as theirs:
        await _add(registry, files, training)
    with pytest.raises(NotFoundError) as absent:
        await _add(registry, [{**each, "digest": "sha256:" + "0" * 64} for each in files], "sha256:" + "0" * 64)
    assert theirs.value.detail.partition("...")[2] == absent.value.detail.partition("...")[2]


async def _add(registry: Copy, files: list[dict[str, Any]], training: str) -> None:
    from fairlead_contracts.operations import registry as ops

    await registry.ask(ops.CREATE_VERSION, **WHERE, files=files, training_data=training)
