"""Everything that a report says of a feature but its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from fairlead_drift import metrics
from fairlead_drift.alarms.volume import shift_of
from fairlead_drift.baseline import Baseline
from fairlead_drift.comparison.reference import Reference
from fairlead_drift.comparison.report import Distances, Rates
from fairlead_drift.errors import ProfileError
from fairlead_drift.features import Array, Categorical, Numeric
from fairlead_drift.pairs import Pairs
from fairlead_drift.profile import Profile


@dataclass(frozen=True)
class Sides:
    """Training and one profile, side by side. `tested` has the counts that tests need; see `with_ends`."""

    baseline: Baseline
    reference: Reference
    profile: Profile
    pairs: Pairs
    tested: Pairs

    @classmethod
    def of(cls, baseline: Baseline, profile: Profile) -> "Sides":
        """Raises: ProfileError when the profile stands on other bins."""
        if baseline.bins_digest != profile.bins:
            raise ProfileError("This profile belongs to another baseline.")
        reference, counts = Reference.of(baseline), np.asarray(profile.counts)
        pairs, tested = (Pairs(each, counts, reference.starts) for each in (reference.training, reference.tested))
        return cls(baseline, reference, profile, pairs, tested)


def distances(sides: Sides) -> list[Distances]:
    """Every distance of every feature."""
    pairs, numeric = sides.pairs, sides.reference.numeric
    whole = np.column_stack((
        metrics.psi(pairs), metrics.kl(pairs), metrics.jensen_shannon(pairs), metrics.jensen_shannon(pairs, 2.0),
        metrics.hellinger(pairs), metrics.intersection(pairs), metrics.chi_square(pairs),
    ))  # fmt: skip
    ordered: list[tuple[float | None, float | None]] = [(None, None)] * len(numeric)
    if numeric.any():
        present = pairs.present(numeric)
        found = metrics.ks(present), metrics.wasserstein(present, sides.reference.bounds)
        for place, both in zip(np.flatnonzero(numeric).tolist(), np.column_stack(found).tolist(), strict=True):
            ordered[place] = (both[0], both[1])
    names = [each.name for each in fields(Distances)]
    return [
        Distances(**dict(zip(names, (*row, *more), strict=True)))
        for row, more in zip(whole.tolist(), ordered, strict=True)
    ]


def rates(feature: Numeric | Categorical, counts: Sequence[int]) -> Rates:
    """The shares of a feature's rows that are missing, out of range, of new levels."""
    rows = max(sum(counts), 1)
    if isinstance(feature, Numeric):
        return Rates(counts[-1] / rows, (counts[0] + counts[-2]) / rows, 0.0)
    return Rates(counts[-1] / rows, 0.0, counts[-2] / rows)


def moments(sides: Sides) -> list[metrics.Moments | None]:
    """The moments of what was scored, feature by feature."""
    sums, found = iter(sides.profile.sums), []
    present = sides.pairs.n - sides.pairs.scoring[sides.pairs.starts + sides.pairs.sizes - 1]
    for feature, rows in zip(sides.baseline.features, present.tolist(), strict=True):
        if isinstance(feature, Numeric):
            total, squares = next(sums)
            found.append(metrics.moments_of(rows, int(total), int(squares), feature.quantum))
        else:
            found.append(None)
    return found


def shifts(sides: Sides, visible: Array) -> list[float | None]:
    """The shift of the mean at which each feature's PSI, half rows and all, reaches what is visible."""
    found: list[float | None] = [None] * len(visible)
    numeric, pairs = sides.reference.numeric, sides.pairs
    if not numeric.any() or not sides.profile.rows:
        return found
    present = pairs.present(numeric)
    p, q = present.p, sides.reference.moved
    half_p, half_q = 0.5 / present.spread(np.maximum(present.m, 1)), 0.5 / present.spread(np.maximum(present.n, 1))
    raised_p, raised_q = p + half_p, q + half_q
    curves = np.add.reduceat((q - p) * np.log(raised_q / raised_p), present.starts, axis=1)
    for place, curve in zip(np.flatnonzero(numeric).tolist(), curves.T, strict=True):
        found[place] = shift_of(float(visible[place]), curve)
    return found
