"""Fitted statsmodels pass the conformance kit; needs statsmodels, `tox -e statsmodels`."""

from typing import Any

import numpy as np
import pytest
from fairlead_contracts.adapters import Adapter
from fairlead_contracts.errors import UnreadableArtifactError
from fairlead_contracts.testing import AdapterConformance, Sample
from fairlead_statsmodels import StatsmodelsAdapter

sm = pytest.importorskip("statsmodels.api")
smf = pytest.importorskip("statsmodels.formula.api")
pd = pytest.importorskip("pandas")

random = np.random.default_rng(4)
ROWS = 90
DATA = {
    "a": random.normal(size=ROWS), "b": random.normal(size=ROWS), "n": random.integers(0, 3, ROWS),
    "c": np.array(["x", "y", "z"], dtype=object)[random.integers(0, 3, ROWS)], "t": random.random(ROWS) > 0.5,
}  # fmt: skip
NUMBERS = {name: DATA[name] for name in ("a", "b")}
SUM = DATA["a"] - DATA["b"] + (DATA["c"] == "x") + random.normal(size=ROWS)


def framed(table: Any) -> Any:
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in table.items()})


def matrix(table: Any) -> Any:
    return sm.add_constant(np.column_stack(list(table.values())), has_constant="add")


class Kit(AdapterConformance):
    """What all share."""

    frameworks = ("statsmodels", "patsy", "pandas", "scipy")
    __test__ = False

    @classmethod
    def adapter(cls) -> Adapter:
        """The one under test."""
        return StatsmodelsAdapter()


class TestFormulas(Kit):
    """Categories of three kinds, and a count with products of columns."""

    __test__ = True

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both from formulas."""
        frame = framed({**DATA, "y": (SUM > 0).astype(int), "k": random.poisson(2, ROWS)})
        logit = smf.logit("y ~ a + b + C(n) + c + t", frame).fit(disp=0)
        poisson = smf.glm("k ~ a * c + b", frame, family=sm.families.Poisson()).fit()
        part = {name: DATA[name] for name in ("a", "b", "c")}

        def chance(table: Any) -> Any:
            return {"probability": np.asarray(logit.predict(framed(table)))}

        return (
            Sample("logit", logit, DATA, chance),
            Sample("counts", poisson, part, lambda table: {"prediction": np.asarray(poisson.predict(framed(table)))}),
        )


class TestArrays(Kit):
    """Without names, and of three classes."""

    __test__ = True

    @classmethod
    def samples(cls) -> tuple[Sample, Sample]:
        """Both from arrays."""
        linear = sm.OLS(SUM, matrix(NUMBERS)).fit()
        three = sm.MNLogit(np.digitize(SUM, [-0.5, 0.9]), matrix(NUMBERS)).fit(disp=0)

        def chances(table: Any) -> Any:
            found = three.predict(matrix(table))
            return {f"probability_{at}": found[:, at] for at in range(3)}

        return (
            Sample("linear", linear, NUMBERS, lambda table: {"prediction": linear.predict(matrix(table))}),
            Sample("three", three, NUMBERS, chances),
        )


LINKS = {
    "Probit": sm.families.Binomial, "CLogLog": sm.families.Binomial, "LogLog": sm.families.Binomial,
    "Cauchy": sm.families.Binomial, "Log": sm.families.Gamma, "Sqrt": sm.families.Poisson,
    "InversePower": sm.families.Gamma, "InverseSquared": sm.families.InverseGaussian,
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("link", LINKS)
def test_every_link_gives_what_statsmodels_gives(link: str, tmp_path: Any) -> None:
    outcome = (SUM > 0).astype(int) if LINKS[link] is sm.families.Binomial else np.exp(SUM / 9) + 1
    family = LINKS[link](getattr(sm.families.links, link)())
    results = sm.GLM(outcome, matrix(NUMBERS), family=family).fit()
    adapter = StatsmodelsAdapter()
    adapter.save(results, tmp_path)
    model = adapter.load(tmp_path, adapter.describe(tmp_path))
    [values] = [each for name, each in model.predict(NUMBERS).items() if name != "label"]
    np.testing.assert_allclose(values, results.predict(matrix(NUMBERS)), rtol=1e-9)
    assert hasattr(model, "explain") is (link not in ("Sqrt", "InversePower", "InverseSquared"))


def test_what_terms_cannot_say_is_refused_with_what_to_do(tmp_path: Any) -> None:
    frame = framed({**DATA, "y": SUM, "k": random.poisson(2, ROWS)})
    poisson = {"family": sm.families.Poisson()}
    offset = smf.glm("k ~ a", frame, offset=np.ones(ROWS), **poisson).fit()
    lost = smf.ols("y ~ c", frame).fit()
    lost.remove_data()
    for results, reason in (
        (smf.ols("y ~ np.log(a ** 2) + b", frame).fit(), r"The term np\.log\(a \*\* 2\) is computed"),
        (offset, "fitted with offset"),
        (lost, "have lost their data"),
        (sm.tsa.AutoReg(SUM, 1).fit(), "A AutoReg with the link None"),
    ):
        with pytest.raises(UnreadableArtifactError, match=reason):
            StatsmodelsAdapter().save(results, tmp_path)
