"""A profile by the words of contracts/PROFILES.md, in plain Python: the oracle of every kernel."""

import hashlib
import math
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fairlead_drift import Baseline
from fairlead_drift.features import Feature, Numeric

SATURATION = 2**46


def absent(value: Any) -> bool:
    return value is None or value != value


def step(value: float, quantum: float) -> int:
    if math.isinf(value):
        return SATURATION if value > 0 else -SATURATION
    return max(-SATURATION, min(SATURATION, round(Fraction(value) / Fraction(quantum))))


def numeric_bin(feature: Numeric, value: Any) -> int:
    last = len(feature.edges) + 3
    if absent(value):
        return last
    number = float(value)
    if number < feature.low:
        return 0
    return last - 1 if number > feature.high else 1 + sum(edge <= number for edge in feature.edges)


def level(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def bin_of(feature: Feature, value: Any) -> int:
    if isinstance(feature, Numeric):
        return numeric_bin(feature, value)
    if absent(value):
        return len(feature.levels) + 2
    text = level(value)
    if text in feature.levels:
        return feature.levels.index(text)
    return len(feature.levels) + (0 if text in feature.others else 1)


def text(value: str) -> bytes:
    return struct.pack("<I", len(value.encode())) + value.encode()


def digest(features: Sequence[Feature]) -> bytes:
    data = b""
    for each in features:
        if isinstance(each, Numeric):
            data += b"N" + text(each.name) + struct.pack("<I", len(each.edges))
            data += b"".join(struct.pack("<d", number) for number in (each.low, each.high, each.quantum, *each.edges))
        else:
            data += b"C" + text(each.name)
            for levels in (each.levels, each.others):
                data += struct.pack("<I", len(levels)) + b"".join(map(text, levels))
    return hashlib.sha256(data).digest()


def profile(baseline: Baseline, columns: dict[str, Sequence[Any]]) -> bytes:
    """The bytes of a profile of these rows."""
    features = baseline.features
    rows = len(next(iter(columns.values())))
    head = b"FLP2" + struct.pack("<I", len(features)) + digest(features)
    counts, sums = b"", []
    for each in features:
        size = len(each.edges) + 4 if isinstance(each, Numeric) else len(each.levels) + 3
        head += struct.pack("<HH", 0 if isinstance(each, Numeric) else 1, size)
        found = [0] * size
        for value in columns[each.name]:
            found[bin_of(each, value)] += 1
        counts += struct.pack(f"<{size}q", *found)
        if isinstance(each, Numeric):
            numbers = [float(value) + 0.0 for value in columns[each.name] if not absent(value)]
            steps = [step(number, each.quantum) for number in numbers]
            sums.append(
                (sum(steps), sum(s * s for s in steps), min(numbers, default=math.inf), max(numbers, default=-math.inf))
            )
    head += b"\0" * (-len(head) % 8)
    body = struct.pack("<q", rows) + counts
    for which in (0, 1):
        body += b"".join((each[which] & (2**64 - 1)).to_bytes(8, "little") for each in sums)
        body += b"".join(struct.pack("<q", each[which] >> 64) for each in sums)
    for which in (2, 3):
        body += b"".join(struct.pack("<d", each[which]) for each in sums)
    return head + body
