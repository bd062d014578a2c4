"""What a replica and its model may use of a machine."""

from pydantic import Field

from fairlead_contracts.values import Message

_MIB, _TIB = 1 << 20, 1 << 40


class Limits(Message):
    """The limits of one replica on target `process`. They hold for the replica and for its model's worker, each.

    `memory`, `file_size`: bytes; without a memory limit, half of what the machine or container has. `processes`: that
    a model's own code may start beside its threads. `descriptors`: open files of a model's worker. `call_seconds`:
    how long a model's worker may take for one batch; `start_seconds`: how long until it has loaded. `build_seconds`,
    `environment_size` (bytes): what building the environment of a requirements.txt may take.
    """

    memory: int | None = Field(default=None, ge=256 * _MIB, le=_TIB)
    processes: int = Field(default=0, ge=0, le=10_000)
    descriptors: int = Field(default=256, ge=32, le=65_536)
    file_size: int = Field(default=1 << 30, ge=_MIB, le=_TIB)
    call_seconds: int = Field(default=8, ge=1, le=55)
    start_seconds: int = Field(default=60, ge=1, le=3600)
    build_seconds: int = Field(default=600, ge=1, le=7200)
    environment_size: int = Field(default=5 << 30, ge=_MIB, le=_TIB)
