"""From a live model, a file or a folder to the files of a version, and the adapter's card of them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from fairlead_contracts.adapters import Adapter, ByExample, Gathering, ModelCard, Table
from fairlead_contracts.errors import InvalidRequestError, UnreadableArtifactError
from fairlead_contracts.plugins import adapters, placed, reader_of

Fetch = Callable[[str, int, Path], None]


def prepared(
    model: object, adapter: str | None, folder: Path, fetch: Fetch, example: Callable[[], Table] | None = None
) -> ModelCard:
    """Put the model's files into the empty folder, and describe them.

    `fetch` brings the files of a registered version into a folder; `example` gives some rows of the training data, for
    models that say only by answering what they give.
    Raises: InvalidRequestError when no adapter handles the model or the path leads nowhere; UnreadableArtifactError as
    the adapter says.
    """
    installed = adapters()
    if adapter is not None and adapter not in installed:
        raise InvalidRequestError(f"No adapter {adapter} is installed; there are {', '.join(sorted(installed))}.")
    chosen = {adapter: installed[adapter]} if adapter is not None else installed
    if isinstance(model, str | os.PathLike):
        return _copied(Path(model), chosen, folder, fetch)
    each = installed[adapter] if adapter is not None else _handler(model, installed)
    if isinstance(each, ByExample):
        each.save_by(model, folder, example() if example is not None else None)
    else:
        each.save(model, folder)
    return each.describe(folder)


def _copied(path: Path, installed: dict[str, Adapter], folder: Path, fetch: Fetch) -> ModelCard:
    for each in installed.values():
        if isinstance(each, Gathering) and each.gathers(path):
            each.gather(path, folder, fetch)
            return each.describe(folder)
    if path.is_dir():
        shutil.copytree(path, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        return reader_of(folder, installed).describe(folder)
    if not path.is_file():
        raise InvalidRequestError(f"There is no file or folder {path}.")
    if placed(path, folder, installed):
        return reader_of(folder, installed).describe(folder)
    raise UnreadableArtifactError(
        f"No installed adapter reads {path.name}; there are {', '.join(sorted(installed))}. Register the folder where"
        " the model has several files; `fairlead plugin new NAME` begins an adapter for another framework."
    )


def _handler(model: object, installed: dict[str, Adapter]) -> Adapter:
    for each in installed.values():
        if each.handles(model):
            return each
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    raise InvalidRequestError(
        f"No installed adapter handles {kind}; there are {', '.join(sorted(installed))}. a class of your own"
        " registers with adapter='python', and `fairlead plugin new NAME` begins an adapter for another framework."
    )
