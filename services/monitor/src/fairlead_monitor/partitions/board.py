"""What stream LEASES says: who holds each partition, and whose signs of life are new. Time is this process's own."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from fairlead_chassis.bus.follow import RawMessage
from fairlead_contracts.leases import Beat, Lease
from pydantic import ValidationError

from fairlead_monitor.partitions.places import PARTITIONS

log = structlog.get_logger()
PATIENCE = 15.0
"""Seconds without a sign of life after which a copy of another machine counts as gone."""


@dataclass(frozen=True)
class Held:
    """A lease as it stands: the sequence tells it from every other one of its partition."""

    holder: str = ""
    sequence: int = 0

    @property
    def token(self) -> str:
        """What the partition's file says while this lease holds."""
        return f"{self.holder}/{self.sequence}"


class Board:
    """The last lease of each partition and the last sign of life of each copy."""

    def __init__(self, me: str, ended: Callable[[str], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self.me, self._ended, self._clock = me, ended, clock
        self._began = clock()
        self._beats: dict[str, tuple[int, float]] = {}
        self._left: set[str] = set()
        self.leases: dict[int, Held] = {}
        self.seen = 0

    def take(self, message: RawMessage) -> None:
        """Note one message. What is none of ours is told and left out."""
        self.seen = message.sequence
        try:
            if message.subject.split(".")[2] == "beat":
                self._beat(Beat.model_validate_json(message.data))
            else:
                lease = Lease.model_validate_json(message.data)
                if lease.partition < PARTITIONS:
                    self.leases[lease.partition] = Held(lease.holder, message.sequence)
        except ValidationError:
            log.error("a lease cannot be read", subject=message.subject, sequence=message.sequence)

    def _beat(self, beat: Beat) -> None:
        if beat.leaving:
            self._left.add(beat.copy_id)
        elif beat.number > self._beats.get(beat.copy_id, (-1, 0.0))[0]:
            self._beats[beat.copy_id] = (beat.number, self._clock())

    def lives(self, copy: str) -> bool:
        """Whether a copy lives, as far as can be told: one that was never heard of is given time to be."""
        if copy == self.me:
            return True
        if not copy or copy in self._left or self._ended(copy):
            return False
        return self._clock() - self._beats.get(copy, (0, self._began))[1] < PATIENCE

    def heard(self) -> set[str]:
        """Every copy that has ever given a sign of life since this one follows."""
        return set(self._beats)

    def living(self) -> list[str]:
        """Every copy that has given a sign of life and not gone since; this one always."""
        return sorted({self.me, *(each for each in self._beats if self.lives(each))})

    def held_by(self, copy: str) -> list[int]:
        """The partitions that the stream says a copy holds."""
        return sorted(partition for partition, held in self.leases.items() if held.holder == copy)

    def free(self) -> list[int]:
        """The partitions that nobody alive holds."""
        return [each for each in range(PARTITIONS) if not self.lives(self.leases.get(each, Held()).holder)]
