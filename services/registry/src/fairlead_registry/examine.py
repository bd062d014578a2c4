"""What a version's files and training data say, found before anything is decided. Nothing is executed or unpickled."""

import asyncio
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from fairlead_chassis.service import Context
from fairlead_contracts.adapters import ModelCard, Signature
from fairlead_contracts.errors import InvalidRequestError, UnreadableArtifactError
from fairlead_contracts.evidence.canonical import canonical
from fairlead_contracts.facts.registry import File, TrainingData
from fairlead_contracts.names import digest_of
from fairlead_contracts.operations.registry import CreateVersion
from fairlead_contracts.plugins import adapters

from fairlead_registry.lookups import require_model
from fairlead_registry.training import Baselined, baselined
from fairlead_registry.view import RegistryView

TRAINING_FILE = "training.parquet"
_REMEMBERED = 64
_known: "OrderedDict[str, Examined]" = OrderedDict()


@dataclass(frozen=True)
class Examined:
    """A version as its files and data show it."""

    digest: str
    card: ModelCard
    signature: Signature
    schema_digest: str
    training_data: TrainingData
    baseline: str


async def examine(request: CreateVersion, view: RegistryView, context: Context) -> Examined:
    """Fetch the files, describe the model, compute and store the baseline.

    Raises: UnreadableArtifactError, DigestMismatchError, InvalidTableError, ForbiddenError, NotFoundError.
    """
    require_model(view, request.project, request.model)
    key = digest_of(canonical(request.model_dump_json()))
    if key in _known:
        return _known[key]
    with tempfile.TemporaryDirectory(dir=context.chassis.home, prefix="examine-") as folder:
        examined = await _examine(request, context, Path(folder))
    _known[key] = examined
    if len(_known) > _REMEMBERED:
        _known.popitem(last=False)
    return examined


async def _examine(request: CreateVersion, context: Context, folder: Path) -> Examined:
    files = folder / "files"
    files.mkdir()
    for file in request.files:
        await _fetch(file, files, context)
    card = await asyncio.to_thread(described, files)
    if card.trust == "code":
        context.require("version:create-code", f"version:{request.model}/*")
    training = folder / TRAINING_FILE
    await context.chassis.objects.fetch(request.training_data, training)
    found: Baselined = await asyncio.to_thread(baselined, training, request, card)
    signature = found.signature.model_dump(mode="json")
    return Examined(
        digest=manifest_digest(request.files, card),
        card=card,
        signature=found.signature,
        schema_digest=digest_of(canonical(signature)),
        training_data=TrainingData(digest=request.training_data, rows=found.rows, target=request.target),
        baseline=await context.chassis.objects.put(found.baseline),
    )


async def _fetch(file: File, folder: Path, context: Context) -> None:
    if await context.chassis.objects.size(file.digest) != file.size:
        raise InvalidRequestError(f"/files: {file.path} has another size than it says.")
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    await context.chassis.objects.fetch(file.digest, target)


def described(folder: Path) -> ModelCard:
    """What the one adapter that reads these files says of them. Raises: UnreadableArtifactError."""
    installed = adapters()
    readers = [each for each in installed.values() if each.reads(folder)]
    if not readers:
        names = ", ".join(sorted(path.name for path in folder.rglob("*") if path.is_file()))
        raise UnreadableArtifactError(
            f"No installed adapter reads these files ({names}); there are {', '.join(sorted(installed)) or 'none'}."
        )
    if len(readers) > 1:
        raise UnreadableArtifactError(f"Several adapters read these files: {', '.join(each.name for each in readers)}.")
    return readers[0].describe(folder)


def manifest_digest(files: tuple[File, ...], card: ModelCard) -> str:
    """A version's digest: over its files, by path, and the adapter that reads them."""
    entries = sorted((file.model_dump(mode="json") for file in files), key=lambda each: str(each["path"]))
    return digest_of(canonical({"adapter": card.adapter, "files": entries}))
