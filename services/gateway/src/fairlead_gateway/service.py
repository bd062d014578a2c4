"""What the gateway answers: its HTTP server is a task beside the one operation that it answers on the bus."""

import sqlite3
from datetime import datetime

from fairlead_chassis.part import Part
from fairlead_chassis.service import Context, Read, Service
from fairlead_contracts.operations.gateway import GET_OPERATION, GetOperation, OperationView

from fairlead_gateway.http.server import serve


class GatewayPart(Part):
    """The gateway keeps no tables of its own: who may do what, and what became of changes, chassis keeps."""

    schema = ""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db


def get_operation(request: GetOperation, _view: GatewayPart, context: Context) -> OperationView:
    """What became of a change of this principal."""
    done = context.chassis.view.operation(context.principal, request.operation_id)
    if done is None:
        return OperationView(operation_id=request.operation_id, state="unknown")
    return OperationView(
        operation_id=request.operation_id,
        state="accepted",
        operation=done.operation,
        sequence=done.sequence,
        time=datetime.fromisoformat(done.time),
    )


SERVICE = Service(
    name="gateway", handlers=(Read(GET_OPERATION, get_operation),), view=GatewayPart, tasks=(serve,), drains=True
)
