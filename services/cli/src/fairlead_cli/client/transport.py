"""HTTP to the gateway: where it is, who asks, and problems turned back into errors."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from fairlead_contracts.errors import (
    DigestMismatchError,
    FairleadError,
    Problem,
    UnauthenticatedError,
    UnavailableError,
    from_problem,
)
from pydantic import ValidationError

TIMEOUT = httpx.Timeout(40.0, connect=3.0)
_LONGER = 10.0
"""Seconds that an answer may take beyond what the server itself waits for."""


def timeout(patience: float) -> httpx.Timeout:
    """How long to wait for the answer to what the server waits for so many seconds."""
    return httpx.Timeout(max(40.0, patience + _LONGER), connect=3.0)


def home() -> Path:
    """The data directory: FAIRLEAD_HOME, else where this user's data lives."""
    given = os.environ.get("FAIRLEAD_HOME")
    return Path(given) if given else Path.home() / ".local" / "share" / "fairlead"


def connect(url: str | None = None, token: str | None = None) -> httpx.Client:
    """A connection to the gateway.

    The address is `url`, else FAIRLEAD_URL, else the running installation's; the token is `token`, else
    FAIRLEAD_TOKEN, else the local admin's.
    Raises: UnavailableError or UnauthenticatedError when there is none, saying what to do.
    """
    address = url or os.environ.get("FAIRLEAD_URL") or _running()
    secret = token or os.environ.get("FAIRLEAD_TOKEN") or _admin_token()
    return httpx.Client(base_url=address, timeout=TIMEOUT, headers={"Authorization": f"Bearer {secret}"})


def _running() -> str:
    try:
        run = json.loads((home() / "run.json").read_text())
        address = run["url"]
    except (OSError, ValueError, KeyError) as error:
        raise UnavailableError(
            "No server is known: start one with `fairlead up`, or name one with --url or FAIRLEAD_URL."
        ) from error
    if address is None:
        raise UnavailableError(
            f"Only {', '.join(run['services'])} runs on {home()}, without a gateway: `fairlead up` starts everything."
        )
    return str(address)


def _admin_token() -> str:
    try:
        return (home() / "keys" / "admin.token").read_text().strip()
    except OSError as error:
        raise UnauthenticatedError(
            "No token: give one with --token or FAIRLEAD_TOKEN; `fairlead token create` makes one."
        ) from error


def send(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """Send and return a good answer.

    Raises: the FairleadError that the server answered; UnavailableError when it cannot be reached.
    """
    try:
        response = http.send(request)
    except httpx.TransportError as error:
        raise UnavailableError(
            f"{str(http.base_url).rstrip('/')} does not answer ({type(error).__name__}). `fairlead status` shows what"
            " runs here, `fairlead up` starts it; --url or FAIRLEAD_URL names another server."
        ) from error
    if response.is_success and response.status_code != httpx.codes.ACCEPTED:
        return response
    raise _error(response)


def _error(response: httpx.Response) -> FairleadError:
    try:
        return from_problem(Problem.model_validate_json(response.content))
    except ValidationError:
        return FairleadError(f"HTTP {response.status_code} from {response.url.host}: {_plain(response)}")


def _plain(response: httpx.Response) -> str:
    try:
        body: Any = response.json()
        return str(body["error"])
    except (ValueError, KeyError, TypeError):
        return response.text[:200]


def fetch(http: httpx.Client, path: str, file: Path, digest: str, told: Callable[[int], None]) -> None:
    """Stream an answer to a file, which is there once all of it is, with the bytes that its digest promises."""
    beside, hashed = file.with_name(f".{file.name}.{os.getpid()}"), hashlib.sha256()
    try:
        with http.stream("GET", path) as response, beside.open("wb") as target:
            if not response.is_success:
                response.read()
                raise _error(response)
            for part in response.iter_bytes():
                target.write(part)
                hashed.update(part)
                told(len(part))
        if f"sha256:{hashed.hexdigest()}" != digest:
            raise DigestMismatchError("What came back does not have the digest that was told; nothing was written.")
        beside.replace(file)
    except httpx.TransportError as error:
        raise UnavailableError(f"The download ended early ({type(error).__name__}); nothing was written.") from error
    finally:
        beside.unlink(missing_ok=True)
