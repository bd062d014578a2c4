"""Uploads that no version names are removed a day after they were last used.

An object goes to a trash first, and is removed when it is still not used once the view has caught up: a version that
was being examined meanwhile has renewed its claim, so the object comes back. What nobody has uploaded is left alone.
"""

import asyncio
from datetime import datetime, timedelta

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_chassis.objects import claims
from fairlead_chassis.objects.store import Kept, ObjectStore
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.values import now

from fairlead_registry.view import RegistryView

log = structlog.get_logger()
EVERY, KEPT = 3_600.0, timedelta(hours=24)
_STORED, _TRASH, _INCOMING = "sha256", "trash", "incoming"
_CATCH_UP = 10.0


async def remove_orphans(chassis: Chassis) -> None:
    """Look every hour, until cancelled."""
    while True:
        try:
            await sweep(chassis, now() - KEPT)
        except FairleadError as error:
            log.warning("orphans wait", reason=error.detail)
        await asyncio.sleep(EVERY)


async def sweep(chassis: Chassis, before: datetime) -> None:
    """Remove what was uploaded, was not used since `before`, and is named by no version."""
    objects = chassis.objects
    claimed = await objects.kept(claims.FOLDER)
    for digest in await _unused(chassis, claimed, before):
        await objects.move(_at(_STORED, digest), _at(_TRASH, digest))
    await _empty_trash(chassis, before)
    for kept in await objects.kept(_INCOMING):
        if kept.written < before:
            await objects.remove_at(kept.path)


async def _empty_trash(chassis: Chassis, before: datetime) -> None:
    # What a crash left here is decided on as well.
    objects = chassis.objects
    trash = await objects.kept(_TRASH)
    claimed = await objects.kept(claims.FOLDER)
    unused = await _unused(chassis, claimed, before)
    for kept in trash:
        if kept.digest not in unused:
            await objects.move(kept.path, _at(_STORED, kept.digest))
            continue
        await objects.remove_at(kept.path)
        log.info("an upload that no version names was removed", digest=kept.digest)
        await _forget(objects, [each for each in claimed if each.digest == kept.digest])


async def _forget(objects: ObjectStore, old: list[Kept]) -> None:
    for claim in old:
        if not await objects.exists(claim.digest):
            await objects.remove_at(claim.path)


async def _unused(chassis: Chassis, claimed: list[Kept], before: datetime) -> set[str]:
    await chassis.catch_up(_CATCH_UP)
    view: RegistryView = chassis.part
    used = {each.digest for each in claimed if each.written >= before}
    return {each.digest for each in claimed if each.digest not in used and not view.names(each.digest)}


def _at(folder: str, digest: str) -> str:
    hexed = digest.removeprefix("sha256:")
    return f"{folder}/{hexed[:2]}/{hexed[2:]}"
