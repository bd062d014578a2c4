"""Where a running service is found: a file for whoever waits for it, and one for Prometheus (its file_sd form)."""

import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def announce(home: Path, service: str, copy: str, address: str) -> tuple[Path, Path]:
    """Write both files; they go when the service ends. What a killed one left is overwritten by the next."""
    named = f"{service}-{copy}.json"
    found = home / "run" / named
    scraped = home / "run" / "scrape" / named
    scraped.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = {"targets": [urlsplit(address).netloc], "labels": {"service": service, "copy": copy}}
    _write(scraped, [target])
    _write(found, {"pid": os.getpid(), "health": address, "started": time.time()})
    return found, scraped


def _write(path: Path, content: Any) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
    temporary.replace(path)
