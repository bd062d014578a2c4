"""Profiles, predictions, actuals, and whether any receipts are missing: read for as long as the monitor runs."""

import asyncio

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.messages import ACTUALS, PREDICTIONS, PROFILES, RECEIPTS

from fairlead_monitor.intake.letters import Senders
from fairlead_monitor.intake.reader import Reader

STREAMS = (PROFILES, PREDICTIONS, ACTUALS, RECEIPTS)


async def take_telemetry(chassis: Chassis) -> None:
    """Read all streams until cancelled."""
    senders = Senders(chassis)
    async with asyncio.TaskGroup() as group:
        for stream in STREAMS:
            reader = Reader(chassis.bus, stream, senders, chassis.own.baselines, chassis.own.owning)
            group.create_task(reader.run(), name=stream)
