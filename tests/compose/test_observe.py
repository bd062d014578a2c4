"""Prometheus and Grafana: what their files name is what the services show."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fairlead_cli.up.plan import SERVICES
from prometheus_client import REGISTRY

ROOT = Path(__file__).parents[2]
OBSERVE = ROOT / "compose" / "observe"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose" / "compose.yaml").read_text())["services"]
DASHBOARD: dict[str, Any] = json.loads((OBSERVE / "fairlead.json").read_text())
ENDS = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
OWN = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total"}
SERVES = ["chassis.run", "monitor.service", "gateway.service", "audit.service", "registry.service"]


def asked() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    return panels + [each["query"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query"]


def shown() -> set[str]:
    for name in SERVES:
        importlib.import_module(f"fairlead_{name}")
    return {family.name + end for family in REGISTRY.collect() for end in ENDS.get(family.type, ())} | OWN


@pytest.mark.parametrize("query", asked())
def test_the_dashboard_asks_for_what_the_services_show(query: str) -> None:
    names = set(re.findall(r"\b(?:fairlead|process)_[a-z_]+|\bup\b", query))
    assert names
    assert names <= shown()
    assert query.count("(") == query.count(")")


def test_its_panels_fill_the_width_and_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def targets() -> Iterator[tuple[str, str]]:
    (job,) = yaml.safe_load((OBSERVE / "prometheus.yml").read_text())["scrape_configs"]
    for each in job["static_configs"]:
        yield each["labels"]["service"], each["targets"][0]


def test_every_service_is_scraped_where_it_listens() -> None:
    assert {service for service, _ in targets()} == set(SERVICES)
    for service, target in targets():
        settings = COMPOSE[service].get("environment", {})
        host = COMPOSE[service].get("network_mode", f"service:{service}").removeprefix("service:")
        assert target == f"{host}:{settings.get('FAIRLEAD_HEALTH_PORT', '8700')}"


def test_what_is_mounted_is_there() -> None:
    mounted = [each for name in ("prometheus", "grafana") for each in COMPOSE[name]["volumes"] if each.startswith(".")]
    assert len(mounted) == 4
    for each in mounted:
        assert (ROOT / "compose" / each.split(":")[0]).is_file()
