"""How pages write numbers, moments and states."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fairlead_contracts.values import instant

NOTHING = "–"
_TONES = {
    "good": ("passing", "ready", "completed", "approved", "done", "allowed", "proven"),
    "warn": ("at risk", "degraded", "progressing", "asked", "holding", "waiting", "starting", "draining", "pending"),
    "bad": ("drifting", "failing", "failed", "refused", "impossible", "deleting"),
}
_METRICS = {
    "auc": "AUC", "log_loss": "log loss", "mae": "MAE", "rmse": "RMSE", "mape": "MAPE", "r2": "R²", "f1": "F1",
    "brier": "Brier score",
}  # fmt: skip


def tone(status: str | None) -> str:
    """`good`, `warn`, `bad`, or `none` where a state says neither."""
    return next((name for name, states in _TONES.items() if status in states), "none")


def count(value: int | None) -> str:
    """A whole number with its thousands apart."""
    return NOTHING if value is None else f"{value:,}"


def share(value: float | None) -> str:
    """A share in percent; what is not nothing never reads as nothing."""
    if value is None:
        return NOTHING
    return "< 0.1 %" if 0 < value < 0.001 else f"{100 * value:.1f} %"


def amount(value: float | None, digits: int = 3) -> str:
    """A measured value to so many significant digits, without an exponent where it is readable so."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def fixed(value: float | None, digits: int = 3) -> str:
    """A value with so many decimals, so that a column lines up."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def probability(value: float | None) -> str:
    """A p-value."""
    if value is None:
        return NOTHING
    return "< 0.0001" if value < 1e-4 else f"{value:.2g}"


def latency(micros: int | None) -> str:
    """Microseconds as milliseconds."""
    return NOTHING if micros is None else f"{amount(micros / 1000)} ms"


def size(octets: int) -> str:
    """A file's size."""
    value, units = float(octets), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.3g} {units[0]}"


def moment(value: datetime | None) -> str:
    """A moment in UTC, to the second."""
    return NOTHING if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def short(digest: str | None) -> str:
    """The first characters of a digest; the page carries the whole of it beside them."""
    return NOTHING if digest is None else digest.removeprefix("sha256:")[:12]


def metric(name: str) -> str:
    """A metric's name as people write it."""
    return _METRICS.get(name, name.replace("_", " "))


def segment(value: object) -> str:
    """A name as one step of a path."""
    return quote(str(value), safe="")


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)


FILTERS: dict[str, Callable[..., str]] = {
    "tone": tone, "count": count, "share": share, "amount": amount, "fixed": fixed, "probability": probability,
    "latency": latency, "size": size, "moment": moment, "iso": instant, "short": short, "metric": metric,
    "segment": segment, "pretty": pretty,
}  # fmt: skip
