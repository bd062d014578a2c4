"""The conformance kit of drift detectors: subclass it in a test file, name the class Test..., give the detector."""

import math
import threading
from collections.abc import Sequence
from typing import ClassVar

import pytest

from fairlead_contracts import plugins
from fairlead_contracts.detectors import Detector, FeatureCounts, Finding
from fairlead_contracts.testing.features import EVERY, STILL, TURNED, numeric

_LOOKS, _MARGIN, _THREADS = 400, 0.04, 8
Found = dict[str, Finding]


class DetectorConformance:
    """What the monitor relies on. Give `detector`; the rest says what yours cannot promise.

    `kinds`: the features that it judges. `calibrated`: its p-values are tested on counts that do not drift.
    `own_verdicts`: it says itself what drifts.
    """

    kinds: ClassVar[tuple[str, ...]] = ("numeric", "categorical")
    calibrated: ClassVar[bool] = True
    own_verdicts: ClassVar[bool] = False
    plugin: ClassVar[object | None] = None
    """The plugin itself, for one that is not installed through an entry point."""

    @classmethod
    def detector(cls) -> Detector:
        """The detector under test."""
        raise NotImplementedError

    def test_the_plugin_is_found(self) -> None:
        """Its hook provides a detector of this name and class, with a positive line."""
        found = plugins.detectors(*([self.plugin] if self.plugin else [])).get(self.detector().name)
        if type(found) is not type(self.detector()):
            pytest.fail(
                f'no installed plugin provides {self.detector().name}: add entry-points.fairlead.NAME = "PACKAGE" to'
                " its pyproject.toml and @hookimpl to its function detectors()"
            )
        if not 0 < self.detector().line < math.inf:
            pytest.fail("the line is no positive number: without one nobody knows which effect matters")

    @pytest.mark.parametrize("features", EVERY, ids=lambda features: features[0].name)
    def test_it_judges_what_comes(self, features: Sequence[FeatureCounts]) -> None:
        """No rows, one row, empty bins, one bin, huge counts, many features: findings by name, and nothing raised."""
        found = self._judge(features)
        for name in found:
            kind = next(each.kind for each in features if each.name == name)
            if kind not in self.kinds:
                pytest.fail(f"{name} is {kind}, which `kinds` does not name")

    def test_what_is_turned_round_has_a_larger_effect_than_what_stands_still(self) -> None:
        """An effect grows with drift."""
        still, turned = self._judge(STILL), self._judge(TURNED)
        wanted = {each.name for each in STILL if each.kind in self.kinds}
        if missing := wanted - set(still) | wanted - set(turned):
            pytest.fail(f"there is no finding for {', '.join(sorted(missing))}, though both sides have rows")
        for name in wanted:
            if turned[name].effect <= still[name].effect:
                pytest.fail(
                    f"{name}: the effect is {still[name].effect:g} without drift, {turned[name].effect:g} with it"
                )
            if self.own_verdicts and not (turned[name].drifting and not still[name].drifting):
                pytest.fail(f"{name}: own_verdicts is set, and `drifting` does not say what is plain to see")

    def test_features_are_judged_alone_as_among_others(self) -> None:
        """The order and the company of features change no finding."""
        among = self._judge(TURNED)
        for each in reversed(TURNED):
            alone = self._judge([each])
            if alone != {name: found for name, found in among.items() if name == each.name}:
                pytest.fail(f"{each.name} is judged differently alone")

    def test_many_threads_at_once_get_the_same_findings(self) -> None:
        """Reports run side by side."""
        wanted, found = self._judge(TURNED), list[Found]()
        threads = [threading.Thread(target=lambda: found.append(self._judge(TURNED))) for _ in range(_THREADS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        if found != [wanted] * _THREADS:
            pytest.fail("findings differ between threads")

    def test_p_values_hold_what_they_say(self) -> None:
        """Counts that do not drift are under 5 % at most about 5 % of the time."""
        found = self._judge([numeric(f"n{seed}", seed) for seed in range(_LOOKS)])
        p_values = [each.p_value for each in found.values() if each.p_value is not None]
        if self.calibrated and p_values and sum(each <= 0.05 for each in p_values) / len(p_values) > 0.05 + _MARGIN:
            pytest.fail(
                f"of {len(p_values)} p-values without drift {sum(each <= 0.05 for each in p_values)} are under 5 %"
            )

    def _judge(self, features: Sequence[FeatureCounts]) -> Found:
        found = self.detector().judge(features)
        known = {each.name for each in features}
        if not isinstance(found, dict) or not set(found) <= known:
            pytest.fail(f"judge() answers a dictionary by feature; it speaks of {sorted(set(found) - known)}")
        for name, each in found.items():
            if not isinstance(each, Finding) or not math.isfinite(each.effect):
                pytest.fail(f"{name}: {each} is no finding with a finite effect")
        return found
