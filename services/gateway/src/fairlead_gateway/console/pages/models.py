"""Models, their versions and aliases, and where they serve."""

from typing import Any

from fairlead_contracts.operations import deployer, registry
from fastapi import Response

from fairlead_gateway.console.charts.bars import weights
from fairlead_gateway.console.visit import Visit


async def listed(visit: Visit) -> Response:
    """A page of the project's models."""
    found = await visit.ask(registry.LIST_MODELS, project=visit.project, after=visit.query("after"))
    return await visit.page("models.html", models=found.items, next=found.next)


async def one(visit: Visit) -> Response:
    """A model's versions and aliases, and the deployments that it serves in."""
    view = await visit.ask(registry.GET_MODEL, project=visit.project, model=visit.at("model"))
    return await visit.page("model.html", model=view, serving=await _serving(visit, view.model))


async def version(visit: Visit) -> Response:
    """A version: where it comes from, what it takes, how good it was, who approved it, where it serves."""
    at = {"project": visit.project, "model": visit.at("model"), "version": visit.at("version")}
    view = await visit.ask(registry.GET_VERSION, **at)
    serving = [each for each in await _serving(visit, view.model) if each[2].version == view.version]
    return await visit.page("version.html", version=view, weights=weights(view.importance), serving=serving)


async def _serving(visit: Visit, model: str) -> list[Any]:
    # What the newest revision of each deployment wants of this model: (deployment, role, resolved version).
    if not visit.may(deployer.LIST_DEPLOYMENTS, "deployment:*"):
        return []
    found = await visit.ask(deployer.LIST_DEPLOYMENTS, project=visit.project)
    wanted = [
        (each.deployment, role, resolved)
        for each in found.items
        for role, resolved in [
            ("champion", each.revisions[0].champion),
            *(("challenger", other) for other in each.revisions[0].challengers),
        ]
    ]
    return [each for each in wanted if each[2].model == model]
