"""A session of onnxruntime on a model's bytes: one thread a call, one limit of memory for all."""

import functools

import onnxruntime as ort
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_onnx.model_file import MODEL

_MEMORY = 4 << 30
"""Bytes that all tensors of this process may take: a shape made up in a graph is not bounded by the file."""
_SILENT = 4


def session_of(model: bytes) -> ort.InferenceSession:
    """The session. Raises: UnreadableArtifactError."""
    _limit_memory()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _SILENT
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except Exception as error:  # onnxruntime's errors share no class of their own
        raise UnreadableArtifactError(f"onnxruntime cannot load {MODEL} ({type(error).__name__}).") from error


@functools.cache
def _limit_memory() -> None:
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(memory, ort.OrtArenaCfg({"max_mem": _MEMORY, "arena_extend_strategy": 1}))
