"""One chunk of rows to the deployment, and its answer as columns."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from fairlead_contracts.errors import ERRORS, FairleadError, InvalidTableError, UnavailableError

_AGAIN = frozenset((429, 502, 503))
_NEVER_AGAIN = frozenset(("model-failed",))
_PAUSE, _LONGEST = 0.2, 5.0


class Connected(Protocol):
    """A client of Fairlead, as far as scoring needs it."""

    http: httpx.Client
    project: str


@dataclass(frozen=True)
class Model:
    """What a deployment takes and gives: datatypes by name."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Asker:
    """Asks one deployment; what does not answer for a moment is asked again, with the same ids."""

    client: Connected
    deployment: str
    patience: float = 60.0

    @property
    def path(self) -> str:
        """Where the deployment answers."""
        return f"/p/{quote(self.client.project)}/v2/models/{quote(self.deployment)}"

    def model(self) -> Model:
        """What it takes and gives. Raises: the FairleadError that came back."""
        said = self._asked("GET", self.path, None)
        return Model(*({each["name"]: each["datatype"] for each in said[side]} for side in ("inputs", "outputs")))

    def ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Score rows. Raises: the FairleadError that came back; InvalidTableError for a number that is infinite."""
        try:
            data = json.dumps(body, allow_nan=False).encode()
        except ValueError:
            raise InvalidTableError("a number is infinite") from None
        return self._asked("POST", f"{self.path}/infer", data)

    def _asked(self, method: str, path: str, data: bytes | None) -> dict[str, Any]:
        deadline, pause = time.monotonic() + self.patience, _PAUSE
        while True:
            try:
                response = self.client.http.request(method, path, content=data, timeout=70.0)
                if response.is_success:
                    found: dict[str, Any] = response.json()
                    return found
                error = _error(response)
                again = response.status_code in _AGAIN and error.code not in _NEVER_AGAIN
            except httpx.TransportError as lost:
                error, again = UnavailableError(f"The server does not answer ({type(lost).__name__})."), True
            if not again or time.monotonic() > deadline:
                raise error
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST)


def body_of(table: Any, model: Model, id_: str, ids: str | None, times: str | None) -> dict[str, Any]:
    """A request with the rows of an Arrow table. Missing values and NaN are null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def values(name: str, datatype: str) -> list[Any]:
        column = table[name]
        if datatype == "FP64":
            column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        found: list[Any] = column.to_pylist()
        return found

    parameters: dict[str, Any] = {}
    if ids:
        parameters["row_ids"] = [str(each) for each in table[ids].to_pylist()]
    if times:
        parameters["event_time"] = [_moment(each) for each in table[times].to_pylist()]
    inputs = [
        {"name": name, "datatype": datatype, "shape": [table.num_rows], "data": values(name, datatype)}
        for name, datatype in model.inputs.items()
    ]
    return {"id": id_, "inputs": inputs, "parameters": parameters}


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return str(value)


def _error(response: httpx.Response) -> FairleadError:
    try:
        said = response.json()
        detail, code = str(said.get("error") or said.get("detail")), said.get("code")
    except (ValueError, AttributeError):
        detail, code = response.text[:200], None
    kind = next((each for each in ERRORS if each.code == code), FairleadError)
    error = kind.__new__(kind)
    FairleadError.__init__(error, detail)
    return error
