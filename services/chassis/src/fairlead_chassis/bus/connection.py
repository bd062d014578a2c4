"""The connection to the bus: requests with typed errors, acknowledged telemetry, the tables that stand last."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import nats.errors
from fairlead_contracts.errors import OutcomeUnknownError, Problem, UnavailableError, from_problem
from fairlead_contracts.messages import ERROR_HEADER, MESSAGE_ID_HEADER, REQUEST_ID_HEADER
from fairlead_contracts.names import uuid7
from fairlead_contracts.operations import PATIENCE, Kind, Operation
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import APIError
from pydantic import BaseModel

from fairlead_chassis.bus.follow import RawMessage, follow
from fairlead_chassis.natsd.connect import connect
from fairlead_chassis.natsd.credentials import Credentials

ACK_TIMEOUT = 5.0


class Bus:
    """One connection, as one user."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.js: JetStreamContext = client.jetstream(timeout=ACK_TIMEOUT)

    @classmethod
    async def connect(cls, url: str, credentials: Path | Credentials, name: str) -> "Bus":
        """Connect. Raises: BusError saying why it cannot be made."""
        return cls(await connect(url, credentials, name=name), name)

    @property
    def connection(self) -> int:
        """Tells this connection to the server from those before it."""
        return int(self.client.stats["reconnects"])

    async def close(self) -> None:
        """Finish what is on its way, and disconnect."""
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            await self.client.drain()

    async def raw_request(
        self, subject: str, body: bytes, headers: Mapping[str, str], *, change: bool, patience: float = PATIENCE
    ) -> Msg:
        """Ask and wait for the answer, whatever it says.

        Raises: OutcomeUnknownError when a change is not answered in time, UnavailableError for anything else.
        """
        try:
            return await self.client.request(subject, body, timeout=patience, headers=dict(headers))
        except nats.errors.NoRespondersError:
            raise UnavailableError(f"No copy of the service behind {subject} runs; retry.") from None
        except (nats.errors.Error, TimeoutError):
            if change:
                raise OutcomeUnknownError(
                    "No answer in time: the change may have happened. Ask again with the same operation id."
                ) from None
            raise UnavailableError("No answer in time; retry.") from None

    async def request(
        self,
        operation: Operation[Any, Any],
        request: BaseModel,
        headers: Mapping[str, str] | None = None,
        patience: float | None = None,
    ) -> Any:
        """Ask another service for an operation, as this one. `patience`: in seconds, else the operation's own.

        Raises: the FairleadError that it answered; OutcomeUnknownError, UnavailableError.
        """
        sent = {REQUEST_ID_HEADER: uuid7(), **(headers or {})}
        subject, change = operation.subject(self.name), operation.kind is Kind.CHANGE
        reply = await self.raw_request(
            subject, request.model_dump_json().encode(), sent, change=change, patience=patience or operation.patience
        )
        if (reply.headers or {}).get(ERROR_HEADER):
            raise from_problem(Problem.model_validate_json(reply.data))
        return operation.reply.model_validate_json(reply.data)

    async def publish_acknowledged(
        self, subject: str, payload: bytes, message_id: str | None = None, headers: Mapping[str, str] | None = None
    ) -> int:
        """Publish to a stream and wait until it is stored; returns its sequence there.

        Raises: UnavailableError; trying again is harmless.
        """
        headers = {**(headers or {}), **({MESSAGE_ID_HEADER: message_id} if message_id else {})} or None
        try:
            return int((await self.js.publish(subject, payload, headers=dict(headers) if headers else None)).seq)
        except (nats.errors.Error, APIError, TimeoutError) as error:
            raise UnavailableError(f"The stream behind {subject} did not take a message; retry.") from error

    async def last_sequence(self, stream: str) -> int:
        """Where a stream ends now; 0 when it is empty. Raises: UnavailableError."""
        try:
            return int((await self.js.stream_info(stream)).state.last_seq)
        except (nats.errors.Error, APIError, TimeoutError) as error:
            raise UnavailableError(f"The stream {stream} does not answer; retry.") from error

    def follow(self, stream: str, after: int) -> AsyncGenerator[list[RawMessage], None]:
        """Everything after a sequence, in order and without a gap, for ever."""
        return follow(self.client, stream, after)

    @contextlib.asynccontextmanager
    async def last_of_each(self, stream: str, take: Callable[[bytes], None]) -> AsyncIterator[None]:
        """Hand every message of a stream that keeps the last of each subject to `take`, now and as they come.

        On entering, all that stand are in.
        """
        info = await self.js.stream_info(stream)
        caught_up = asyncio.Event()
        target = info.state.last_seq
        if info.state.messages == 0:
            caught_up.set()

        async def run() -> None:
            async for batch in follow(self.client, stream, 0):
                for message in batch:
                    take(message.data)
                if batch[-1].sequence >= target:
                    caught_up.set()

        task = asyncio.create_task(run())
        try:
            await caught_up.wait()
            yield
        finally:
            task.cancel()
