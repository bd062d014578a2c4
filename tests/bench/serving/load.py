"""wrk on one core against a server on the other, and what the server's processes spent."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

_UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 6e7}


@dataclass(frozen=True)
class Load:
    """Requests to send: the path and the body as wrk's script, on how many connections."""

    url: str
    body: bytes
    headers: dict[str, str]
    connections: int
    seconds: int


@dataclass(frozen=True)
class Result:
    """Requests a second; p50 and p99 in microseconds; processor time of the server in microseconds a request."""

    rate: float
    p50: float
    p99: float
    cpu: float


def run(load: Load, pid: int, core: int) -> Result:
    """Raises: RuntimeError when an answer was not 200."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        (Path(folder) / "body").write_bytes(load.body)
        fields = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in load.headers.items())
        script.write_text(f'wrk.method = "POST"\nwrk.body = io.open("{folder}/body", "rb"):read("*a")\n{fields}')
        before = _cpu(pid)
        shape = ["-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--timeout", "30s"]
        command = ["taskset", "-c", str(core), "wrk", *shape, "--latency"]
        out = subprocess.run([*command, "-s", str(script), load.url], capture_output=True, text=True, check=True).stdout
        spent = _cpu(pid) - before
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(f"not every request was answered:\n{out}")
    total = int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]  # wrk always says it
    return Result(
        float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), _latency(out, "50%"), _latency(out, "99%"),  # type: ignore[index]
        spent * 1e6 / max(1, total),
    )  # fmt: skip


def _latency(out: str, which: str) -> float:
    found = re.search(rf"{which}\s+([\d.]+)(us|ms|s|m)\b", out)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")


def _cpu(pid: int) -> float:
    root = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (root, *root.children(recursive=True)))
