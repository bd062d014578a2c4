"""What can be proved: the ledger's entries, and what stands behind one answer."""

import re

from fairlead_contracts.errors import NotFoundError
from fairlead_contracts.names import SEQUENCE_LIMIT
from fairlead_contracts.operations import audit
from fastapi import Response

from fairlead_gateway.console.visit import Visit

FILTERS = ("actor", "operation", "kind", "domain")
_RECEIPT = re.compile(r"[A-Za-z0-9_-]{10,4000}")
_LONGEST = 100


async def ledger(visit: Visit) -> Response:
    """Who did what, newest first."""
    asked = {name: (visit.query(name) or "")[:_LONGEST] for name in FILTERS}
    given = {name: value for name, value in asked.items() if value}
    found = await visit.ask(audit.SEARCH_AUDIT, **given, before=_sequence(visit.query("before")))
    newest = None
    if visit.may_audit(audit.GET_CHECKPOINT, "checkpoint:*"):
        newest = await visit.ask(audit.GET_CHECKPOINT)
    return await visit.page("audit.html", entries=found.items, next=found.next, asked=asked, checkpoint=newest)


async def receipt(visit: Visit) -> Response:
    """What stands behind one answer, and whether that is proven."""
    asked = (visit.query("receipt") or "").strip()
    if not asked:
        return await visit.page("receipt.html", asked="", trace=None)
    if not _RECEIPT.fullmatch(asked):
        raise NotFoundError("This is not a receipt: it is the text in `parameters.receipt` of an answer.")
    return await visit.page("receipt.html", asked=asked, trace=await visit.ask(audit.TRACE_RECEIPT, receipt=asked))


def _sequence(asked: str | None) -> int | None:
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:20]) <= SEQUENCE_LIMIT):
        raise NotFoundError("The ledger has no such sequence.")
    return int(asked)
