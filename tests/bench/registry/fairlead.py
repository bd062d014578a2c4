"""Fairlead's side: a whole installation with its durable settings."""

import itertools
from pathlib import Path

import aiohttp
from bench.registry.rounds import CLIENTS, answered
from fairlead_cli.register.training_data import arrow, parquet  # the very bytes that a registration uploads
from fairlead_contracts.names import digest_of
from system.installation import table
from xgboost import XGBClassifier

BASE = "/api/v1/projects/default"


class FairleadSide:
    """The whole way: token, policy, decision, ledger with a sync, view, reply."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        data = table(200).drop(columns="kind")
        model = XGBClassifier(n_estimators=3, max_depth=2).fit(data[["amount", "ratio"]], data["bad"])
        self.http = http
        self._model, self._training = bytes(model.get_booster().save_raw("ubj")), parquet(arrow(data))
        self._numbers = itertools.count()
        self._aliased: dict[int, int] = {}

    async def prepare(self) -> None:
        """A model for each client, with two versions and an alias."""
        await self._uploaded(self._model)
        await self._uploaded(self._training)
        for client in range(CLIENTS):
            await answered(self.http, "POST", f"{BASE}/models", {"model": f"client-{client}"})
            for _ in range(2):
                await self.create_version(client)
            await answered(self.http, "PUT", f"{BASE}/models/client-{client}/aliases/champion", {"version": 1})

    async def create_model(self, _client: int) -> None:
        await answered(self.http, "POST", f"{BASE}/models", {"model": f"bench-{next(self._numbers)}"})

    async def create_version(self, client: int) -> None:
        """With an upload of a file of its own, describing of the model, and a baseline that was computed before."""
        note = f"version {next(self._numbers)}".encode()
        files = [
            {"path": "model.ubj", "size": len(self._model), "digest": digest_of(self._model)},
            {"path": "note.txt", "size": len(note), "digest": await self._uploaded(note)},
        ]
        body = {"files": files, "training_data": digest_of(self._training), "target": "bad"}
        await answered(self.http, "POST", f"{BASE}/models/client-{client}/versions", body)

    async def set_alias(self, client: int) -> None:
        version = self._aliased[client] = 3 - self._aliased.get(client, 1)
        await answered(self.http, "PUT", f"{BASE}/models/client-{client}/aliases/moving", {"version": version})

    async def read_by_alias(self, client: int) -> None:
        await answered(self.http, "GET", f"{BASE}/models/client-{client}/aliases/champion")

    async def _uploaded(self, data: bytes) -> str:
        digest = digest_of(data)
        async with self.http.put(f"{BASE}/artifacts/{digest}", data=data) as response:
            response.raise_for_status()
        return digest


def headers(home: Path) -> dict[str, str]:
    """What the installation's administrator sends."""
    return {"Authorization": f"Bearer {(home / 'keys' / 'admin.token').read_text()}"}
