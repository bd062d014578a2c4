"""Takes the steps of a plan: the only place where something is done."""

import time

import structlog
from fairlead_chassis.chassis import Chassis
from fairlead_contracts.messages import route_subject
from fairlead_contracts.operations.deployer import CERTIFY_REPLICA, END_ROLLOUT, CertifyReplica, EndRollout
from fairlead_contracts.routes import RouteTable
from fairlead_contracts.targets import ObservedReplica

from fairlead_deployer.reconcile.plan import Certify, Drain, End, Publish, Remove, Start, Step
from fairlead_deployer.targets import Targets
from fairlead_deployer.view import Deployment

log = structlog.get_logger()
FIRST_PAUSE, LONGEST_PAUSE, FORGIVEN = 0.5, 30.0, 60.0


class Actor:
    """Acts on the targets. A replica that keeps dying is started ever more slowly."""

    def __init__(self, chassis: Chassis, targets: Targets) -> None:
        self.chassis, self.targets = chassis, targets
        self._published: dict[tuple[str, str], RouteTable] = {}
        self._starts: dict[str, tuple[float, float]] = {}

    async def take(self, deployment: Deployment, steps: list[Step]) -> bool:
        """Take the steps in order. True when anything was done."""
        done = [await self._step(deployment, step) for step in steps]
        return any(done)

    async def _step(self, deployment: Deployment, step: Step) -> bool:
        match step:
            case Publish(table):
                return await self._publish(table)
            case Start(plan):
                return await self._start(step) if self._may_start(plan.replica) else False
            case Drain(replica):
                await self.targets.drain(replica)
            case Remove(replica):
                await self.targets.remove(replica)
            case Certify(replica):
                await self._certify(replica)
            case End(revision, completed, detail):
                request = EndRollout(
                    project=deployment.project, deployment=deployment.name, revision=revision, completed=completed,
                    detail=detail[:4000],
                )  # fmt: skip
                await self.chassis.change(END_ROLLOUT, request)
        return True

    async def _publish(self, table: RouteTable) -> bool:
        key = (table.project, table.deployment)
        if self._published.get(key) == table:
            return False
        subject = route_subject(table.project, table.deployment)
        await self.chassis.bus.publish_acknowledged(subject, table.model_dump_json().encode())
        self._published[key] = table
        log.info("routes", deployment=table.deployment, replicas=[each.replica for each in table.replicas])
        return True

    async def _start(self, step: Start) -> bool:
        await self.targets.start(step.plan)
        log.info("replica started", replica=step.plan.replica, version=step.plan.version)
        return True

    def _may_start(self, replica: str) -> bool:
        now = time.monotonic()
        due, pause = self._starts.get(replica, (0.0, FIRST_PAUSE / 2))
        if now < due:
            return False
        pause = FIRST_PAUSE if now - due > FORGIVEN else min(pause * 2, LONGEST_PAUSE)
        self._starts[replica] = (now + pause, pause)
        return True

    async def _certify(self, replica: ObservedReplica) -> None:
        plan = replica.plan
        request = CertifyReplica(
            project=plan.project, replica=plan.replica, epoch=replica.epoch or "", deployment=plan.deployment,
            revision=plan.revision, model=plan.model, version=plan.version, digest=plan.digest,
            public_key=replica.public_key or "",
        )  # fmt: skip
        await self.chassis.change(CERTIFY_REPLICA, request)
