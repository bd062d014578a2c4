"""The protocol's gRPC calls: a message in, a message out. They come over gRPC, or in a POST to their name."""

from collections.abc import Callable
from typing import Any

from fairlead_chassis.grpc.messages import message
from fairlead_contracts.errors import FairleadError, NotFoundError, UnavailableError

from fairlead_runtime.protocol import protobuf
from fairlead_runtime.protocol.answers import error
from fairlead_runtime.protocol.metadata import IndexRequest, Metadata
from fairlead_runtime.protocol.rows import rows_of
from fairlead_runtime.serving.calls import Arrival, Done, Served
from fairlead_runtime.serving.serving import Serving

_OK = 200


class Rpcs:
    """Answers calls by the name of their method."""

    def __init__(self, serving: Serving, metadata: Metadata, ready: Callable[[], bool]) -> None:
        self._serving, self._metadata, self._ready = serving, metadata, ready
        self.form = protobuf.ProtobufTemplate(serving.bundle)
        self._fixed: dict[str, Callable[[bytes], Any]] = {
            "ServerLive": lambda _: message("ServerLiveResponse")(live=True),
            "ServerReady": lambda _: message("ServerReadyResponse")(ready=ready()),
            "ServerMetadata": lambda _: message("ServerMetadataResponse")(**metadata.server()),
            "ModelReady": self._model_ready, "ModelMetadata": self._model_metadata, "RepositoryIndex": self._index,
        }  # fmt: skip
        self.methods = (*self._fixed, "ModelInfer")

    def answer(self, method: str, body: bytes, arrival: Arrival, done: Done) -> None:
        """Answer one call, now or when it is scored: a message, or what `error` makes of a refusal."""
        try:
            if method == "ModelInfer":
                self._infer(body, arrival, done)
            else:
                done(Served(_OK, self._fixed[method](body).SerializeToString()))
        except FairleadError as refused:
            if method == "ModelInfer":
                self._serving.refuse(arrival, refused, done)
            else:
                done(Served(refused.status, error(refused.detail, refused.code)))

    def _infer(self, body: bytes, arrival: Arrival, done: Done) -> None:
        if not self._ready():
            raise UnavailableError("This replica is ending; ask another.")
        given = protobuf.parsed(body, "ModelInferRequest")
        self._hold(given.model_name, given.model_version)
        asked, values = protobuf.decode(given)
        self._serving.call(arrival, asked, rows_of(asked.inputs, self._serving.schema, values), done)

    def _model_ready(self, body: bytes) -> Any:
        asked = protobuf.parsed(body, "ModelReadyRequest")
        self._hold(asked.name, asked.version)
        return message("ModelReadyResponse")(ready=self._ready())

    def _model_metadata(self, body: bytes) -> Any:
        asked = protobuf.parsed(body, "ModelMetadataRequest")
        self._hold(asked.name, asked.version)
        return message("ModelMetadataResponse")(**self._metadata.model())

    def _index(self, body: bytes) -> Any:
        asked = protobuf.parsed(body, "RepositoryIndexRequest")
        return message("RepositoryIndexResponse")(
            models=self._metadata.index(self._ready(), IndexRequest(ready=asked.ready))
        )

    def _hold(self, name: str, version: str) -> None:
        plan = self._serving.bundle.plan
        if name != plan.deployment:
            raise NotFoundError(f"This replica serves {plan.deployment} and no other model.")
        if version and version != str(plan.version):
            raise NotFoundError(f"This replica serves version {plan.version} and no other.")
