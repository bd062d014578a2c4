"""Is a message of telemetry sound, and from whom it says? Each that is not is refused with one reason."""

import base64
import binascii
from collections.abc import Mapping

import numpy as np
from fairlead_contracts.messages import ACTUALS, PREDICTIONS, PROFILES, RECEIPTS
from fairlead_contracts.operations.monitor import Reason
from fairlead_contracts.telemetry import (
    ActualsBatch,
    HealthPart,
    PredictionBatch,
    ProfileBatch,
    ProfilePart,
    ReceiptBatch,
    Source,
)
from fairlead_drift import Baseline, Profile, ProfileError
from fairlead_drift.latency import LatencyHistogram
from pydantic import ValidationError

from fairlead_monitor.intake.letters import Letter
from fairlead_monitor.windows.intake import Arrived, Batch

_FORMS: Mapping[str, type[Batch]] = {
    PROFILES: ProfileBatch, PREDICTIONS: PredictionBatch, ACTUALS: ActualsBatch, RECEIPTS: ReceiptBatch,
}  # fmt: skip


class RefusedError(Exception):
    """A message cannot be counted; it says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def read(letter: Letter) -> Arrived:
    """The batch in a message, if it is from whom it says. Raises: RefusedError."""
    try:
        batch = _FORMS[letter.stream].model_validate_json(letter.data)
    except ValidationError:
        raise RefusedError("unreadable") from None
    if isinstance(batch, ActualsBatch):
        if (batch.project, batch.deployment) != (letter.sender.project, letter.sender.deployment):
            raise RefusedError("another-deployment")
    else:
        _require_sender(batch, letter)
    return Arrived(batch, letter.time)


def _require_sender(batch: Source, letter: Letter) -> None:
    if batch.replica != letter.sender.name:
        raise RefusedError("another-replica")
    known = letter.sender.replica
    if known is None:
        raise RefusedError("unknown-replica")
    said = (batch.project, batch.deployment, batch.revision, batch.model, batch.version)
    if said != (known.project, known.deployment, known.revision, known.model, known.version):
        raise RefusedError("another-deployment")
    if isinstance(batch, ProfileBatch) and batch.baseline != letter.sender.baseline:
        raise RefusedError("another-baseline")


def require_sound(batch: Batch, baseline: Baseline | None) -> None:
    """Raises: RefusedError when a profile or a histogram in it is damaged, or stands on other bins.

    Without the baseline, what can be told from the profile alone is held.
    """
    if not isinstance(batch, ProfileBatch):
        return
    try:
        for part in batch.profiles:
            _require_profile(part, baseline)
        for health in batch.health:
            _require_histogram(health)
    except (ProfileError, binascii.Error, ValueError, OverflowError):
        raise RefusedError("damaged") from None


def _require_profile(part: ProfilePart, baseline: Baseline | None) -> None:
    profile = Profile.from_bytes(base64.b64decode(part.profile, validate=True))
    if baseline is not None and profile.bins != baseline.bins_digest:
        raise RefusedError("another-baseline")
    counts = profile.counts
    if profile.rows != part.rows or (counts.size and (counts.min() < 0 or counts.max() > part.rows)):
        raise ProfileError("The counts do not fit the rows.")
    if baseline is not None and (np.add.reduceat(counts, baseline.offsets[:-1]) != part.rows).any():
        raise ProfileError("The counts of a feature are not those of all rows.")
    if np.isnan(profile.extremes).any():
        raise ProfileError("A smallest or largest value is not a number.")


def _require_histogram(part: HealthPart) -> None:
    counts = LatencyHistogram.from_bytes(base64.b64decode(part.latency, validate=True)).counts
    if counts.total() != part.requests or any(each <= 0 for each in counts.values()):
        raise ProfileError("The latencies are not those of all requests.")
    if part.client_errors + part.server_errors > part.requests:
        raise ProfileError("There are more errors than requests.")
