"""Appending to the ledger: one message a change, fenced by the aggregate's sequence; three outcomes, not two."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import nats.errors
from fairlead_contracts.errors import FairleadError, OutcomeUnknownError, TooLargeError
from fairlead_contracts.ledger import LIMIT, Envelope, refused_subject
from fairlead_contracts.messages import EXPECTED_HEADER, LEDGER, MESSAGE_ID_HEADER
from fairlead_contracts.names import uuid7
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

WRONG_SEQUENCE = 10071
TIMEOUT = 2.0
REFUSALS_A_SECOND = 10


class SequenceConflict(Exception):  # noqa: N818  # no error: the change is decided again
    """Another change of the aggregate came first."""


@dataclass
class _Budget:
    second: int = 0
    used: int = 0
    held_back: int = 0


class Ledger:
    """The one stream that holds every accepted change."""

    def __init__(self, js: JetStreamContext, service: str) -> None:
        self._js, self._service = js, service
        self._budgets: dict[str, _Budget] = {}

    async def tail(self) -> int:
        """The sequence of the newest message, as the asked server sees it."""
        try:
            return int((await self._js.stream_info(LEDGER)).state.last_seq)
        except (nats.errors.Error, APIError, TimeoutError):
            raise OutcomeUnknownError("The ledger does not answer; retry.") from None

    async def append(self, subject: str, envelope: Envelope, expected: int) -> int:
        """Append a sealed envelope behind the aggregate's message `expected` (0: none). Returns its sequence.

        Raises: SequenceConflict when another change came first; OutcomeUnknownError when nobody can tell yet.
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

    async def refuse(self, envelope: Envelope, counted: Mapping[str, object]) -> None:
        """Record a refusal: at most ten a second for a principal; what is over goes along with the next, counted."""
        budget = self._budgets.setdefault(envelope.actor, _Budget())
        second = int(time.monotonic())
        if budget.second != second:
            budget.second, budget.used = second, 0
        budget.used += 1
        if budget.used > REFUSALS_A_SECOND:
            budget.held_back += 1
            return
        count = 1 + budget.held_back
        budget.held_back = 0
        if count > 1:
            record = envelope.facts[0].model_copy(update={"data": {**counted, "count": count}})
            envelope = envelope.model_copy(update={"facts": (record,)})
        try:
            headers = {MESSAGE_ID_HEADER: f"{self._service}:refused:{uuid7()}"}
            await self._js.publish(refused_subject(self._service), envelope.sealed().encode(), headers=headers)
        except (nats.errors.Error, APIError, TimeoutError, FairleadError):
            budget.held_back += count


def _unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError(
        "The ledger did not answer in time: the change may have happened. Ask again with the same operation id."
    )
