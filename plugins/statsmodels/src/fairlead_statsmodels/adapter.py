"""The adapter: statsmodels.json, which holds the terms of a fitted model."""

import json
from pathlib import Path
from typing import Any

from fairlead_contracts.adapters import ModelCard, Predictor
from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_statsmodels.terms import FILE, RISING, read


class StatsmodelsAdapter:
    """Results of OLS and its kin, GLM, Logit, Probit, MNLogit and Poisson, from arrays, frames and formulas."""

    name = "statsmodels"

    def reads(self, folder: Path) -> bool:
        """A file of this format."""
        try:
            read(folder)
        except UnreadableArtifactError:
            return False
        return True

    def describe(self, folder: Path) -> ModelCard:
        """From the file's own fields. Raises: UnreadableArtifactError."""
        saved = read(folder)
        return ModelCard(
            adapter=self.name, framework="statsmodels", framework_version=saved.statsmodels, trust="data",
            task="classification" if saved.classes else "regression", classes=saved.classes,
            inputs=saved.inputs if saved.named else (),
        )  # fmt: skip

    def handles(self, model: object) -> bool:
        """Fitted results, by where their class comes from."""
        kind = type(model)
        return kind.__module__.startswith("statsmodels.") and kind.__name__.endswith("ResultsWrapper")

    def save(self, model: Any, folder: Path) -> None:
        """Write statsmodels.json. Raises: UnreadableArtifactError when terms do not say what the model predicts."""
        from fairlead_statsmodels.saving import saved_of

        (folder / FILE).write_text(json.dumps(saved_of(model).model_dump(mode="json"), indent=1))

    def load(self, folder: Path, card: ModelCard) -> Predictor:
        """Read the terms. Raises: UnreadableArtifactError."""
        from fairlead_statsmodels.predictor import ExplainingPredictor, TermsPredictor

        saved = read(folder)
        single = all(len(term.factors) <= 1 for term in saved.terms)
        return ExplainingPredictor(saved) if single and saved.link in RISING else TermsPredictor(saved)
