"""A gRPC server for one service: messages in and out as bytes, with the limits and the errors of the HTTP one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import grpc
import grpc.aio
import structlog
from fairlead_contracts.errors import FairleadError, InternalError, UnavailableError

from fairlead_chassis.grpc.messages import SERVICE

log = structlog.get_logger()
GRACE = 10.0
_MESSAGE = 64 * 1024 * 1024
_HEAD = 32 * 1024
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT, 401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED, 404: grpc.StatusCode.NOT_FOUND, 405: grpc.StatusCode.UNIMPLEMENTED,
    408: grpc.StatusCode.DEADLINE_EXCEEDED, 409: grpc.StatusCode.ABORTED, 413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    422: grpc.StatusCode.INVALID_ARGUMENT, 429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    501: grpc.StatusCode.UNIMPLEMENTED, 503: grpc.StatusCode.UNAVAILABLE, 504: grpc.StatusCode.DEADLINE_EXCEEDED,
}  # fmt: skip


@dataclass(frozen=True)
class Rpc:
    """One call: its message, its metadata by lower-case name, and the seconds that its caller still waits."""

    message: bytes
    metadata: dict[str, str]
    remaining: float | None = None


class RefusedCallError(Exception):
    """A call that is answered with a status and what it means: HTTP's number, the detail and Fairlead's code."""

    def __init__(self, status: int, detail: str, code: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code


@dataclass(frozen=True)
class Limits:
    """What a client may ask at once; bytes, counts and seconds."""

    message: int = _MESSAGE
    head: int = _HEAD
    calls: int = 1_024
    idle: float = 300.0
    options: tuple[tuple[str, int], ...] = field(default=())


Method = Callable[[Rpc], Awaitable[bytes]]


@contextlib.asynccontextmanager
async def listening(methods: dict[str, Method], address: str, limits: Limits | None = None) -> AsyncIterator[int]:
    """Answer calls of the inference service at `host:port` until the block ends; yields the port that it got.

    Raises: UnavailableError when the address is taken.
    """
    held = limits or Limits()
    handlers = {name: _handler(method) for name, method in methods.items()}
    server = grpc.aio.server(options=_options(held), maximum_concurrent_rpcs=held.calls)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    try:
        port = server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if port == 0:
        raise UnavailableError(
            f"gRPC cannot listen at {address}: it is taken. Set another port with FAIRLEAD_GRPC_PORT."
        )
    await server.start()
    try:
        yield port
    finally:
        await asyncio.shield(server.stop(GRACE))


def _options(limits: Limits) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", limits.message), ("grpc.max_send_message_length", -1),
        ("grpc.max_metadata_size", limits.head), ("grpc.absolute_max_metadata_size", limits.head),
        ("grpc.max_connection_idle_ms", int(limits.idle * 1_000)), ("grpc.so_reuseport", 0),
        *limits.options,
    ]  # fmt: skip


def _handler(method: Method) -> "grpc.RpcMethodHandler[bytes, bytes]":
    async def answer(message: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
        metadata = {
            str(key).lower(): value for key, value in context.invocation_metadata() or () if isinstance(value, str)
        }
        try:
            return await method(Rpc(message, metadata, context.time_remaining()))
        except RefusedCallError as refused:
            status, detail, code = refused.status, refused.detail, refused.code
        except FairleadError as refused:
            status, detail, code = refused.status, refused.detail, refused.code
        except Exception:
            log.exception("a call failed")
            hidden = InternalError()
            status, detail, code = hidden.status, hidden.detail, hidden.code
        context.set_trailing_metadata((("fairlead-code", code),))
        await context.abort(_CODES.get(status, grpc.StatusCode.INTERNAL), detail)
        raise AssertionError("abort raises")

    return grpc.unary_unary_rpc_method_handler(answer)
