"""Features for detectors under test: plain ones, drifting ones, and every odd one that a report can bring."""

import numpy as np

from fairlead_contracts.detectors import FeatureCounts, Moments

_BOUNDS = (-4.0, -1.0, 0.0, 1.0, 4.0)
_LABELS = ("< -4", "[-4, -1)", "[-1, 0)", "[0, 1)", "[1, 4]", "> 4", "missing")
_LEVELS = ("a", "b", "c", "Other", "New level", "missing")
_SHARES = (0.001, 0.15, 0.349, 0.349, 0.14, 0.001, 0.01)


def numeric(name: str, seed: int, training: int = 5_000, scoring: int = 1_000) -> FeatureCounts:
    """A numeric feature that does not drift: both sides are drawn from one distribution."""
    rng = np.random.default_rng(seed)
    sides = [rng.multinomial(rows, _SHARES) for rows in (training, scoring)]
    moments = [
        Moments(rows=int(n - c[-1]), mean=float(rng.normal(0, n**-0.5)), std=1.0)
        for n, c in zip((training, scoring), sides, strict=True)
    ]
    return FeatureCounts(
        name=name, kind="numeric", labels=_LABELS, training=tuple(sides[0].tolist()), scoring=tuple(sides[1].tolist()),
        bounds=_BOUNDS, training_moments=moments[0], scoring_moments=moments[1],
    )  # fmt: skip


def _numeric(
    name: str, training: tuple[int, ...], scoring: tuple[int, ...], means: tuple[float, float] = (0.0, 0.0)
) -> FeatureCounts:
    moments = [
        Moments(rows=sum(side[:-1]), mean=mean, std=1.0) if sum(side[:-1]) else None
        for side, mean in zip((training, scoring), means, strict=True)
    ]
    return FeatureCounts(
        name=name, kind="numeric", labels=_LABELS, training=training, scoring=scoring, bounds=_BOUNDS,
        training_moments=moments[0], scoring_moments=moments[1],
    )  # fmt: skip


def _levels(name: str, training: tuple[int, ...], scoring: tuple[int, ...]) -> FeatureCounts:
    return FeatureCounts(name=name, kind="categorical", labels=_LEVELS, training=training, scoring=scoring)


STILL = (
    _numeric("number", (0, 1500, 3500, 3500, 1500, 0, 0), (0, 150, 350, 350, 150, 0, 0)),
    _numeric("amount", (0, 100, 400, 400, 100, 0, 0), (0, 100, 400, 400, 100, 0, 0)),
    _levels("level", (5000, 3000, 1500, 500, 0, 0), (500, 300, 150, 50, 0, 0)),
)
"""Both sides alike, share by share."""
TURNED = (
    _numeric("number", (0, 1500, 3500, 3500, 1500, 0, 0), (0, 20, 80, 200, 200, 300, 200), (0.0, 2.5)),
    _numeric("amount", (0, 100, 400, 400, 100, 0, 0), (200, 400, 100, 50, 0, 50, 200), (0.0, -2.0)),
    _levels("level", (5000, 3000, 1500, 500, 0, 0), (50, 50, 100, 100, 500, 200)),
)
"""The same training, and scoring that differs in every way: level, range, new levels, missing rows."""
EVERY = (
    (_numeric("no rows", (0,) * 7, (0,) * 7), _levels("no rows either", (0,) * 6, (0,) * 6)),
    (_numeric("nothing scored", (0, 10, 10, 10, 10, 0, 0), (0,) * 7),),
    (_numeric("nothing trained", (0,) * 7, (0, 10, 10, 10, 10, 0, 0)),),
    (_numeric("one row", (0, 1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0, 0)),),
    (_levels("one row too", (1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0)),),
    (_numeric("all missing", (0, 0, 0, 0, 0, 0, 50), (0, 0, 0, 0, 0, 0, 500)),),
    (_numeric("missing now", (0, 20, 30, 30, 20, 0, 0), (0, 0, 0, 0, 0, 0, 500)),),
    (_numeric("outside", (0, 20, 30, 30, 20, 0, 0), (300, 0, 0, 0, 0, 300, 0)),),
    (_levels("new levels", (20, 20, 20, 0, 0, 0), (0, 0, 0, 0, 90, 0)),),
    (_numeric("huge", (0, 10**12, 10**12, 10**12, 10**12, 0, 0), (0, 10**12, 10**12, 10**12, 10**12, 1, 0)),),
    (
        FeatureCounts(
            name="constant", kind="numeric", labels=("< 3", "[3, 3]", "> 3", "missing"), training=(0, 90, 0, 0),
            scoring=(0, 90, 0, 0), bounds=(3.0, 3.0), training_moments=Moments(rows=90, mean=3.0, std=0.0),
            scoring_moments=Moments(rows=90, mean=3.0, std=0.0),
        ),
    ),
    tuple(numeric(f"feature {place}", place, 300, 100) for place in range(60)),
    (_numeric("ü\u0000'; DROP TABLE", (0, 20, 30, 30, 20, 0, 0), (1, 20, 30, 30, 20, 1, 1)),),
)  # fmt: skip
"""What reports can bring, each of them to be judged without an error."""
