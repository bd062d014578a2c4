"""A program of its own, so that nothing which the tests imported is in it: describe a model, or load it many times.

Reads what is asked as JSON from standard input and answers as JSON. It is run by its path; importing it does nothing.
"""

import json
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_RUNS_SOMETHING = ("pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect")
_WRITING = frozenset("wax+")
_WARM = 5


def main() -> None:
    """Answer the one question on standard input."""
    asked = json.load(sys.stdin)
    sys.path[:] = asked["path"]
    sys.dont_write_bytecode = True
    from fairlead_contracts.plugins import adapters

    adapter = adapters()[asked["adapter"]]
    answer = _describe(adapter, asked) if asked["task"] == "describe" else _grow(adapter, asked)
    json.dump(answer, sys.stdout)


def _describe(adapter: Any, asked: dict[str, Any]) -> dict[str, Any]:
    before, events = _present(asked["frameworks"]), list[str]()
    sys.addaudithook(lambda event, given: _note(events, event, given))
    folder = Path(asked["folder"])
    reads, card = adapter.reads(folder), adapter.describe(folder)
    after = _present(asked["frameworks"])
    return {"before": before, "after": after, "events": events, "reads": reads, "card": card.model_dump(mode="json")}


def _present(frameworks: Iterable[str]) -> list[str]:
    return [name for name in frameworks if name in sys.modules]


def _note(events: list[str], event: str, given: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(given[1], str) and not _WRITING.isdisjoint(given[1])
    if writes or event.startswith(_RUNS_SOMETHING):
        events.append(event)


def _grow(adapter: Any, asked: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    from fairlead_contracts.adapters import ModelCard

    card = ModelCard.model_validate(asked["card"])
    table = {name: np.array(values, dtype=dtype) for name, dtype, values in asked["table"]}

    def cycle(loads: int, within: float) -> int:
        end, done = time.monotonic() + within, 0
        while done < loads and (done < _WARM or time.monotonic() < end):
            adapter.load(Path(asked["folder"]), card).predict(table)
            done += 1
        return done

    cycle(_WARM, 0)
    before = _peak()
    return {"loads": cycle(asked["loads"], asked["within"]), "grown": _peak() - before}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
