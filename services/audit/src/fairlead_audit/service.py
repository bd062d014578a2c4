"""What the audit answers, and the receipts that it takes in beside it."""

from fairlead_chassis.service import Change, Read, Service
from fairlead_contracts.operations import audit as operations

from fairlead_audit import reads
from fairlead_audit.receipts.intake import take_receipts
from fairlead_audit.receipts.trace import seal_receipts, trace_receipt
from fairlead_audit.view import AuditView

SERVICE = Service(
    name="audit",
    handlers=(
        Read(operations.SEARCH_AUDIT, reads.search_audit),
        Read(operations.EXPORT_AUDIT, reads.export_audit),
        Read(operations.GET_CHECKPOINT, reads.get_checkpoint),
        Read(operations.GET_PROOF, reads.get_proof),
        Read(operations.GET_CONSISTENCY, reads.get_consistency),
        Read(operations.TRACE_RECEIPT, trace_receipt),
        Change(operations.SEAL_RECEIPTS, seal_receipts),
    ),
    view=AuditView,
    tasks=(take_receipts,),
)
