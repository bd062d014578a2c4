"""Changes and predictions that keep flowing while something is killed, and what was acknowledged of them."""

import threading
from dataclasses import dataclass, field

import httpx
from fairlead_cli import Client
from fairlead_contracts.errors import FairleadError
from system.installation import Fairlead, infer_body

WRITERS = 3


@dataclass
class Work:
    """Threads that write and predict until told to stop."""

    fairlead: Fairlead
    replica: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Model name to the ledger sequence that its creation was acknowledged with."""
    unknown: int = 0
    answered: int = 0
    unanswered: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Work":
        targets = [(self._write, (number,)) for number in range(WRITERS)] + [(self._predict, ())]
        self._threads = [threading.Thread(target=target, args=args) for target, args in targets]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, writer: int) -> None:
        token = (self.fairlead.home / "keys" / "admin.token").read_text()
        number = 0
        with Client(self.fairlead.url, token, patience=20.0) as client:
            while not self._stop.is_set():
                name = f"kept-{writer}-{number}"
                number += 1
                try:
                    self.acknowledged[name] = client.create_model(model=name).sequence
                except FairleadError:
                    self.unknown += 1

    def _predict(self) -> None:
        with httpx.Client(base_url=self.replica, timeout=10) as http:
            while not self._stop.is_set():
                response = http.post("/v2/models/small/infer", json=infer_body())
                if response.is_success:
                    self.answered += 1
                else:
                    self.unanswered.append(response.text)
