"""AsyncAPI 3.0 of the bus: requests and replies, ledger facts, telemetry."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from fairlead_contracts.documents import VERSION
from fairlead_contracts.documents.schemas import Schema, collect
from fairlead_contracts.facts.catalogue import FACTS
from fairlead_contracts.ledger import Envelope
from fairlead_contracts.messages import route_subject, telemetry_subject
from fairlead_contracts.operations import Operation
from fairlead_contracts.routes import RouteTable
from fairlead_contracts.telemetry import ActualsBatch, PredictionBatch, ProfileBatch, ReceiptBatch

AnyOperation = Operation[Any, Any]
_STREAMED: dict[str, tuple[str, type[BaseModel]]] = {
    "profiles": (telemetry_subject("profiles", "{source}"), ProfileBatch),
    "predictions": (telemetry_subject("predictions", "{source}"), PredictionBatch),
    "receipts": (telemetry_subject("receipts", "{source}"), ReceiptBatch),
    "actuals": (telemetry_subject("actuals", "{source}"), ActualsBatch),
    "routes": (route_subject("{project}", "{deployment}"), RouteTable),
    "ledger": ("ledger.{kind}.{project}.{token}", Envelope),
}


def asyncapi(operations: Iterable[AnyOperation], title: str = "Fairlead") -> Schema:
    """The document for these operations and for every stream."""
    operations = list(operations)
    models = [m for op in operations for m in (op.request, op.reply)]
    references, definitions = collect([*models, *FACTS.values(), *(model for _, model in _STREAMED.values())])
    channels: dict[str, Schema] = {}
    actions: dict[str, Schema] = {}
    for op in operations:
        messages = {"request": _message(references[op.request]), "reply": _message(references[op.reply])}
        channels[op.name] = _channel(op.subject("{caller}"), messages)
        actions[op.name] = _request(op)
    for name, (subject, model) in _STREAMED.items():
        channels[name] = _channel(subject, {"message": _message(references[model])})
        actions[f"publish_{name}"] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": VERSION, "license": {"name": "Apache-2.0"}},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": actions,
        "components": {"schemas": definitions},
    }


def _channel(subject: str, messages: dict[str, Schema]) -> Schema:
    names = [part[1:-1] for part in subject.split(".") if part.startswith("{")]
    return {"address": subject, "messages": messages, "parameters": {name: {} for name in names}}


def _message(reference: Schema) -> Schema:
    return {"payload": reference}


def _request(operation: AnyOperation) -> Schema:
    channel = f"#/channels/{operation.name}"
    return {
        "action": "receive",
        "summary": operation.summary,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/request"}],
        "reply": {"channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/reply"}]},
        "tags": [{"name": operation.noun}],
    }
