"""`fairlead register` and `fairlead deploy`: from a model's file to a deployment that answers."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from fairlead_contracts.errors import AlreadyExistsError, InvalidRequestError, RefusedError, UnavailableError
from fairlead_contracts.names import subject_token

from fairlead_cli.client import Client
from fairlead_cli.output import JsonOption, errors, show
from fairlead_cli.register import register as registered
from fairlead_cli.session import session

_PAUSE = 0.3


def register(  # noqa: PLR0913  # options, most of them optional
    path: Annotated[Path, typer.Argument(help="The model's file or folder, or an MLflow model's folder.")],
    baseline: Annotated[Path, typer.Option(help="Training data, CSV or Parquet: the baseline is made from it.")],
    name: Annotated[str | None, typer.Option(help="The model; none: as the file or folder is called.")] = None,
    target: Annotated[str | None, typer.Option(help="The label's column in the training data.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="NAME=VALUE; may be given again.")] = None,
    adapter: Annotated[str | None, typer.Option(help="The adapter's name, where several read the file.")] = None,
    description: Annotated[str, typer.Option(help="What is worth knowing of this version.")] = "",
    requirements: Annotated[Path | None, typer.Option(help="A requirements.txt: an environment of its own.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Register a model's file as the next version of a model.

    Examples:

    - `fairlead register ./model.onnx --baseline train.csv`
    - `fairlead register ./churn.txt --baseline train.parquet --target churned --metric auc=0.81`
    - `fairlead register ./mlruns/1/models/m-1/artifacts --name churn --baseline train.csv`
    """
    called = name or _called(path)
    with session() as client:
        accepted = registered(
            client, called, path, baseline, target=target, adapter=adapter, metrics=_metrics(metric or []),
            description=description, requirements=requirements, tell=_tell,
        )  # fmt: skip
    version = accepted.fact.version
    _tell(f"{called} version {version} is registered")
    _tell(f"next: somebody else approves it, `fairlead version approve {called} {version}`; `fairlead deploy {called}`")
    show(accepted, as_json=as_json)


def deploy(  # noqa: PLR0913  # options, most of them optional
    model: Annotated[str, typer.Argument(help="The model.")],
    version: Annotated[int | None, typer.Option(help="The version; none: the newest that is approved.")] = None,
    alias: Annotated[str | None, typer.Option(help="An alias to follow instead of one version.")] = None,
    name: Annotated[str | None, typer.Option(help="The deployment; none: as the model is called.")] = None,
    replicas: Annotated[int, typer.Option(help="How many replicas answer.")] = 1,
    where: Annotated[str, typer.Option("--target", help="Where replicas run.")] = "process",
    within: Annotated[float, typer.Option(help="Seconds to wait until it answers; 0: do not wait.")] = 60.0,
    as_json: JsonOption = False,
) -> None:
    """Deploy a model, or move its deployment to another version, and wait until it answers.

    Examples:

    - `fairlead deploy churn`
    - `fairlead deploy churn --version 3 --replicas 2`
    - `fairlead deploy churn --alias champion --name churn-eu`
    """
    deployment = name or model
    if subject_token(deployment) != deployment:
        raise typer.BadParameter(f"{deployment} is no name for a deployment; give one with --name")
    with session() as client:
        champion = {"model": model, **({"alias": alias} if alias else {"version": version or _newest(client, model)})}
        spec = {"champion": champion, "replicas": replicas, "target": where}
        revision = _desired(client, deployment, spec)
        _tell(f"{deployment}: revision {revision} is wanted")
        view = _answers(client, deployment, revision, within) if within else None
        address = f"{client.http.base_url}/v2/models/{deployment}/infer".replace("//v2", "/v2")
        if view is not None:
            _tell(f"{deployment} answers: POST {address}")
        show(view or client.get_deployment(deployment=deployment), as_json=as_json)


def _tell(step: str) -> None:
    errors.print(f"[dim]·[/] {step}", highlight=False, soft_wrap=True)


def _called(path: Path) -> str:
    whole = path.resolve()
    return whole.parent.name if whole.stem == "model" and whole.is_file() else whole.stem


def _metrics(given: list[str]) -> dict[str, float]:
    found = {}
    for each in given:
        name, _, value = each.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise typer.BadParameter(f"{each}: give NAME=VALUE", param_hint="--metric") from None
    return found


def _newest(client: Client, model: str) -> int:
    versions = client.list_versions(model=model).items
    approved = [each.version for each in versions if each.approved]
    if approved:
        return int(max(approved))
    newest = versions[0].version if versions else None
    if newest is None:
        raise InvalidRequestError(f"{model} has no version yet: `fairlead register FILE --baseline DATA` adds one.")
    raise RefusedError(
        f"No version of {model} is approved: somebody other than its author runs"
        f" `fairlead version approve {model} {newest}`."
    )


def _desired(client: Client, deployment: str, spec: dict[str, Any]) -> int:
    try:
        return int(client.create_deployment(deployment=deployment, spec=spec).fact.revision)
    except AlreadyExistsError:
        return int(client.update_deployment(deployment=deployment, spec=spec).fact.revision)


def _answers(client: Client, deployment: str, revision: int, within: float) -> Any:
    deadline = time.monotonic() + within
    with errors.status(f"{deployment}: replicas start"):
        while True:
            view = client.get_deployment(deployment=deployment)
            newest = next(each for each in view.revisions if each.revision >= revision)
            if newest.outcome == "failed" or view.phase == "failed":
                raise RefusedError(f"Revision {revision} failed: {newest.detail or 'a replica did not become ready'}")
            if view.serving is not None and view.serving >= revision and view.phase == "ready":
                return view
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"{deployment} does not answer after {within:.0f} s: `fairlead deployment get {deployment}` tells"
                    " why; it goes on meanwhile."
                )
            time.sleep(_PAUSE)
