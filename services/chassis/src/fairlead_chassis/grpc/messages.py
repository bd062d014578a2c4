"""The messages of the protocol's gRPC service, made from a table of their fields.

The numbers and types are those of the Open Inference Protocol's `open_inference_grpc.proto`; nothing is generated.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "inference"
SERVICE = f"{PACKAGE}.GRPCInferenceService"
_KINDS = {
    "double": 1,
    "float": 2,
    "int64": 3,
    "uint64": 4,
    "int32": 5,
    "bool": 8,
    "string": 9,
    "bytes": 12,
    "uint32": 13,
}
_MESSAGE, _ONE, _MANY = 11, 1, 3
_NAMED = ((1, "name", "string"), (2, "version", "string"))
_PARAMETERS = "map InferParameter"
# Messages by name, those within another as Outer.Inner; a field is its number, its name, and its type: a scalar or a
# message, after "many" a list, after "map" a map from texts, after "one" a choice.
_TABLE: dict[str, tuple[tuple[int, str, str], ...]] = {
    "ServerLiveRequest": (), "ServerLiveResponse": ((1, "live", "bool"),),
    "ServerReadyRequest": (), "ServerReadyResponse": ((1, "ready", "bool"),),
    "ModelReadyRequest": _NAMED, "ModelReadyResponse": ((1, "ready", "bool"),),
    "ServerMetadataRequest": (), "ServerMetadataResponse": (*_NAMED, (3, "extensions", "many string")),
    "ModelMetadataRequest": _NAMED,
    "ModelMetadataResponse": (
        (1, "name", "string"), (2, "versions", "many string"), (3, "platform", "string"),
        (4, "inputs", "many ModelMetadataResponse.TensorMetadata"),
        (5, "outputs", "many ModelMetadataResponse.TensorMetadata"),
    ),
    "ModelMetadataResponse.TensorMetadata": (
        (1, "name", "string"), (2, "datatype", "string"), (3, "shape", "many int64"),
    ),
    "ModelInferRequest": (
        (1, "model_name", "string"), (2, "model_version", "string"), (3, "id", "string"),
        (4, "parameters", _PARAMETERS), (5, "inputs", "many ModelInferRequest.InferInputTensor"),
        (6, "outputs", "many ModelInferRequest.InferRequestedOutputTensor"), (7, "raw_input_contents", "many bytes"),
    ),
    "ModelInferRequest.InferInputTensor": (
        (1, "name", "string"), (2, "datatype", "string"), (3, "shape", "many int64"),
        (4, "parameters", _PARAMETERS), (5, "contents", "InferTensorContents"),
    ),
    "ModelInferRequest.InferRequestedOutputTensor": ((1, "name", "string"), (2, "parameters", _PARAMETERS)),
    "ModelInferResponse": (
        (1, "model_name", "string"), (2, "model_version", "string"), (3, "id", "string"),
        (4, "parameters", _PARAMETERS), (5, "outputs", "many ModelInferResponse.InferOutputTensor"),
        (6, "raw_output_contents", "many bytes"),
    ),
    "ModelInferResponse.InferOutputTensor": (
        (1, "name", "string"), (2, "datatype", "string"), (3, "shape", "many int64"),
        (4, "parameters", _PARAMETERS), (5, "contents", "InferTensorContents"),
    ),
    "InferTensorContents": (
        (1, "bool_contents", "many bool"), (2, "int_contents", "many int32"), (3, "int64_contents", "many int64"),
        (4, "uint_contents", "many uint32"), (5, "uint64_contents", "many uint64"), (6, "fp32_contents", "many float"),
        (7, "fp64_contents", "many double"), (8, "bytes_contents", "many bytes"),
    ),
    "InferParameter": (
        (1, "bool_param", "one bool"), (2, "int64_param", "one int64"), (3, "string_param", "one string"),
        (4, "double_param", "one double"), (5, "uint64_param", "one uint64"),
    ),
    "RepositoryIndexRequest": ((1, "repository_name", "string"), (2, "ready", "bool")),
    "RepositoryIndexResponse": ((1, "models", "many RepositoryIndexResponse.ModelIndex"),),
    "RepositoryIndexResponse.ModelIndex": (*_NAMED, (3, "state", "string"), (4, "reason", "string")),
}  # fmt: skip


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="fairlead/open_inference.proto", package=PACKAGE, syntax="proto3")
    made: dict[str, descriptor_pb2.DescriptorProto] = {}
    for name, fields in _TABLE.items():
        outer, _, inner = name.rpartition(".")
        message = made[outer].nested_type.add(name=inner) if outer else file.message_type.add(name=inner)
        made[name] = message
        for number, field, kind in fields:
            _add(message, f".{PACKAGE}.{name}", number, field, kind)
    return file


def _add(message: descriptor_pb2.DescriptorProto, path: str, number: int, name: str, kind: str) -> None:
    many, _, plain = kind.rpartition(" ")
    field = message.field.add(name=name, number=number, label=_MANY if many in ("many", "map") else _ONE)
    if many == "map":
        entry = message.nested_type.add(name=f"{name.title()}Entry")
        entry.options.map_entry = True
        _add(entry, f"{path}.{entry.name}", 1, "key", "string")
        _add(entry, f"{path}.{entry.name}", 2, "value", plain)
        field.type, field.type_name = _MESSAGE, f"{path}.{entry.name}"
    elif plain in _KINDS:
        field.type = _KINDS[plain]
    else:
        field.type, field.type_name = _MESSAGE, f".{PACKAGE}.{plain}"
    if many == "one":
        if not message.oneof_decl:
            message.oneof_decl.add(name="parameter_choice")
        field.oneof_index = 0


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())


def message(name: str) -> Any:
    """The class of a message of the protocol, as `message("ModelInferRequest")`."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))
