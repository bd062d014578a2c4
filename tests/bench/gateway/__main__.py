"""What the gateway adds: the same request straight to a replica and through the gateway, by wrk, in turns.

python -m bench.gateway [--seconds 5] [--rounds 3]
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from fairlead_cli.register import register
from system.installation import Fairlead, ended, infer_body, simple_model, started, wait_for

CONNECTIONS = (1, 16, 64)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fairlead = started(Path(folder) / "home")
        try:
            _measure(fairlead, Path(folder), asked.seconds, asked.rounds)
        finally:
            ended(fairlead)


def _measure(fairlead: Fairlead, folder: Path, seconds: int, rounds: int) -> None:
    token = (fairlead.home / "keys" / "admin.token").read_text().strip()
    script = folder / "post.lua"
    body = json.dumps(infer_body((0.1,), (0.5,)))
    script.write_text(f"wrk.method = 'POST'\nwrk.body = [[{body}]]\nwrk.headers['Authorization'] = 'Bearer {token}'\n")
    places = {"replica": _deployed(fairlead), "gateway": fairlead.url}
    say(f"{'':8} {'connections':>11} {'a second':>9} {'p50 us':>8} {'p99 us':>8}")
    for connections in CONNECTIONS:
        found: dict[str, list[tuple[float, ...]]] = {name: [] for name in places}
        for _ in range(rounds):
            for name, url in places.items():
                found[name].append(_wrk(f"{url}/v2/models/small/infer", script, connections, seconds))
        for name, rows in found.items():
            rate, p50, p99 = (statistics.median(each) for each in zip(*rows, strict=True))
            say(f"{name:8} {connections:11} {rate:9,.0f} {p50:8,.0f} {p99:8,.0f}")


def _deployed(fairlead: Fairlead) -> str:
    admin, (model, data) = fairlead.admin, simple_model()
    author = fairlead.user("author", "role:data-scientist")
    register(author, "small", model, data, target="bad")
    admin.seen = author.seen
    admin.approve_version(model="small", version=1)
    admin.create_deployment(deployment="small", spec={"champion": {"model": "small", "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment="small").phase == "ready", 60)
    return str(admin.get_deployment(deployment="small").replicas[0].address)


def _wrk(url: str, script: Path, connections: int, seconds: int) -> tuple[float, ...]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(said)
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    return rate, *(_micros(re.findall(rf"{share}%\s+(\S+)", said)[0]) for share in (50, 99))


def _micros(text: str) -> float:
    [(number, unit)] = re.findall(r"([\d.]+)(us|ms|s)", text)
    return float(number) * {"us": 1.0, "ms": 1e3, "s": 1e6}[unit]


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
