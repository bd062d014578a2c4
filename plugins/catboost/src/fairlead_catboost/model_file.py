"""The file: a mark, a length, a FlatBuffer of features, trees and texts, and behind it the statistics of categories.

Field numbers are those of CatBoost's schemas `model.fbs`, `features.fbs` and `ctr_data.fbs`.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fairlead_contracts.errors import UnreadableArtifactError

from fairlead_catboost.flatbuffer import DamagedError, Table, root

MODEL = "model.cbm"
NAMES = (MODEL, "model.cb")
"""What the file may be called: as CatBoost's own documentation has it, or as MLflow does."""
MARK = b"CBM1"
_WIDTH_LIMIT, _DEPTH_LIMIT = 100_000, 16
_LIMIT = 4 << 30


@dataclass(frozen=True)
class Feature:
    """An input: its place among the columns, its name, and for numbers the borders that trees may ask for."""

    place: int
    name: str
    categorical: bool
    borders: "memoryview[Any]"
    missing_is_larger: bool = False


@dataclass(frozen=True)
class Model:
    """What the file says, checked to stay within its own lists."""

    features: tuple[Feature, ...]
    scores: int
    splits: "memoryview[Any]"
    sizes: "memoryview[Any]"
    leaves: "memoryview[Any]"
    scale: float
    bias: tuple[float, ...]
    symmetric: bool
    said: dict[str, Any]

    @property
    def plain(self) -> bool:
        """True when it is nothing but symmetric trees over numbers."""
        return self.symmetric and not any(feature.categorical for feature in self.features)


def recognised(folder: Path) -> bool:
    """A file that begins with the mark."""
    return any(_begins(folder / name) for name in NAMES)


def _begins(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == MARK
    except OSError:
        return False


def contents(folder: Path) -> bytes:
    """The file's bytes. Raises: UnreadableArtifactError."""
    try:
        path = next((folder / name for name in NAMES if (folder / name).exists()), folder / MODEL)
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{path.name} is over {_LIMIT:,} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableArtifactError(f"{MODEL} cannot be read.") from error


def model_of(data: bytes) -> Model:
    """Read and check. Raises: UnreadableArtifactError."""
    try:
        size = struct.unpack_from("<I", data, 4)[0]
        if data[:4] != MARK or 8 + size > len(data):
            raise DamagedError("no mark, or cut")
        _check_statistics(data, 8 + size)
        core = root(memoryview(data)[8 : 8 + size])
        return _model(core.table(1), {pair.text(0): pair.text(1) for pair in core.tables(2)})
    except UnreadableArtifactError:
        raise
    except (ValueError, TypeError, KeyError, struct.error, RecursionError) as error:
        raise UnreadableArtifactError(f"{MODEL} is no CatBoost model, or damaged.") from error


def _model(trees: Table, texts: dict[str, str]) -> Model:
    if trees.tables(12) or trees.tables(18):
        raise UnreadableArtifactError("The model takes texts or embeddings as such; numbers and categories are served.")
    numbers = [_number(each) for each in trees.tables(5)]
    categories = [Feature(each.scalar(1, "i", -1), each.text(2), True, _NONE) for each in trees.tables(4)]
    features = sorted(numbers + categories, key=lambda feature: feature.place)
    if [each.place for each in features] != list(range(len(features))) or not 0 < len(features) < _WIDTH_LIMIT:
        raise DamagedError("features without their places")
    asked = sum(len(each.borders) for each in numbers)
    asked += sum(len(each.numbers(1, "i")) for each in trees.tables(6))
    asked += sum(len(each.numbers(1, "f")) for each in trees.tables(7))
    bias = tuple(trees.numbers(16, "d")) or (trees.scalar(15, "d"),)
    model = Model(
        tuple(features), trees.scalar(0, "i", 1), trees.numbers(1, "i"), trees.numbers(2, "i"), trees.numbers(8, "d"),
        trees.scalar(14, "d", 1.0), bias, not len(trees.numbers(11, "I")),
        {name: json.loads(texts[name]) for name in ("params", "class_params") if name in texts}
        | {name: texts.get(name, "") for name in ("catboost_version_info", "binclass_probability_threshold")},
    )  # fmt: skip
    _check(model, trees, asked)
    return model


def _check_statistics(data: bytes, at: int) -> None:
    # Behind the trees: how many tables of category statistics there are, and each behind its length; or nothing.
    if at == len(data):
        return
    count = struct.unpack_from("<I", data, at)[0]
    at += 4
    for _ in range(count):
        at += 4 + struct.unpack_from("<I", data, at)[0]
        if at > len(data):
            break
    if at != len(data):
        raise DamagedError("statistics of categories that are cut, or more than their number")


def _number(feature: Table) -> Feature:
    borders = feature.numbers(3, "f")
    return Feature(feature.scalar(2, "i", -1), feature.text(4), False, borders, feature.scalar(5, "b") == 2)


_NONE: "memoryview[Any]" = memoryview(b"").cast("f")


def _check(model: Model, trees: Table, asked: int) -> None:
    starts, total = [], 0
    for size in model.sizes:
        if size < 0 or (model.symmetric and size > _DEPTH_LIMIT):
            raise DamagedError("a tree of a negative or too large depth")
        starts.append(total)
        total += size
    outside = any(not 0 <= split < asked for split in model.splits) if len(model.splits) and asked else False
    if total != len(model.splits) or starts != list(trees.numbers(3, "i")) or outside or model.scores < 1:
        raise DamagedError("trees that ask for what is not there")
    if len(model.bias) not in (1, model.scores):
        raise DamagedError("another number of biases than of scores")
    if model.symmetric:
        if len(model.leaves) != model.scores * sum(1 << size for size in model.sizes):
            raise DamagedError("trees with other leaves than they have")
    else:
        _check_nodes(model, trees)


def _check_nodes(model: Model, trees: Table) -> None:
    # Each node says how far it is to its children, 0 where it ends; ends say which leaf they are.
    steps, leaves = trees.pairs(10), trees.numbers(11, "I")
    if len(steps) != len(model.splits) or len(leaves) != len(steps):
        raise DamagedError("nodes without their steps")
    at = 0
    for size in model.sizes:
        for node in range(at, at + size):
            if any(node + step >= at + size for step in steps[node]):
                raise DamagedError("a node leads out of its tree")
            ends = 0 in steps[node]
            if ends and leaves[node] + model.scores > len(model.leaves):
                raise DamagedError("a node leads to a leaf that is not there")
        at += size
