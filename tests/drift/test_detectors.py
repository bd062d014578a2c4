"""Detectors: Fairlead's own pass the kit, anyone's come by the same hook, and one that misbehaves is told apart."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np
import pytest
from fairlead_contracts import hookimpl
from fairlead_contracts.detectors import Detector, FeatureCounts, Finding
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.plugins import PluginError
from fairlead_contracts.plugins import detectors as provided
from fairlead_contracts.testing import DetectorConformance
from fairlead_drift import Baseline, Look, Profile, compare, compare_tables
from fairlead_drift.detectors import detector, own
from fairlead_drift.errors import DetectorError
from fairlead_drift.metrics import chi_square, psi
from fairlead_drift.pairs import Pairs

NUMERIC, CATEGORICAL = ("numeric",), ("categorical",)
KINDS = {"ks": NUMERIC, "wasserstein": NUMERIC, "mean": NUMERIC, "out_of_range": NUMERIC, "new_levels": CATEGORICAL}
RNG = np.random.default_rng(5)
TRAINING = {"x": RNG.normal(size=4_000), "c": np.array(list("abcd"), dtype=object)[RNG.integers(0, 4, 4_000)]}
BASELINE = Baseline.fit(TRAINING)


def profile_of(shift: float, rows: int = 1_000) -> Profile:
    rng = np.random.default_rng(6)
    profile = Profile.empty(BASELINE)
    profile.update(
        {"x": rng.normal(shift, 1, rows), "c": np.array(list("abcd"), dtype=object)[rng.integers(0, 4, rows)]}
    )
    return profile


def kit(name: str) -> type[DetectorConformance]:
    """The kit for one of Fairlead's own."""

    class Kit(DetectorConformance):
        plugin: ClassVar[object] = own
        kinds = KINDS.get(name, (*NUMERIC, *CATEGORICAL))

        @classmethod
        def detector(cls) -> Detector:
            return provided(own)[name]

    return Kit


for _each in own.OWN:
    globals()[f"Test_{_each.name}"] = kit(_each.name)


class Doubter:
    """Says that x drifts, and nothing of anything else."""

    name, line = "doubter", 1.0

    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        return {each.name: Finding(metric="doubt", effect=2.0, p_value=1e-9) for each in features if each.name == "x"}


class Raiser(Doubter):
    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        raise KeyError("secret")


class Stranger(Doubter):
    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        return {"y": Finding(metric="doubt", effect=2.0)}


class Mute(Doubter):
    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        return {"x": 3.0}  # type: ignore[dict-item]  # what a careless plugin answers


class Tyrant(Doubter):
    def judge(self, features: Sequence[FeatureCounts]) -> dict[str, Finding]:
        return {each.name: Finding(metric="will", effect=0.0, drifting=each.name == "c") for each in features}


class Plugin:
    def __init__(self, *provides: Detector) -> None:
        self.provides = provides

    @hookimpl
    def detectors(self) -> Iterable[Detector]:
        return self.provides


def test_anyones_detector_comes_by_the_same_hook_as_fairleads() -> None:
    found = provided(own, Plugin(Doubter()), installed=False)
    assert {"psi", "ks", "doubter"} <= set(found)


def test_two_detectors_of_one_name_stop_the_start() -> None:
    with pytest.raises(PluginError, match="doubter"):
        provided(Plugin(Doubter()), Plugin(Doubter()), installed=False)


def test_the_verdict_goes_by_the_detector_that_is_asked() -> None:
    report = compare(BASELINE, profile_of(0.0), detector=Doubter())
    assert (report.detector, report.effect_line) == ("doubter", 1.0)
    x, c = report.features["x"], report.features["c"]
    assert (x.metric, x.effect, x.p_value, x.status) == ("doubt", 2.0, 1e-9, "drifting")
    assert (c.effect, c.p_value, c.status) == (None, None, "unknown")
    assert c.psi < 0.02


def test_a_detector_with_rules_of_its_own_decides_alone() -> None:
    report = compare(BASELINE, profile_of(0.0, 50), detector=Tyrant())
    assert [each.status for each in report.features.values()] == ["passing", "drifting"]


def test_the_line_can_be_the_users() -> None:
    assert compare(BASELINE, profile_of(0.3), Look(effect_line=0.01), "jensen_shannon").status == "at risk"
    assert compare(BASELINE, profile_of(0.3), Look(effect_line=0.9), "jensen_shannon").status == "passing"


def test_an_effect_without_a_p_value_is_judged_with_the_counts_own_test() -> None:
    plain, hellinger = (compare(BASELINE, profile_of(0.5), detector=name) for name in ("psi", "hellinger"))
    assert hellinger.features["x"].p_value == plain.features["x"].p_value
    assert hellinger.features["x"].status == "drifting"


