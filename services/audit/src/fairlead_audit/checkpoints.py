"""Checkpoints: the tree head over the ledger, signed with the audit's key."""

import functools
from pathlib import Path

from fairlead_chassis.chassis import Chassis
from fairlead_chassis.signing import Signer
from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.evidence.checkpoints import Checkpoint
from fairlead_contracts.evidence.log import times_line
from fairlead_contracts.evidence.notes import VerifierKey
from fairlead_contracts.operations.audit import CheckpointView

from fairlead_audit.view import AuditView

_NAMED_BY = 32
"""Hex digits of the first record's hash, which tell this log from any other installation's."""


@functools.lru_cache(maxsize=4)
def signer(home: Path) -> Signer:
    """The audit's key, made at first use, in `keys/`."""
    return Signer.load_or_create(home / "keys" / "audit.key")


def verifier(home: Path, view: AuditView) -> VerifierKey:
    """The key that verifies this log's checkpoints. Raises: UnavailableError while the log is empty and has no name."""
    first = view.hash(1)
    if first is None:
        raise UnavailableError("The ledger has no record yet; retry.")
    return VerifierKey(f"fairlead/ledger/{first.removeprefix('sha256:')[:_NAMED_BY]}", signer(home).public_key)


def checkpoint(chassis: Chassis, view: AuditView) -> CheckpointView:
    """The signed head of the tree as it is now."""
    size, key = view.size, verifier(chassis.home, view)
    head = Checkpoint(key.name, size, view.root(size), (times_line(view.times(size)),))
    note = head.signed(key, signer(chassis.home).sign)
    return CheckpointView(size=size, note=str(note), verifier=str(key))
