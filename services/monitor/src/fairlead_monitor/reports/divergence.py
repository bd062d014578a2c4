"""Replicas of one version that differ: one alone with a broken feature would hide in the merged report."""

import sqlite3
from collections.abc import Iterator, Mapping

import fairlead_drift as drift
from fairlead_contracts.operations.monitor import DivergenceReport, GetDivergence, ReplicaDivergence

from fairlead_monitor.reports.drift import shown
from fairlead_monitor.reports.merging import Baselines, as_baseline, of_replicas

LEVEL = 0.05


def divergence(db: sqlite3.Connection, asked: GetDivergence, baselines: Baselines) -> DivergenceReport:
    """Each replica against all others of its version together: the effect over its line, and significant.

    The level is shared out evenly over the replicas (Bonferroni), and within each over the features.
    """
    items = [
        ReplicaDivergence(
            version=version, replica=replica, rows=profile.rows, others=others.rows, status=report.status,
            features=tuple(shown(name, each) for name, each in report.features.items() if each.status == "drifting"),
        )
        for version, _, replicas in of_replicas(db, asked, baselines)
        for replica, profile, others, report in _each(replicas)
    ]  # fmt: skip
    return DivergenceReport(level=LEVEL, effect_line=drift.EFFECT_LINE, items=tuple(items))


def _each(
    replicas: Mapping[str, drift.Profile],
) -> Iterator[tuple[str, drift.Profile, drift.Profile, drift.DriftReport]]:
    look = drift.Look(level=LEVEL / max(1, len(replicas)))
    for replica, (profile, others) in _with_others(replicas).items():
        yield replica, profile, others, drift.compare(as_baseline(others), profile, look)


def _with_others(replicas: Mapping[str, drift.Profile]) -> dict[str, tuple[drift.Profile, drift.Profile]]:
    # All before and all after, merged once each way: two merges a replica instead of one for each pair.
    names = sorted(name for name, profile in replicas.items() if profile.rows)
    after: list[drift.Profile | None] = [None]
    for name in reversed(names[1:]):
        after.append(_merged(replicas[name], after[-1]))
    after.reverse()
    before: drift.Profile | None = None
    found = {}
    for name, later in zip(names, after, strict=True):
        others = before if later is None else _merged(later, before)
        if others is not None:
            found[name] = (replicas[name], others)
        before = _merged(replicas[name], before)
    return found


def _merged(profile: drift.Profile, other: drift.Profile | None) -> drift.Profile:
    return profile if other is None else profile.merge(other)
