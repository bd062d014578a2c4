"""Which copy of a service holds which partition: stream `LEASES`, of which the last message of each subject stands."""

from pydantic import Field

from fairlead_contracts.values import Message


class Lease(Message):
    """Who holds a partition. No holder: it was let go, and anyone may take it.

    A lease is taken by writing over the one before, at its sequence: of two who try, one does. It has no end of its
    own: it holds for as long as its holder gives signs of life.
    """

    partition: int = Field(ge=0)
    holder: str = Field(max_length=64)


class Beat(Message):
    """A sign of life of one process. `copy_id` is new at each start, and `number` goes up with each sign."""

    copy_id: str = Field(min_length=1, max_length=64)
    number: int = Field(ge=0)
    leaving: bool = False
