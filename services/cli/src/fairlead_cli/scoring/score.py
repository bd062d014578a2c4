"""The job: chunks in, several at once through the replicas, parts out, and one file at the end."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import AlreadyExistsError, FairleadError, InvalidRequestError, InvalidTableError
from fairlead_contracts.names import uuid7

from fairlead_cli.scoring.asking import Asker, Connected, Model, body_of
from fairlead_cli.scoring.parts import Parts
from fairlead_cli.scoring.reading import chunks

_CELLS, _ROWS = 100_000, 2_000
_BESIDE = ("prediction_id", "version")


@dataclass(frozen=True)
class Options:
    """How to score. `ids`, `times`: columns with each row's id and time. `rows`: in one request; None: as fits."""

    ids: str | None = None
    times: str | None = None
    rows: int | None = None
    at_once: int = 4
    overwrite: bool = False


@dataclass
class Scored:
    """What was done. `resumed`: rows that an earlier run had scored."""

    rows: int = 0
    resumed: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def score(
    client: Connected, deployment: str, source: str | PathLike[str], output: str | PathLike[str],
    options: Options | None = None, tell: Callable[[int], None] = lambda rows: None,
) -> Scored:  # fmt: skip
    """Score a CSV or Parquet file through a deployment into another one, by the names' ends.

    The output has a row for each of the input's, in order: the columns that the model does not take, `prediction_id`
    (what actuals name), `version`, and the model's outputs. The file is streamed, so it may be larger than the memory.
    Killed and called again, it goes on: chunks that were answered are not asked again, and those that were on their way
    are asked with the same ids. `tell` hears how many rows are done.
    Raises: InvalidRequestError, InvalidTableError naming the rows; AlreadyExistsError; RefusedError; what came back.
    """
    wanted, began = options or Options(), time.monotonic()
    source, output = Path(source), Path(output)
    parts = Parts(output)
    _require_sound(source, parts, wanted)
    with parts.held():
        job = _Job(client, deployment, source, parts, wanted, tell)
        count = job.run()
        if count == 0:
            parts.discard()
            raise InvalidTableError(f"{source} has no rows.")
        parts.finish(count)
    job.scored.seconds = time.monotonic() - began
    return job.scored


def _require_sound(source: Path, parts: Parts, options: Options) -> None:
    if source.absolute() == parts.output.absolute():
        raise InvalidRequestError("The output would replace the input: name another file.")
    if not source.is_file():
        raise InvalidRequestError(f"There is no file {source}: give a CSV or Parquet file.")
    if parts.output.exists() and not options.overwrite:
        parts.discard()  # the output is put in place when all parts are in it, so what is left of them is too much
        raise AlreadyExistsError(f"{parts.output} exists; --overwrite replaces it.")
    if options.overwrite:
        parts.discard()


class _Job:
    def __init__(
        self, client: Connected, deployment: str, source: Path, parts: Parts, options: Options,
        tell: Callable[[int], None],
    ) -> None:  # fmt: skip
        self._asker, self._source, self._parts = Asker(client, deployment), source, parts
        self._options, self._tell = options, tell
        self._model = self._asker.model()
        found = source.stat()
        rows = options.rows or max(1, min(_ROWS, _CELLS // len(self._model.inputs)))
        job = parts.job(
            {
                "id": uuid7(), "deployment": deployment, "project": client.project, "file": str(source.absolute()),
                "size": found.st_size, "changed": found.st_mtime_ns, "rows": rows, "ids": options.ids,
                "times": options.times,
            }
        )  # fmt: skip
        self._id, self._rows = job["id"], int(job["rows"])
        self.scored = Scored()

    def run(self) -> int:
        """Score what is not scored yet. Returns the number of chunks."""
        count = 0
        underway: deque[tuple[int, Future[Any]]] = deque()
        with ThreadPoolExecutor(self._options.at_once) as pool:
            try:
                for number, table in enumerate(chunks(self._source, self._model.inputs, self._rows)):
                    count = number + 1
                    self._require_columns(table)
                    if self._parts.has(number):
                        self._done(table.num_rows, None)
                        continue
                    underway.append((number, pool.submit(self._score, number, table)))
                    while len(underway) > self._options.at_once:
                        self._keep(*underway.popleft())
                while underway:
                    self._keep(*underway.popleft())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return count

    def _require_columns(self, table: Any) -> None:
        for name in (self._options.ids, self._options.times):
            if name is not None and name not in table.column_names:
                raise InvalidTableError(f"{self._source} has no column {name}.")

    def _score(self, number: int, table: Any) -> Any:
        id_ = f"{self._id}-{number}"
        try:
            answer = self._asker.ask(body_of(table, self._model, id_, self._options.ids, self._options.times))
        except FairleadError as error:
            first = number * self._rows + 1
            error.detail = f"Rows {first:,} to {first + table.num_rows - 1:,} of {self._source}: {error.detail}"
            error.args = (error.detail,)
            raise
        return _beside(table, answer, self._model, self._options.ids)

    def _keep(self, number: int, scored: "Future[Any]") -> None:
        table = scored.result()
        self._parts.put(number, table)
        self._done(table.num_rows, table["version"][0].as_py())

    def _done(self, rows: int, version: str | None) -> None:
        self.scored.rows += rows
        if version is None:
            self.scored.resumed += rows
        else:
            self.scored.versions[version] = self.scored.versions.get(version, 0) + rows
        self._tell(self.scored.rows)


def _beside(table: Any, answer: dict[str, Any], model: Model, ids: str | None) -> Any:
    import pyarrow as pa

    types = {"FP64": pa.float64(), "INT64": pa.int64(), "BOOL": pa.bool_(), "BYTES": pa.string()}
    given = {each["name"]: each["data"] for each in answer["outputs"]}
    columns: dict[str, Any] = {}
    for name in table.column_names:
        if name not in model.inputs:
            taken = name in model.outputs or name in _BESIDE
            columns[f"{name}_input" if taken else name] = table[name].combine_chunks()
    own = [str(each) for each in table[ids].to_pylist()] if ids else None
    columns["prediction_id"] = own or [f"{answer['id']}/{row}" for row in range(table.num_rows)]
    columns["version"] = [str(answer["model_version"])] * table.num_rows
    columns |= {name: pa.array(given[name], types[datatype]) for name, datatype in model.outputs.items()}
    return pa.table(columns)
