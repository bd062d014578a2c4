"""A replica without a part of what it tells, to measure what that part costs: `bare.py receipts|telemetry FOLDER`."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvloop
from fairlead_runtime import replica
from fairlead_runtime.telemetry.receipts import Receipts
from fairlead_runtime.telemetry.reporter import Reporter


class NoReceipts(Receipts):
    def make(self, *_: Any) -> str:
        return ""


class Bare(Reporter):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.receipts = NoReceipts(self.bundle, self.epoch)

    def answered(self, calls: Any, scored: Any) -> None:
        if "telemetry" not in sys.argv[1]:
            super().answered(calls, scored)


replica.Reporter = Bare  # type: ignore[misc]  # what is measured is everything else
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    sys.exit(runner.run(replica.run(Path(sys.argv[2]))))
