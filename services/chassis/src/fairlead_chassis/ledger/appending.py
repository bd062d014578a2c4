"""Appending to the ledger: one message a change, fenced by the aggregate's sequence; three outcomes, not two."""

import nats.errors
from fairlead_contracts.errors import LowDiskError, OutcomeUnknownError, TooLargeError, UnavailableError
from fairlead_contracts.ledger import LIMIT, Envelope
from fairlead_contracts.messages import EXPECTED_HEADER, LEDGER, MESSAGE_ID_HEADER
from fairlead_contracts.names import uuid7
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from fairlead_chassis.ledger.refusals import Refusals

WRONG_SEQUENCE = 10071
TIMEOUT = 2.0
_FULL = frozenset((10023, 10028, 10047, 10077))
"""What nats-server says when it stores nothing more: no resources, no storage, the size of the stream used up."""


class SequenceConflict(Exception):  # noqa: N818  # no error: the change is decided again
    """Another change of the aggregate came first."""


class Ledger:
    """The one stream that holds every accepted change."""

    def __init__(self, js: JetStreamContext, service: str) -> None:
        self._js, self._service = js, service
        self.refusals = Refusals(js, service)

    async def tail(self) -> int:
        """The sequence of the newest message, as the asked server sees it. Raises: UnavailableError."""
        try:
            return int((await self._js.stream_info(LEDGER)).state.last_seq)
        except (nats.errors.Error, APIError, TimeoutError):
            raise UnavailableError("The ledger does not answer; retry.") from None

    async def message(self, sequence: int) -> bytes:
        """A message that the ledger holds, byte for byte. Raises: UnavailableError."""
        try:
            return (await self._js.get_msg(LEDGER, sequence)).data or b""
        except (nats.errors.Error, APIError, TimeoutError):
            raise UnavailableError("The ledger does not answer; retry.") from None

    async def append(self, subject: str, envelope: Envelope, expected: int) -> int:
        """Append a sealed envelope behind the aggregate's message `expected` (0: none). Returns its sequence.

        Raises: SequenceConflict when another change came first; LowDiskError when the ledger is full;
        OutcomeUnknownError when nobody can tell yet.
        """
        body = envelope.encode()
        if len(body) > LIMIT:
            raise TooLargeError(f"The change is {len(body):,} bytes on the ledger, over the limit of {LIMIT:,}.")
        headers = {EXPECTED_HEADER: str(expected), MESSAGE_ID_HEADER: f"{self._service}:{subject}:{uuid7()}"}
        try:
            acknowledged = await self._js.publish(subject, body, timeout=TIMEOUT, stream=LEDGER, headers=headers)
        except APIError as error:
            if error.err_code == WRONG_SEQUENCE:
                return await self._mine(subject, envelope, SequenceConflict())
            if error.err_code in _FULL:
                raise LowDiskError(f"The ledger takes nothing more: {error.description}.") from None
            raise OutcomeUnknownError("The ledger refused the message; its log says why.") from error
        except (nats.errors.Error, TimeoutError):
            return await self._mine(subject, envelope, _unknown())
        return int(acknowledged.seq)

    async def _mine(self, subject: str, envelope: Envelope, otherwise: Exception) -> int:
        # A write whose answer was lost may have been stored: only the subject's last message can tell.
        try:
            last = await self._js.get_last_msg(LEDGER, subject)
        except NotFoundError:
            raise otherwise from None
        except (nats.errors.Error, APIError, TimeoutError):
            raise _unknown() from None
        if last.data == envelope.encode():
            return int(last.seq or 0)
        raise otherwise


def _unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError(
        "The ledger did not answer in time: the change may have happened. Ask again with the same operation id."
    )
