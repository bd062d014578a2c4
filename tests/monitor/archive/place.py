"""A monitor's partition with an archive: what arrives, closing its hours, and every report made of both."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fairlead_chassis.objects.store import ObjectStore
from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.operations import monitor as operations
from fairlead_contracts.operations.monitor import Actual, CheckActuals
from fairlead_contracts.values import now
from fairlead_monitor.answering.reports import REPORTS
from fairlead_monitor.archive import manifest
from fairlead_monitor.archive.closing import Closing
from fairlead_monitor.archive.manifest import Archived
from fairlead_monitor.archive.reading import bring
from fairlead_monitor.archive.store import ArchiveStore
from fairlead_monitor.partitions.files import Files
from fairlead_monitor.partitions.places import partition_of
from fairlead_monitor.windows.intake import Arrived, Batch, take
from fairlead_monitor.windows.store import transaction
from monitor.world import AT, DIGEST, version

OF = ("default", "d")
PARTITION = partition_of(*OF)
CARD = version(DIGEST).card


class Place:
    """A data directory of its own."""

    def __init__(self, home: Path, objects: Path | None = None) -> None:
        (home / "monitor").mkdir(parents=True)
        self.begin(home, objects or home / "objects")

    def begin(self, home: Path, objects: Path) -> None:
        """Take the partition, in a new process as well."""
        self.home = home
        self.files = Files(home)
        self.files.take(PARTITION, "me")
        self.objects = ObjectStore(str(objects))
        self.store = ArchiveStore(self.objects)
        self.closing = Closing(self.files, self.store)

    def arrive(self, time: int, *batches: Batch) -> None:
        """Batches that the stream took at this time."""
        with self.files.writing(PARTITION) as db, transaction(db) as connection:
            take(connection, [Arrived(each, time) for each in batches])

    def close(self, time: int) -> int:
        """Close all that is due at this time; returns how many rows."""

        async def run() -> int:
            rows = 0
            for of in self.closing.due(PARTITION, time):
                while closed := await self.closing.close(PARTITION, of, time, self.home / "monitor"):
                    rows += closed
            while self.closing.shrink(PARTITION):
                pass
            return rows

        return asyncio.run(run())

    def fetch(self, files: Sequence[Archived], folder: Path) -> list[Path]:
        """What a report gets its files by."""
        return asyncio.run(self.store.fetch(files, folder))

    def archived(self) -> list[Archived]:
        """The files that count."""
        with self.files.reading(PARTITION) as db:
            return manifest.of(db, OF)

    def hot(self) -> int:
        """Rows in the partition's file."""
        with self.files.reading(PARTITION) as db:
            return int(db.execute("SELECT count(*) FROM predictions").fetchone()[0])

    def told(self, name: str, **asked: Any) -> str:
        """A report as JSON, or why there is none."""
        operation = getattr(operations, name)
        report, request = REPORTS[operation], operation.request(**AT, **asked)
        more: tuple[Any, ...] = ()
        if name in ("GET_ACCURACY", "GET_ESTIMATE"):
            more = (lambda _model, _version: CARD,)
        elif name == "CHECK_ACTUALS":
            more = ((CARD,), now())
        assert report.predictions is not None
        with self.files.reading(PARTITION) as db:
            bring(db, OF, report.predictions(request), self.fetch)
            try:
                return str(report.make(db, request, *more).model_dump_json())
            except NotFoundError as error:
                return str(error)

    def every_report(self, ids: Sequence[str] = (), **period: Any) -> dict[str, str]:
        """All reports that are made of predictions."""
        actuals = tuple(Actual(id=each, row=0, value=1) for each in ids)
        assert CheckActuals(**AT, actuals=actuals)
        return {
            "coverage": self.told("GET_COVERAGE"),
            "accuracy": self.told("GET_ACCURACY", by="day", **period),
            "estimate": self.told("GET_ESTIMATE", by="day", **period),
            "drift": self.told("GET_PREDICTION_DRIFT", by="day", **period),
            "check": self.told("CHECK_ACTUALS", actuals=actuals),
        }
