"""ONNX models. Describing reads the file; it never imports onnxruntime or runs the model."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_onnx.adapter import OnnxAdapter


@hookimpl
def adapters() -> list[Adapter]:
    """The adapter."""
    return [OnnxAdapter()]
