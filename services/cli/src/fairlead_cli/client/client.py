"""The client: every operation is a method, named as it is declared."""

import time
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from fairlead_contracts.errors import InvalidRequestError, OutcomeUnknownError, UnavailableError, UnderWayError
from fairlead_contracts.messages import AT_LEAST_HEADER
from fairlead_contracts.names import uuid7
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.operations.catalogue import OPERATIONS
from pydantic import BaseModel, ValidationError

from fairlead_cli.client.transport import connect, fetch, send, timeout
from fairlead_cli.frames import Frames

AnyOperation = Operation[Any, Any]
_PAUSE = 0.2


class Client:
    """A client of one Fairlead, as one principal.

    `client.create_model(model="loans")` and so on for every operation; `project` fills the field of that name. A change
    carries an operation id, so one whose answer got lost is asked again without doing it twice, for up to `patience`
    seconds; one that is under way is waited for. A read sees what this client changed before.
    `client.frame.get_accuracy(deployment="loans")` gives a report as a pandas data frame.
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, project: str = "default", patience: float = 30.0
    ) -> None:
        self.http = connect(url, token)
        self.project = project
        self.patience = patience
        self.seen = 0

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def frame(self) -> Frames:
        """The reports as data frames; it needs pandas."""
        return Frames(self)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = OPERATIONS.get(name)
        if operation is None:
            raise AttributeError(name)

        def method(**fields: Any) -> Any:
            return self.call(operation, fields)

        method.__name__, method.__doc__ = name, operation.request.__doc__
        return method

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *OPERATIONS})

    def call(self, operation: AnyOperation, fields: Mapping[str, Any], operation_id: str | None = None) -> Any:
        """Ask for an operation and return its reply.

        Raises: the FairleadError that came back; InvalidRequestError before anything is sent when the fields are wrong.
        """
        request = self._request(operation, fields)
        if operation.kind is not Kind.CHANGE:
            headers = {AT_LEAST_HEADER: str(self.seen)} if self.seen else {}
            return self._reply(operation, send(self.http, self._http(operation, request, headers)))
        return self._change(operation, request, operation_id or uuid7())

    def _change(self, operation: AnyOperation, request: BaseModel, operation_id: str) -> Any:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                headers = {"Idempotency-Key": operation_id}
                reply = self._reply(operation, send(self.http, self._http(operation, request, headers)))
            except UnderWayError:
                deadline = time.monotonic() + self.patience
                time.sleep(_PAUSE)
            except (OutcomeUnknownError, UnavailableError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                self.seen = max(self.seen, reply.sequence) if isinstance(reply, Accepted) else self.seen
                return reply

    def upload(self, data: bytes, digest: str) -> str:
        """Store bytes under their digest; what is stored already is not sent again."""
        operation = OPERATIONS["upload_artifact"]
        path = operation.path.format(project=self.project, digest=digest)
        if self.http.head(path).is_success:
            return digest
        send(self.http, self.http.build_request("PUT", path, content=data))
        return digest

    def download(self, digest: str) -> bytes:
        """The bytes of a stored artifact."""
        path = OPERATIONS["download_artifact"].path.format(project=self.project, digest=digest)
        return send(self.http, self.http.build_request("GET", path)).content

    def fetch(self, digest: str, file: Path, told: Callable[[int], None] = lambda _bytes: None) -> None:
        """Write a stored artifact to a file, whole and checked, or not at all; `told` is given each part's size.

        Raises: DigestMismatchError, the FairleadError that came back, OSError.
        """
        path = OPERATIONS["download_artifact"].path.format(project=self.project, digest=digest)
        fetch(self.http, path, file, digest, told)

    def export(
        self,
        deployment: str,
        file: str | PathLike[str],
        told: Callable[[int], None] = lambda _bytes: None,
        **asked: Any,
    ) -> Any:
        """Write predictions and their actuals to a file: CSV where its name ends so, else Parquet.

        `asked`: `start`, `end`, `version`, `format` as of `export_predictions`. Returns: its reply. Raises: as `fetch`.
        """
        path = Path(file)
        form = {"format": "csv" if path.suffix.lower() == ".csv" else "parquet"}
        found = self.export_predictions(deployment=deployment, **form | asked)
        self.fetch(found.digest, path, told)
        return found

    def score(self, deployment: str, source: str | PathLike[str], output: str | PathLike[str], **options: Any) -> Any:
        """Score a CSV or Parquet file into another one, as `fairlead score` does; options as its.

        Returns: how many rows, by version, and how many an earlier run had scored. Raises: as `fairlead_cli.scoring`.
        """
        from fairlead_cli.scoring import Options, score

        return score(self, deployment, source, output, Options(**options))

    def _request(self, operation: AnyOperation, fields: Mapping[str, Any]) -> BaseModel:
        known = operation.request.model_fields
        filled = {"project": self.project, **fields} if "project" in known else dict(fields)
        try:
            request: BaseModel = operation.request.model_validate(filled)
        except ValidationError as error:
            raise InvalidRequestError.at((place for place in error.errors()), filled) from None
        return request

    def _http(self, operation: AnyOperation, request: BaseModel, headers: dict[str, str]) -> httpx.Request:
        fields = request.model_dump(mode="json", exclude_none=True)
        path = operation.path.format(
            **{name: quote(str(fields.pop(name)), safe="*:") for name in operation.path_fields}
        )
        patience = timeout(operation.patience)
        if operation.method == "GET":
            return self.http.build_request("GET", path, params=fields, headers=headers, timeout=patience)
        body = None if operation.body == "none" else fields
        return self.http.build_request(operation.method, path, json=body, headers=headers, timeout=patience)

    @staticmethod
    def _reply(operation: AnyOperation, response: httpx.Response) -> Any:
        return operation.reply.model_validate_json(response.content)
