"""What an adapter's author subclasses: the tests that every adapter passes. Needs the extra `testing`."""

from fairlead_contracts.testing.conformance import AdapterConformance
from fairlead_contracts.testing.samples import Sample

__all__ = ["AdapterConformance", "Sample"]
