"""The conformance kit: subclass it in a test file, name the class Test..., give the adapter and two samples."""

from fairlead_contracts.testing.describing import Describing
from fairlead_contracts.testing.enduring import Enduring
from fairlead_contracts.testing.explaining import Explaining
from fairlead_contracts.testing.refusing import Refusing
from fairlead_contracts.testing.scoring import Scoring
from fairlead_contracts.testing.speeding import Speeding


class AdapterConformance(Describing, Scoring, Explaining, Refusing, Enduring, Speeding):
    """Every test that an adapter passes before registry, runtime and command line can rely on it.

    Give `adapter`, `samples` and `frameworks`; see `Subject` for what else can be set.
    """
