"""What the monitor shows of goals: how each stands by the ledger, and what a look says now."""

import sqlite3

from fairlead_chassis.service import Context
from fairlead_contracts.errors import FairleadError
from fairlead_contracts.operations.goals import GetGoal, GoalList, GoalView, ListGoals, Look
from fairlead_drift import BaselineError, ProfileError

from fairlead_monitor.goals.decisions import existing, serving
from fairlead_monitor.goals.keeper import Keeper
from fairlead_monitor.goals.view import Declared
from fairlead_monitor.view import MonitorView


async def get_goal(request: GetGoal, view: MonitorView, context: Context) -> GoalView:
    """One goal."""
    return await _shown(existing(view, request.project, request.deployment, request.name), context)


async def list_goals(request: ListGoals, view: MonitorView, context: Context) -> GoalList:
    """Every goal of a deployment."""
    serving(view, request.project, request.deployment)
    goals = view.goals.goals(request.project, request.deployment)
    return GoalList(items=tuple([await _shown(each, context) for each in goals]))


async def _shown(goal: Declared, context: Context) -> GoalView:
    keeper: Keeper = context.chassis.own.keeper
    try:
        looked = await keeper.reading(goal.project, goal.deployment).look(goal.goal, context.time)
    except (FairleadError, BaselineError, ProfileError, sqlite3.Error) as error:
        looked = Look(status="unknown", reason=f"it cannot be measured now: {error}"[:1000])
    return GoalView(
        deployment=goal.deployment, goal=goal.goal, actor=goal.actor, declared=goal.declared, status=goal.status,
        since=goal.since, reason=goal.reason, value=goal.value, revision=goal.revision, now=looked,
    )  # fmt: skip
