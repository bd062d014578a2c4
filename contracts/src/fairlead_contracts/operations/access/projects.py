"""Projects."""

from pydantic import Field

from fairlead_contracts.facts.access import ProjectCreated
from fairlead_contracts.names import Name
from fairlead_contracts.operations import Accepted, Kind, Operation
from fairlead_contracts.values import Instant, Message


class CreateProject(Message):
    """Create a project."""

    name: Name
    description: str = Field(default="", max_length=2000)


class ListProjects(Message):
    """List the projects that you may know of."""


class ProjectView(Message):
    """A project."""

    name: str
    description: str
    created: Instant


class ProjectList(Message):
    """Projects by name."""

    items: tuple[ProjectView, ...]


CREATE_PROJECT = Operation(
    "create_project", "project:create", "access", Kind.CHANGE, CreateProject, Accepted[ProjectCreated],
    "POST", "/api/v1/projects", "project:{name}", "project/{name}", (ProjectCreated,),
)  # fmt: skip
LIST_PROJECTS = Operation(
    "list_projects", "project:list", "access", Kind.READ, ListProjects, ProjectList,
    "GET", "/api/v1/projects", "project:*", open=True,
)  # fmt: skip
