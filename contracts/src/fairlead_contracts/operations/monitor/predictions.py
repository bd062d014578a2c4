"""Predictions themselves, row by row: exported as a file, for whatever else is to be computed of them."""

from typing import Literal

from pydantic import Field

from fairlead_contracts.names import Digest
from fairlead_contracts.operations import Kind, Operation
from fairlead_contracts.operations.monitor.period import DEPLOYMENT, ON, SERVICE, Period
from fairlead_contracts.values import Message

EXPORT_PATIENCE = 600.0


class ExportPredictions(Period):
    """Export predictions and their actuals as a file.

    One row each, of every version and role unless one version is asked for, by event time. The file stays for a day.
    """

    format: Literal["parquet", "csv"] = Field(default="parquet", description="What the file is.")


class PredictionsExported(Message):
    """A file with predictions, to be downloaded by its digest."""

    digest: Digest
    size: int
    """Bytes."""
    rows: int
    columns: tuple[str, ...]
    """`id`, `row`, `time`, `model`, `version`, `role`, `output_...` for each output, `actual`, `actual_known`."""


EXPORT_PREDICTIONS = Operation(
    "export_predictions", "prediction:export", SERVICE, Kind.READ, ExportPredictions, PredictionsExported,
    "POST", DEPLOYMENT + "/predictions/export", ON, patience=EXPORT_PATIENCE,
)  # fmt: skip
