"""What a version's files and training data say, found before anything is decided. Nothing is executed or unpickled."""

import asyncio
import functools
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fairlead_chassis import requirements
from fairlead_chassis.service import Context
from fairlead_contracts.adapters import Adapter, Envelope, ModelCard, Signature
from fairlead_contracts.errors import FieldError, ForbiddenError, InvalidRequestError
from fairlead_contracts.evidence.canonical import canonical
from fairlead_contracts.facts.registry import File, TrainingData
from fairlead_contracts.names import digest_of
from fairlead_contracts.operations.registry import CreateVersion
from fairlead_contracts.plugins import adapters, reader_of

from fairlead_registry.lookups import require_model
from fairlead_registry.training import Baselined, baselined
from fairlead_registry.view import RegistryView

TRAINING_FILE = "training.parquet"
_REMEMBERED = 64
_baselines: "OrderedDict[str, tuple[Baselined, str]]" = OrderedDict()


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
    _require_apart(request.files)
    await _claimed(request, context)
    with tempfile.TemporaryDirectory(dir=context.chassis.home, prefix="examine-") as folder:
        return await _examine(request, context, Path(folder))


async def _examine(request: CreateVersion, context: Context, folder: Path) -> Examined:
    files = folder / "files"
    files.mkdir()
    for file in request.files:
        await _fetch(file, files, context)
    card = await asyncio.to_thread(described, files)
    wants_packages = _wants_packages(files, card)
    if card.trust == "code":
        _require_trusted(request, f"Files of the adapter {card.adapter} can run code", context)
    elif wants_packages:
        _require_trusted(request, "The packages of a requirements.txt can run code", context)
    found, baseline = await _baseline(request, card, folder / TRAINING_FILE, context)
    signature = found.signature.model_dump(mode="json")
    return Examined(
        digest=manifest_digest(request.files, card),
        card=card,
        signature=found.signature,
        schema_digest=digest_of(canonical(signature)),
        training_data=TrainingData(digest=request.training_data, rows=found.rows, target=request.target),
        baseline=baseline,
    )


async def _baseline(request: CreateVersion, card: ModelCard, training: Path, context: Context) -> tuple[Baselined, str]:
    # The same training data for the same model gives the same baseline: it is computed and stored once.
    asked = request.model_dump(
        mode="json", include={"training_data", "target", "features", "categorical", "importance"}
    )
    key = digest_of(canonical({**asked, "card": card.model_dump(mode="json")}))
    if key not in _baselines:
        await context.chassis.objects.fetch(request.training_data, training)
        found = await asyncio.to_thread(baselined, training, request, card)
        _baselines[key] = (found, await context.chassis.objects.put(found.baseline))
        if len(_baselines) > _REMEMBERED:
            _baselines.popitem(last=False)
    return _baselines[key]


def _wants_packages(files: Path, card: ModelCard) -> bool:
    # Read also where the files run code anyway: what is wrong with it is said before anything is deployed.
    path = files / requirements.FILE
    if not path.is_file() or isinstance(installed_adapters().get(card.adapter), Envelope):
        return False
    with path.open("rb") as file:
        return bool(requirements.requirements(file.read(requirements.SIZE + 1).decode(errors="replace")))


def _require_trusted(request: CreateVersion, why: str, context: Context) -> None:
    try:
        context.require("version:create-code", f"version:{request.model}/*")
    except ForbiddenError as refusal:
        raise ForbiddenError(
            f"{refusal.detail} {why}, so only a publisher whom policy trusts"
            " registers them: ask for role:trusted-publisher, or save the model as data (skops, ONNX, the framework's"
            " own format)."
        ) from None


async def _claimed(request: CreateVersion, context: Context) -> None:
    # A claim that is renewed before the object is read keeps it, whenever orphans are looked for.
    claims = context.chassis.claims
    for digest in sorted({request.training_data, *(file.digest for file in request.files)}):
        await claims.require(request.project, digest)
        await claims.add(request.project, digest)


def _require_apart(files: tuple[File, ...]) -> None:
    # Each path is one file on every machine, also where upper and lower case are the same.
    paths = [PurePosixPath(file.path.lower()) for file in files]
    folders = {folder for path in paths for folder in path.parents}
    for place, path in enumerate(paths):
        if path in paths[:place] or path in folders:
            why = "this path stands for another file, or for a folder, too"
            raise InvalidRequestError(f"/files: {why}.", [FieldError(pointer=f"/files/{place}/path", detail=why)])


async def _fetch(file: File, folder: Path, context: Context) -> None:
    if await context.chassis.objects.size(file.digest) != file.size:
        raise InvalidRequestError(f"/files: {file.path} has another size than it says.")
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    await context.chassis.objects.fetch(file.digest, target)


@functools.cache
def installed_adapters() -> dict[str, Adapter]:
    """Every adapter that is installed, found once in this process."""
    return adapters()


def described(folder: Path) -> ModelCard:
    """What the one adapter that reads these files says of them. Raises: UnreadableArtifactError."""
    return reader_of(folder, installed_adapters()).describe(folder)


def manifest_digest(files: tuple[File, ...], card: ModelCard) -> str:
    """A version's digest: over its files, by path, and the adapter that reads them."""
    entries = sorted((file.model_dump(mode="json") for file in files), key=lambda each: str(each["path"]))
    return digest_of(canonical({"adapter": card.adapter, "files": entries}))
