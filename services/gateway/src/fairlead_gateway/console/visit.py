"""One page view: who looks, what the page asks in their name, and what is shown when that is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fairlead_chassis.chassis import Chassis
from fairlead_contracts.errors import FairleadError, NotFoundError, Problem, UnauthenticatedError
from fairlead_contracts.messages import CALLER_HEADER, REQUEST_ID_HEADER
from fairlead_contracts.names import EVERYWHERE
from fairlead_contracts.operations import Operation
from fairlead_contracts.operations.access.projects import LIST_PROJECTS
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from fairlead_gateway.console.session import principal_of, to_login
from fairlead_gateway.pages import render

AnyOperation = Operation[Any, Any]


@dataclass(frozen=True)
class Visit:
    """A request for a page of a project, by a principal."""

    chassis: Chassis
    request: Request
    principal: str
    project: str

    def at(self, name: str) -> str:
        """A name in the page's path."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str | None:
        """A parameter of the page's query; none where it is empty."""
        return self.request.query_params.get(name) or None

    async def ask(self, operation: AnyOperation, /, **fields: Any) -> Any:
        """What the reader's token may read. Raises: what the operation refuses; NotFoundError for what is no name."""
        try:
            asked: BaseModel = operation.request.model_validate(fields)
        except ValidationError:
            raise NotFoundError("There is nothing of this name: the address holds what no name can be.") from None
        headers = {CALLER_HEADER: self.principal, REQUEST_ID_HEADER: self.request.state.request_id}
        return await self.chassis.bus.request(operation, asked, headers)

    async def ask_all(self, *asked: tuple[AnyOperation, dict[str, Any]]) -> list[Any]:
        """Several answers, asked for at once; the first refusal is raised."""
        return await asyncio.gather(*(self.ask(operation, **fields) for operation, fields in asked))

    def may(self, operation: AnyOperation, resource: str, project: str | None = None) -> bool:
        """Whether policy lets the reader ask; a page asks for nothing in passing that would be refused and recorded."""
        where = self.project if project is None else project
        return self.chassis.access.decide(self.principal, where, resource, operation.action).allowed

    def may_audit(self, operation: AnyOperation, resource: str = "audit:*") -> bool:
        """Whether the reader may ask about everything that is on the ledger."""
        return self.may(operation, resource, EVERYWHERE)

    async def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page, with what every page shows around it."""
        projects = [each.name for each in (await self.ask(LIST_PROJECTS)).items]
        around = {"project": self.project, "projects": projects, "principal": self.principal}
        return render(template, status, **around, here=self.request.url.path, **values)


Page = Callable[[Visit], Awaitable[Response]]


def shown(chassis: Chassis, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page's route: only for who has signed in; a refusal is a page too."""

    async def answer(request: Request) -> Response:
        principal = principal_of(chassis, request)
        if principal is None:
            return to_login(request)
        project = request.path_params.get("project") or request.query_params.get("project")
        visit = Visit(chassis, request, principal, project or chassis.access.home(principal))
        try:
            return await page(visit)
        except UnauthenticatedError:
            return to_login(request)
        except FairleadError as error:
            return refused(visit, error.problem(request.state.request_id))

    return answer


def refused(visit: Visit, problem: Problem) -> Response:
    """What was refused, and why, with a way on."""
    home = visit.chassis.access.home(visit.principal)
    around = {"project": home, "projects": [], "principal": visit.principal, "here": ""}
    return render("error.html", problem.status, **around, problem=problem)
