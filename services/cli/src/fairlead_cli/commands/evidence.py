"""`fairlead trace`, `fairlead audit verify`, `fairlead audit download`: evidence for people and for machines."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_chassis.signing import verify as verify_signature
from fairlead_contracts.evidence.log import LogReport, verify_log
from fairlead_contracts.evidence.notes import VerifierKey

from fairlead_cli.client import Client
from fairlead_cli.output import JsonOption, console, errors, show, show_json
from fairlead_cli.session import session

_OFTEN = 0.5
LOG, CHECKPOINT, KEY = "ledger.jsonl", "checkpoint.txt", "verifier.txt"


def trace(
    receipt: Annotated[str, typer.Argument(help="The receipt, as it came back with the answer.")],
    within: Annotated[float, typer.Option(help="Seconds after the answer to wait for its proof; 0: do not.")] = 30.0,
    as_json: JsonOption = False,
) -> None:
    """Walk from an answer's receipt to replica, version, data, author and approver, and check its proof.

    Exit code 1 when it is not proven. Example: `fairlead trace eyJkZXBsb3ltZW50Ijoi`
    """
    with session() as client, errors.status("the receipt's batch is being sealed"):
        found = client.trace_receipt(receipt=receipt)
        until = datetime.fromisoformat(found.receipt["time"]) + timedelta(seconds=within)
        while found.proof is None and datetime.now(UTC) < until:
            time.sleep(_OFTEN)
            found = client.trace_receipt(receipt=receipt)
    show(found, as_json=as_json)
    if not found.proven:
        raise typer.Exit(1)


def download(folder: Annotated[Path, typer.Argument(help="Where the files go.")]) -> None:
    """Download the whole ledger with a signed checkpoint, for verification anywhere.

    Example: `fairlead audit download ./evidence`
    """
    with session() as client:
        records = save(client, folder)
    console.print(f"{records} records in {folder / LOG}, checkpoint and key beside it")


def save(client: Client, folder: Path) -> int:
    """Write log, checkpoint and key into a folder; returns how many records there are."""
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = client.get_checkpoint(at_least=client.seen)
    after, records = 0, 0
    with (folder / LOG).open("w") as file:
        while records < checkpoint.size:
            page = client.export_audit(after=after)
            for line in page.lines[: checkpoint.size - records]:
                file.write(line + "\n")
                records += 1
            after = page.next or records
    (folder / CHECKPOINT).write_text(checkpoint.note)
    (folder / KEY).write_text(checkpoint.verifier + "\n")
    return records


def check(folder: Path) -> LogReport:
    """Verify a downloaded log; needs no server."""
    key = VerifierKey.parse((folder / KEY).read_text().strip())
    with (folder / LOG).open() as lines:
        return verify_log(lines, [(folder / CHECKPOINT).read_text()], keys=[key], verify=verify_signature)


def verify(
    folder: Annotated[Path | None, typer.Argument(help="What `audit download` wrote; none: download it now.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Rebuild the ledger's Merkle tree (RFC 6962) and check every record against the signed checkpoint.

    Examples: `fairlead audit verify`, `fairlead audit verify ./evidence` (needs no server)
    """
    import tempfile

    if folder is not None:
        report = check(folder)
    else:
        with tempfile.TemporaryDirectory() as temporary, session() as client:
            save(client, Path(temporary))
            report = check(Path(temporary))
    show_json(_told(report)) if as_json else show_report(report)
    if not report.ok:
        raise typer.Exit(1)


def _told(report: LogReport) -> dict[str, Any]:
    bad = [{"sequence": each.sequence, "subject": each.subject, "problem": each.problem} for each in report.bad]
    return {
        "ok": report.ok, "records": report.records, "root": report.root.hex(), "bad": bad,
        "problems": list(report.problems),
    }  # fmt: skip


def show_report(report: LogReport) -> None:
    """Print what a verification found."""
    if report.ok:
        console.print(f"[green]✓[/] {report.records} records, root {report.root.hex()[:16]}…, all as signed")
        return
    for bad in report.bad[:20]:
        console.print(f"[red]✗[/] record {bad.sequence} on {bad.subject} (line {bad.line}): {bad.problem}")
    for problem in report.problems:
        console.print(f"[red]✗[/] {problem}")
