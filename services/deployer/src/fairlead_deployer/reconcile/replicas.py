"""Which replicas a revision wants, and what they are called."""

import hashlib

from fairlead_contracts.facts.deployer import ResolvedVersion, RevisionCreated
from fairlead_contracts.targets import ReplicaPlan

_READABLE = 40


def wanted(revision: RevisionCreated) -> list[ReplicaPlan]:
    """The champions, then one replica of each challenger."""
    plans = [_plan(revision, revision.champion, place, "champion") for place in range(revision.spec.replicas)]
    return plans + [_plan(revision, each, place, "challenger") for place, each in enumerate(revision.challengers)]


def _plan(revision: RevisionCreated, version: ResolvedVersion, place: int, role: str) -> ReplicaPlan:
    return ReplicaPlan(
        replica=_name(revision, f"{'s' if role == 'challenger' else ''}{place}"),
        target=revision.spec.target,
        project=revision.project,
        deployment=revision.deployment,
        revision=revision.revision,
        model=version.model,
        version=version.version,
        digest=version.digest,
        role="challenger" if role == "challenger" else "champion",
        limits=revision.spec.limits,
    )


def _name(revision: RevisionCreated, place: str) -> str:
    whole = f"{revision.project}/{revision.deployment}"
    short = hashlib.sha256(whole.encode()).hexdigest()[:4]
    return f"{revision.deployment[:_READABLE].rstrip('-')}-{short}-{revision.revision}-{place}"
