"""What model.keras says of itself: the configuration in its archive, read without Keras."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from fairlead_contracts.errors import UnreadableArtifactError

MODEL: Final = "model.keras"
_LIMIT = 16 << 20
_DAMAGE = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, NotImplementedError)
_ENDS = {"Softmax": "softmax"}


class Entry(NamedTuple):
    """One input of a model: its name, the columns that it takes, and whether they are texts."""

    name: str
    width: int
    texts: bool


class Architecture(NamedTuple):
    """`ends`: the activation that the outputs come from; `units`: how many numbers a row come out."""

    version: str
    entries: tuple[Entry, ...]
    ends: str
    units: int


def recognised(folder: Path) -> bool:
    """An archive with Keras' two files of words."""
    try:
        with zipfile.ZipFile(folder / MODEL) as archive:
            return {"metadata.json", "config.json"} <= set(archive.namelist())
    except (*_DAMAGE, zipfile.BadZipFile):
        return False


def read(folder: Path) -> Architecture:
    """The model's inputs and outputs. Raises: UnreadableArtifactError when it is damaged or brings code of its own."""
    try:
        with zipfile.ZipFile(folder / MODEL) as archive:
            version = _words(archive, "metadata.json")["keras_version"]
            config = _words(archive, "config.json")
        _check_code(config)
        return Architecture(str(version), tuple(_entries(config)), *_end(config))
    except (*_DAMAGE, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise UnreadableArtifactError(f"{MODEL} is no model of Keras 3, or a damaged one.") from error


def _words(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as file:
        found = file.read(_LIMIT + 1)
    if len(found) > _LIMIT:
        raise UnreadableArtifactError(f"{name} in {MODEL} is over {_LIMIT:,} bytes.")
    return json.loads(found)


def _check_code(config: Any) -> None:
    """Whatever is no part of Keras itself would have to be imported where the model runs."""
    waiting = [config]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            waiting.extend(each.values())
            if isinstance(kind := each.get("class_name"), str) and "module" in each:
                module = each["module"]
                if kind == "Lambda" or not isinstance(module, str) or module.partition(".")[0] != "keras":
                    raise UnreadableArtifactError(
                        f"{MODEL} has {_named(each)}, which is no part of Keras: export the model to ONNX, or register"
                        " a Python class that calls it."
                    )


def _named(each: dict[str, Any]) -> str:
    if each["class_name"] == "function":
        return f"the function {str(each.get('config'))[:100]}"
    return f"a {each['class_name'][:100]}"


def _entries(config: dict[str, Any]) -> Iterator[Entry]:
    layers = {each["config"]["name"]: each for each in _layers(config) if each["class_name"] == "InputLayer"}
    names = [*_names(config["config"]["input_layers"])] if "input_layers" in config["config"] else [*layers]
    if not names:
        raise UnreadableArtifactError(f"{MODEL} names no inputs: begin the model with `keras.Input((columns,))`.")
    for name in names:
        said = layers[name]["config"]
        shape = said["batch_shape"]
        if len(shape) != 2 or not isinstance(shape[1], int) or shape[1] < 1 or (len(names) > 1 and shape[1] != 1):
            raise UnreadableArtifactError(
                f"The input {name} takes {shape}: a model of a table has one input of (rows, columns), or one input of"
                " (rows, 1) for each column, named by it."
            )
        yield Entry(name, shape[1], said["dtype"] == "string")


def _layers(config: dict[str, Any]) -> list[dict[str, Any]]:
    layers = config["config"]["layers"]
    if not isinstance(layers, list) or not layers:
        raise UnreadableArtifactError(f"{MODEL} is no sequential or functional model.")
    return layers


def _names(linked: Any) -> Iterator[str]:
    """The layers that Keras' nested lists and mappings of [name, node, tensor] name, in order."""
    if isinstance(linked, dict):
        for each in linked.values():
            yield from _names(each)
    elif isinstance(linked[0], str):
        yield linked[0]
    else:
        for each in linked:
            yield from _names(each)


def _end(config: dict[str, Any]) -> tuple[str, int]:
    layers = _layers(config)
    last = layers[-1]
    if "output_layers" in config["config"]:
        names = [*_names(config["config"]["output_layers"])]
        if len(names) != 1:
            raise UnreadableArtifactError(f"{MODEL} has {len(names)} outputs; one is served.")
        last = next(each for each in layers if each["config"]["name"] == names[0])
    if "layers" in last["config"]:
        return _end(last)
    said = last["config"]
    ends = _ENDS.get(last["class_name"], said.get("activation", "linear"))
    units = said["units"] if "units" in said else _incoming(last)[-1]
    if not isinstance(units, int) or not isinstance(ends, str):
        raise ValueError(last["class_name"])
    return ends, units


def _incoming(layer: dict[str, Any]) -> list[int]:
    """The shape of what a layer gets; layers without units of their own keep it."""
    shape: list[int] | None = (layer.get("build_config") or {}).get("input_shape")
    return shape or layer["inbound_nodes"][0]["args"][0]["config"]["shape"]
