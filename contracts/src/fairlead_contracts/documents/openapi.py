"""OpenAPI 3.1 of the HTTP API."""

from collections.abc import Iterable
from typing import Any

from fairlead_contracts.documents import VERSION
from fairlead_contracts.documents.schemas import PREFIX, Schema, collect, without
from fairlead_contracts.errors import ERRORS, Problem
from fairlead_contracts.names import OPERATION_ID_PATTERN
from fairlead_contracts.operations import Kind, Operation

AnyOperation = Operation[Any, Any]
_PROBLEM, _ERROR = "#/components/responses/Problem", "#/components/responses/InferenceError"
_TAGS: Schema = {"type": "string"}
_SEQUENCE: Schema = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_HEADERS: dict[str, tuple[str, Schema, tuple[str, ...]]] = {
    "Idempotency-Key": (
        "Your own operation id: a repeated request gets its first answer again.",
        {"type": "string", "pattern": OPERATION_ID_PATTERN},
        ("change",),
    ),
    "If-Match": ("Refuse with 412 unless the object's ETag is still one of these.", _TAGS, ("change",)),
    "If-None-Match": ("Answer 304 while the object's ETag is still one of these.", _TAGS, ("read",)),
    "Fairlead-At-Least": (
        "Answer from a state that holds at least this ledger sequence.",
        _SEQUENCE,
        ("change", "read"),
    ),
}


def openapi(operations: Iterable[AnyOperation], title: str = "Fairlead") -> Schema:
    """The document for these operations: paths, schemas, problem responses and bearer authentication."""
    operations = list(operations)
    references, definitions = collect([Problem, *(m for op in operations for m in (op.request, op.reply))])
    paths: dict[str, Schema] = {}
    for operation in operations:
        request = definitions[references[operation.request]["$ref"].removeprefix(PREFIX)]
        entry = _entry(operation, request, references[operation.reply])
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _problem(), "InferenceError": _inference_error()},
        },
    }


def _entry(operation: AnyOperation, request: Schema, reply: Schema) -> Schema:
    entry: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.noun],
        "x-fairlead-action": operation.action,
        "x-fairlead-kind": operation.kind.value,
        "parameters": _parameters(operation, request),
        "responses": {"200": _answer(operation, reply), "default": {"$ref": _failure(operation)}},
    }
    if operation.kind is Kind.CHANGE:
        entry["responses"]["202"] = {"$ref": _PROBLEM}
    if operation.kind is Kind.READ and not operation.observed:
        entry["responses"]["304"] = {"description": "It is as you have it."}
    if operation.method not in ("GET", "DELETE") and operation.body != "none":
        needed = operation.body == "binary" or not set(request.get("required", [])) <= set(operation.path_fields)
        entry["requestBody"] = {"required": needed, "content": _content(operation, request)}
    return entry


def _failure(operation: AnyOperation) -> str:
    return _ERROR if operation.kind is Kind.INFERENCE else _PROBLEM


def _content(operation: AnyOperation, request: Schema) -> Schema:
    if operation.body == "binary":
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": without(request, operation.path_fields)}}


def _answer(operation: AnyOperation, reply: Schema) -> Schema:
    if operation.body == "binary" and operation.method == "GET":
        body = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    else:
        body = {"application/json": {"schema": reply}}
    return {"description": operation.summary, "content": body}


def _parameters(operation: AnyOperation, request: Schema) -> list[Schema]:
    properties: dict[str, Schema] = request.get("properties", {})
    required = set(request.get("required", []))
    found = []
    for name, schema in properties.items():
        if name in operation.path_fields:
            found.append({"name": name, "in": "path", "required": True, "schema": schema})
        elif operation.method == "GET":
            found.append({"name": name, "in": "query", "required": name in required, "schema": schema})
    for name, (description, schema, kinds) in _HEADERS.items():
        if operation.kind.value in kinds:
            found.append({"name": name, "in": "header", "description": description, "schema": schema})
    return found


def _inference_error() -> Schema:
    texts = {name: {"type": "string"} for name in ("error", "code")}
    schema = {"type": "object", "properties": texts, "required": ["error"]}
    return {
        "description": "What went wrong, as clients of the Open Inference Protocol read it.",
        "content": {"application/json": {"schema": schema}},
    }


def _problem() -> Schema:
    kinds = "; ".join(f"{kind.status} {kind.code}" for kind in ERRORS)
    return {
        "description": f"What went wrong (RFC 9457): {kinds}.",
        "content": {"application/problem+json": {"schema": {"$ref": PREFIX + "Problem"}}},
    }
