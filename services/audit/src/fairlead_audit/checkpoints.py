"""Checkpoints: the tree head over the ledger, signed with the audit's key."""

import functools
from pathlib import Path

from fairlead_chassis.run import Chassis
from fairlead_chassis.signing import Signer
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.log import times_line
from fairlead_contracts.evidence.notes import VerifierKey
from fairlead_contracts.operations.audit import CheckpointView

from fairlead_audit.view import AuditView

ORIGIN = "fairlead/ledger"


@functools.lru_cache(maxsize=4)
def signer(home: Path) -> Signer:
    """The audit's key, made at first use, in `keys/`."""
    return Signer.load_or_create(home / "keys" / "audit.key")


def verifier(home: Path) -> VerifierKey:
    """The key that verifies this log's checkpoints."""
    return VerifierKey(ORIGIN, signer(home).public_key)


def checkpoint(chassis: Chassis, view: AuditView) -> CheckpointView:
    """The signed head of the tree as it is now."""
    size, key = view.size, verifier(chassis.home)
    head = Checkpoint(ORIGIN, size, view.root(size), (times_line(view.times(size)),))
    note = head.signed(key, signer(chassis.home).sign)
    return CheckpointView(size=size, note=str(note), verifier=str(key))
