"""What is tested: the author's adapter and samples, saved and loaded once for all tests of the class."""

from typing import ClassVar

import pytest

from fairlead_contracts.adapters import Adapter, ModelCard, Predictor
from fairlead_contracts.testing.samples import Sample, Saved, checked


class Subject:
    """What an author gives. `frameworks`: the top-level packages that describing a model must not import."""

    frameworks: ClassVar[tuple[str, ...]] = ()
    handles_its_models: ClassVar[bool] = True
    """False for an adapter that is only ever chosen by name."""
    loads: ClassVar[int] = 1000
    """How often a model is loaded to see whether memory grows; fewer where that would take over `loads_within`."""
    loads_within: ClassVar[float] = 8.0
    """Seconds."""
    growth_limit: ClassVar[int] = 4 << 20
    """Bytes that memory may grow by in that."""
    slower_at_most: ClassVar[float] = 5.0
    """How many times the library's own time a prediction may take, `slower_by` seconds more aside."""
    slower_by: ClassVar[float] = 0.001

    @classmethod
    def adapter(cls) -> Adapter:
        """The adapter under test."""
        raise NotImplementedError

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Two models that differ: a classifier and a regressor, or numbers and texts. Made anew at each call."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def both_samples(cls) -> tuple[Sample, Sample]:
        """The author's samples, fitted once."""
        first, second = cls.samples()
        return checked(first), checked(second)

    @pytest.fixture(scope="class", params=(0, 1), ids=("first", "second"))
    @classmethod
    def saved(
        cls,
        both_samples: tuple[Sample, Sample],
        request: pytest.FixtureRequest,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Saved:
        """One of the samples, saved and described."""
        sample = both_samples[request.param]
        folder = tmp_path_factory.mktemp("model")
        cls.adapter().save(sample.model, folder)
        return Saved(sample, folder, cls.adapter().describe(folder))

    @pytest.fixture(scope="class")
    @classmethod
    def predictor(cls, saved: Saved) -> Predictor:
        """The saved model, loaded from a card that went over the wire."""
        return cls.adapter().load(saved.folder, ModelCard.model_validate_json(saved.card.model_dump_json()))
