"""Finding what must be there, or saying clearly that it is not."""

from fairlead_contracts.errors import NotFoundError

from fairlead_registry.view import RegistryView


def require_model(view: RegistryView, project: str, model: str) -> None:
    """Raises: NotFoundError when there is no such model."""
    if not view.has_model(project, model):
        raise NotFoundError(f"No model {model} in project {project}; `fairlead model list` shows them.")


def require_version(view: RegistryView, project: str, model: str, version: int) -> tuple[str, bool]:
    """A version's digest and whether it is approved. Raises: NotFoundError."""
    require_model(view, project, model)
    found = view.digest(project, model, version)
    if found is None:
        last = view.last_version(project, model)
        raise NotFoundError(f"Model {model} has no version {version}; its newest is {last}.")
    return found