@pytest.mark.parametrize("name", [each.name for each in own.OWN])
def test_every_detector_sees_its_own_kind_of_drift_and_no_other(name: str) -> None:
    rng = np.random.default_rng(7)
    drifted = {"x": rng.normal(2.5, 1, 2_000), "c": np.array(list("abez"), dtype=object)[rng.integers(0, 4, 2_000)]}
    drifted["x"][:500], drifted["c"][:500] = np.nan, None
    profile = Profile.empty(BASELINE)
    profile.update(drifted)
    found = {each: feature.status for each, feature in compare(BASELINE, profile, detector=name).features.items()}
    still = {
        each: feature.status for each, feature in compare(BASELINE, profile_of(0.0), detector=name).features.items()
    }
    for feature, kind in (("x", "numeric"), ("c", "categorical")):
        judged = kind in KINDS.get(name, (*NUMERIC, *CATEGORICAL))
        assert (found[feature], still[feature]) == (("drifting", "passing") if judged else ("unknown", "unknown"))


def test_an_unknown_detector_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(DetectorError, match=r"'magic' is not installed; there are .*psi"):
        compare(BASELINE, profile_of(0.0), detector="magic")
    with pytest.raises(DetectorError, match="takes the other kind of data"):
        detector("domain_classifier")
    with pytest.raises(DetectorError, match="domain_classifier"):
        compare_tables(TRAINING, TRAINING, "psi")


@pytest.mark.parametrize(
    ("bad", "says"), [(Raiser(), "failed"), (Stranger(), "no such feature"), (Mute(), "something else")]
)
def test_a_detector_that_misbehaves_is_named_and_repeats_no_value(bad: Detector, says: str) -> None:
    with pytest.raises(DetectorError, match=says) as raised:
        compare(BASELINE, profile_of(0.0), detector=bad)
    assert "doubter" in raised.value.detail
    assert "secret" not in raised.value.detail


def test_the_kit_sees_what_is_wrong_with_a_detector() -> None:
    class Kit(DetectorConformance):
        @classmethod
        def detector(cls) -> Detector:
            return Stranger()

    for test in ("test_the_plugin_is_found", "test_many_threads_at_once_get_the_same_findings"):
        with pytest.raises(pytest.fail.Exception):
            getattr(Kit(), test)()


def test_effects_are_those_of_the_metrics() -> None:
    pairs = Pairs.of(np.array([40, 60]), np.array([70, 30]))
    feature = FeatureCounts(name="c", kind="categorical", labels=("a", "b"), training=(40, 60), scoring=(70, 30))
    found = {name: provided(own)[name].judge([feature])["c"].effect for name in ("psi", "chi_square")}
    assert found["psi"] == pytest.approx(float(psi(pairs)[0]))
    assert found["chi_square"] == pytest.approx((float(chi_square(pairs)[0]) / 200) ** 0.5)


def test_a_domain_classifier_sees_what_no_single_feature_shows() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 3_000))
    training = {"a": a[:1_500], "b": b[:1_500], "c": np.array(["u", "v", None], dtype=object)[np.arange(1_500) % 3]}
    together = {"a": a[1_500:], "b": np.where(rng.random(1_500) < 0.8, a[1_500:], b[1_500:]), "c": training["c"]}
    apart = {"a": a[1_500:], "b": b[1_500:], "c": training["c"]}
    found = compare_tables(training, together, "domain_classifier")
    assert (found.drifting, found.metric) == (True, "auc")
    assert found.effect > 0.6
    still = compare_tables(training, apart, "domain_classifier")
    assert not still.drifting
    assert compare_tables(training, together).effect == found.effect  # it is the default, and says the same twice


def test_a_domain_classifiers_p_values_hold_what_they_say() -> None:
    rng = np.random.default_rng(9)
    found = [compare_tables({"a": rng.normal(size=200)}, {"a": rng.normal(size=200)}).p_value or 0.0 for _ in range(60)]
    assert sum(each <= 0.1 for each in found) <= 13  # binomial(60, 0.1): one time in 200
    assert np.mean(found) == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize(
    ("training", "scoring", "says"),
    [
        ({}, {}, "same columns"), ({"a": np.zeros(200)}, {"b": np.zeros(200)}, "same columns"),
        ({"a": np.zeros(20)}, {"a": np.zeros(200)}, "100 rows"),
        ({"a": np.zeros(200, dtype="M8[s]")}, {"a": np.zeros(200, dtype="M8[s]")}, "of type"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_judged_are_refused(
    training: dict[str, np.ndarray], scoring: dict[str, np.ndarray], says: str
) -> None:
    with pytest.raises(InvalidTableError, match=says):
        compare_tables(training, scoring)
