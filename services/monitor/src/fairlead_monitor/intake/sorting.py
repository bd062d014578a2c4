"""Messages sorted into what can be counted and what is refused, before anything is written."""

import asyncio
from collections.abc import Sequence

from fairlead_contracts.telemetry import ProfileBatch
from fairlead_drift import Baseline

from fairlead_monitor.intake.baselines import Baselines
from fairlead_monitor.intake.checks import RefusedError, read, require_sound
from fairlead_monitor.intake.deadletters import Refused
from fairlead_monitor.intake.letters import Letter
from fairlead_monitor.windows.intake import Arrived

Read = tuple[Letter, Arrived]


async def sort(letters: Sequence[Letter], baselines: Baselines) -> tuple[list[Read], list[Refused]]:
    """What is sound, and what is not, each in the order in which it came."""
    found, unread = await asyncio.to_thread(_read, letters)
    digests = {each.batch.baseline for _, each in found if isinstance(each.batch, ProfileBatch)}
    known = {digest: await baselines.find(digest) for digest in digests}
    sound, unsound = await asyncio.to_thread(_hold, found, known)
    return sound, unread + unsound


def _read(letters: Sequence[Letter]) -> tuple[list[Read], list[Refused]]:
    found: list[Read] = []
    refused: list[Refused] = []
    for letter in letters:
        try:
            found.append((letter, read(letter)))
        except RefusedError as error:
            refused.append(Refused(letter, error.reason))
    return found, refused


def _hold(found: Sequence[Read], known: dict[str, Baseline | None]) -> tuple[list[Read], list[Refused]]:
    sound: list[Read] = []
    refused: list[Refused] = []
    for letter, arrived in found:
        baseline = known.get(arrived.batch.baseline) if isinstance(arrived.batch, ProfileBatch) else None
        try:
            require_sound(arrived.batch, baseline)
            sound.append((letter, arrived))
        except RefusedError as error:
            refused.append(Refused(letter, error.reason))
    return sound, refused
