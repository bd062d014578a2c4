"""Steps as one version: transforms, models of any frameworks, their answers combined, and what is made of them."""

from fairlead_contracts import hookimpl
from fairlead_contracts.adapters import Adapter

from fairlead_pipeline.adapter import PipelineAdapter
from fairlead_pipeline.live import Live, Pipeline
from fairlead_pipeline.steps import (
    Calibrate,
    Cast,
    Clip,
    Combine,
    Copy,
    Fill,
    Isotonic,
    Limit,
    OneHot,
    Platt,
    Relabel,
    Rename,
    Round,
    Scale,
    Select,
    Standardise,
    Threshold,
)

__all__ = [
    "Calibrate", "Cast", "Clip", "Combine", "Copy", "Fill", "Isotonic", "Limit", "Live", "OneHot", "Pipeline", "Platt",
    "Relabel", "Rename", "Round", "Scale", "Select", "Standardise", "Threshold", "adapters",
]  # fmt: skip


@hookimpl
def adapters() -> list[Adapter]:
    """The adapter."""
    return [PipelineAdapter()]
