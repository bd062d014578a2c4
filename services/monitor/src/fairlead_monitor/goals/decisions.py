"""The pure decisions: what a goal may demand, and that a change of its status is recorded once."""

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.errors import NotFoundError, RefusedError
from fairlead_contracts.facts.goals import GoalJudged, GoalRemoved, GoalSet
from fairlead_contracts.ledger import ledger_subject
from fairlead_contracts.objectives import Action
from fairlead_contracts.operations.goals import JudgeGoal, RemoveGoal, SetGoal

from fairlead_monitor.goals.sound import require_known, require_no_contradiction
from fairlead_monitor.goals.view import Champion, Declared
from fairlead_monitor.view import MonitorView

MOST = 50


def set_goal(request: SetGoal, view: MonitorView, context: Context) -> GoalSet | Unchanged:
    """A goal that fits its deployment and its neighbours; the same one again changes nothing."""
    champion = serving(view, request.project, request.deployment)
    others = view.goals.goals(request.project, request.deployment)
    fact = GoalSet(project=request.project, deployment=request.deployment, goal=request.goal)
    if any(each.goal == request.goal for each in others):
        return Unchanged(fact)
    require_may_act(request.goal.action, request.deployment, context)
    if len(others) >= MOST and request.goal.name not in {each.goal.name for each in others}:
        raise RefusedError(f"Deployment {request.deployment} has {MOST} goals, the most there can be.")
    context.rely_on(ledger_subject("deployment", request.project, request.deployment))
    version = view.version(request.project, champion.model, champion.version)
    require_known(request.goal, version, view.goals.metrics(request.project, request.deployment))
    require_no_contradiction(request.goal, (each.goal for each in others))
    return fact


def remove_goal(request: RemoveGoal, view: MonitorView, context: Context) -> GoalRemoved:
    """End a goal that there is."""
    goal = existing(view, request.project, request.deployment, request.name).goal
    require_may_act(goal.action, request.deployment, context)
    return GoalRemoved(project=request.project, deployment=request.deployment, goal=request.name)


def judge_goal(request: JudgeGoal, view: MonitorView, _context: Context) -> GoalJudged | Unchanged:
    """A change of status from what the asker saw; when another copy was first, what it recorded stands."""
    current = view.goals.goal(request.project, request.deployment, request.goal)
    fact = GoalJudged(**request.model_dump())
    if current is None or current.declared != request.declared:
        raise NotFoundError(f"Goal {request.goal} was removed or declared anew meanwhile.")
    if current.status != request.before or request.status == request.before:
        return Unchanged(fact)
    return fact


def require_may_act(action: Action, deployment: str, context: Context) -> None:
    """What changes a deployment through a goal may change it without one. Raises: ForbiddenError."""
    if action in ("hold", "roll-back", "scale"):
        context.require("deployment:update", f"deployment:{deployment}")


def existing(view: MonitorView, project: str, deployment: str, name: str) -> Declared:
    """A goal that there is. Raises: NotFoundError."""
    serving(view, project, deployment)
    found = view.goals.goal(project, deployment, name)
    if found is None:
        raise NotFoundError(f"Deployment {deployment} has no goal {name}; `fairlead goals {deployment}` shows them.")
    return found


def serving(view: MonitorView, project: str, deployment: str) -> Champion:
    """What a deployment that is there answers with. Raises: NotFoundError."""
    found = view.goals.champion(project, deployment)
    if found is None:
        raise NotFoundError(f"No deployment {deployment} in project {project}; `fairlead deployment list` shows them.")
    return found
