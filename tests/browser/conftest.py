"""A real Chromium before a real installation: `tox -e browser`."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlead_cli.register import register
from sklearn.linear_model import LogisticRegression
from system.installation import Fairlead, ended, started, wait_for

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
MODEL = "Umsätze & Ausfälle – " + "a-name-without-any-place-to-break-" * 6
DEPLOYMENT = "a-deployment-whose-name-is-as-long-as-a-name-can-be-and-not-less"[:63]
FEATURES = [
    *(f"f{place}" for place in range(118)),
    "income_of_the_household_in_the_twelve_months_before_" * 3,
    "<b>&\"'",
]


@dataclass
class World:
    """An installation with one deployment that was asked, judged and traced."""

    fairlead: Fairlead
    token: str
    viewer: str
    receipt: str

    @property
    def pages(self) -> dict[str, str]:
        """Every page by what it is."""
        one = f"/console/p/default/{DEPLOYMENT}"
        model = self.fairlead.admin.http.build_request("GET", f"/console/models/default/{MODEL}").url.raw_path.decode()
        return {
            "deployments": "/console", "overview": one, "drift": f"{one}/drift",
            "every feature": f"{one}/drift?features=all",
            "accuracy": f"{one}/accuracy", "quality": f"{one}/quality", "service": f"{one}/service",
            "goals": f"{one}/goals", "all goals": "/console/goals/default", "models": "/console/models/default",
            "model": model, "version": f"{model}/1", "audit": "/console/audit", "receipt": "/console/receipt",
            "trace": f"/console/receipt?receipt={self.receipt}", "documents": "/docs", "empty": "/console/p/empty",
            "no models": "/console/models/empty", "no goals": "/console/goals/empty",
        }  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The machine's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not here: `tox -e browser` has it")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def world(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Long names, many features, rows that drift, and nothing at all in a second project."""
    running = started(tmp_path_factory.mktemp("fairlead"))
    try:
        yield _lived_in(running)
    finally:
        ended(running)


def _lived_in(running: Fairlead) -> World:
    admin, viewer = running.admin, running.user("vera", "role:viewer")
    admin.create_project(name="empty")
    _deployed(running)
    rows = np.random.default_rng(4).normal(1.0, size=(200, len(FEATURES)))
    answer = admin.http.post(f"/v2/models/{DEPLOYMENT}/infer", json=_request(rows)).raise_for_status().json()
    actuals = [{"id": "all", "row": place, "value": str(int(row[0] > 1))} for place, row in enumerate(rows)]
    admin.record_actuals(deployment=DEPLOYMENT, actuals=actuals)
    goal = {"name": "quick", "objective": {"kind": "latency", "under_ms": "0.01", "share": "0.9", "min_requests": 1}}
    admin.set_goal(deployment=DEPLOYMENT, goal=goal)
    wait_for(lambda: admin.get_goal(deployment=DEPLOYMENT, name="quick").status == "failing", 40)
    wait_for(lambda: any(each.metrics for each in admin.get_accuracy(deployment=DEPLOYMENT).items), 40)
    receipt = answer["parameters"]["receipt"]
    wait_for(lambda: admin.trace_receipt(receipt=receipt).proven, 40)
    token = (running.home / "keys" / "admin.token").read_text().strip()
    return World(running, token, viewer.http.headers["authorization"].removeprefix("Bearer "), receipt)


def _deployed(running: Fairlead) -> None:
    admin, author = running.admin, running.user("ada", "role:data-scientist")
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(400, len(FEATURES))), columns=FEATURES)
    data["bad"] = (data["f0"] > 0).astype(int)
    model = LogisticRegression().fit(data[FEATURES], data["bad"])
    register(author, MODEL, model, data, target="bad")
    admin.seen = author.seen
    admin.approve_version(model=MODEL, version=1)
    admin.create_deployment(deployment=DEPLOYMENT, spec={"champion": {"model": MODEL, "version": 1}})
    wait_for(lambda: admin.get_deployment(deployment=DEPLOYMENT).phase == "ready", 60)


def _request(rows: Any) -> dict[str, Any]:
    columns = [
        {"name": name, "datatype": "FP64", "shape": [len(rows)], "data": rows[:, place].tolist()}
        for place, name in enumerate(FEATURES)
    ]
    return {"id": "all", "inputs": columns}


@dataclass
class Visitor:
    """Somebody at a browser, and everything that went wrong in it."""

    page: Any
    base: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """Go there; returns the response."""
        return self.page.goto(self.base + path)

    def sign_in(self, token: str) -> None:
        """Type a token into the form."""
        self.page.get_by_label("Your token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()

    def failed(self, request: Any) -> None:
        """Note a request that failed; one that the way to the next page cut short did not."""
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.url}: {request.failure}")

    @property
    def path(self) -> str:
        """Where the browser is."""
        return str(self.page.url).removeprefix(self.base)


@pytest.fixture
def visitor(chromium: Any, world: World) -> Iterator[Callable[..., Visitor]]:
    """Open a browser window of its own: no cookies, this width and colour scheme."""
    contexts = []

    def opened(width: int = 1440, scheme: str = "light", token: str | None = None) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        made = Visitor(context.new_page(), world.fairlead.url)
        made.page.on(
            "console", lambda said: made.wrong.append(said.text) if said.type in ("error", "warning") else None
        )
        made.page.on("pageerror", lambda error: made.wrong.append(str(error)))
        made.page.on("requestfailed", made.failed)
        made.page.on(
            "response",
            lambda response: made.wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None,
        )
        if token is not None:
            made.open("/console/login")
            made.sign_in(token)
        return made

    yield opened
    for context in contexts:
        context.close()
