"""What an author of a plugin subclasses: the tests that every one of its kind passes. Needs the extra `testing`."""

from fairlead_contracts.testing.conformance import AdapterConformance
from fairlead_contracts.testing.detecting import DetectorConformance
from fairlead_contracts.testing.samples import Sample

__all__ = ["AdapterConformance", "DetectorConformance", "Sample"]
