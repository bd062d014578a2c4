"""The steps: each does one part of the job, prints what really came back, and fails when it did not hold."""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fairlead_contracts.errors import ForbiddenError

from fairlead_cli.commands import evidence
from fairlead_cli.demo import alarms, models
from fairlead_cli.demo.loans import TARGET
from fairlead_cli.demo.story import DEPLOYMENT, MODEL, StepError, Story, until
from fairlead_cli.demo.traffic import actuals, batches, body_of
from fairlead_cli.register import register
from fairlead_cli.show import monitoring, render
from fairlead_cli.show.evidence import trace as show_trace

YEAR = 2011
INFER = f"/v2/models/{DEPLOYMENT}/infer"


def train_and_register(story: Story) -> None:
    """Train two models on the loans issued before 2011, and register both."""
    history = story.loans.before(f"{YEAR}-01-01")
    training = history.features.assign(**{TARGET: history.outcome})
    for version, train in enumerate((models.logistic_regression, models.boosted_trees), 1):
        with story.busy("training"):
            trained = train(history)
        accepted = register(
            story.people.ada, MODEL, trained.model, training, target=TARGET, metrics=trained.metrics,
            importance=trained.importance, description=trained.name,
        )  # fmt: skip
        fact = accepted.fact
        story.hold(fact.version == version, f"{trained.name}: version {version}, digest {fact.digest[:19]}…")
        story.console.print(
            f"    AUC {trained.metrics['auc']:.3f} on held-out loans; trained on {fact.training_data.rows} loans"
            f" ({fact.training_data.digest[:19]}…); commit {(fact.code_commit or 'none')[:10]}"
        )
        story.hold(trained.metrics["auc"] < 0.8, "the AUC is under 0.8: nothing that is known only later leaks in")
    story.people.boris.seen = story.people.olga.seen = story.people.vera.seen = story.people.ada.seen


def deny_and_approve(story: Story) -> None:
    """A viewer may not deploy, an author may not approve their own version, an approver may."""
    people = story.people
    spec = {"champion": {"model": MODEL, "version": 1}}
    _denied(story, "vera (viewer) deploys", lambda: people.vera.create_deployment(deployment=DEPLOYMENT, spec=spec))
    _denied(story, "ada (author) approves", lambda: people.ada.approve_version(model=MODEL, version=1))
    approved = people.boris.approve_version(model=MODEL, version=1, comment="checked on held-out loans")
    story.hold(approved.fact.version == 1, f"boris approved version 1 (ledger sequence {approved.sequence})")
    people.olga.seen = approved.sequence


def _denied(story: Story, what: str, act: Any) -> None:
    try:
        act()
    except ForbiddenError as error:
        story.hold(True, f"{what}: denied")
        story.console.print(f"    {error.detail}", markup=False, highlight=False)
    else:
        raise StepError(f"{what}: this should have been denied")


def deploy(story: Story) -> None:
    """Two replicas of the champion; the challenger scores in the shadow."""
    olga = story.people.olga
    for alias, version in (("champion", 1), ("challenger", 2)):
        olga.set_alias(model=MODEL, alias=alias, version=version)
    spec = {
        "champion": {"model": MODEL, "alias": "champion"}, "challengers": [{"model": MODEL, "alias": "challenger"}],
        "replicas": 2, "target": "process",
    }  # fmt: skip
    olga.create_deployment(deployment=DEPLOYMENT, spec=spec)
    with story.busy("replicas start"):
        view = _ready(story, 1)
    for each in view.replicas:
        story.console.print(f"    {each.replica}: {each.role}, version {each.version}, {each.address}, pid {each.pid}")
    story.hold(len(view.replicas) == 3, "2 replicas answer, 1 scores in the shadow")


def _ready(story: Story, revision: int) -> Any:
    def good(view: Any) -> bool:
        if view.phase == "failed":
            raise StepError(f"the rollout failed: {view.revisions[0].detail}")
        ready = [each for each in view.replicas if each.phase == "ready"]
        return view.serving >= revision and view.phase == "ready" and len(ready) == 3 if view.serving else False

    return until(lambda: story.people.olga.get_deployment(deployment=DEPLOYMENT), good, 40, "the deployment")


def score(story: Story) -> None:
    """Score the loans of 2011 month by month; their outcomes arrive after."""
    with story.busy(f"scoring {YEAR}") as tell:
        for month, loans in story.loans.months(YEAR):
            known = []
            for id_, body, outcomes in batches(loans, month):
                response = story.people.ada.http.post(INFER, json=body)
                story.scored.add(response, len(outcomes))
                known += actuals(id_, outcomes)
            tell(f"{month:%B}, {story.scored.rows} rows")
            story.people.ada.import_actuals(deployment=DEPLOYMENT, actuals=known)
    first = story.scored.failed[0] if story.scored.failed else ""
    story.hold(not story.scored.failed, f"{story.scored.rows} loans scored in {story.scored.requests} requests {first}")


def report(story: Story) -> None:
    """Coverage, health, drift, one feature, accuracy."""
    vera, expected = story.people.vera, story.scored.rows
    coverage = until(
        lambda: vera.get_coverage(deployment=DEPLOYMENT), lambda seen: seen.labelled >= expected, 30, "telemetry"
    )
    story.hold(
        coverage.served == coverage.counted == expected, f"rows served {coverage.served}, counted {coverage.counted}"
    )
    story.hold(not coverage.gaps, "no telemetry is missing")
    monitoring.health(story.console, vera.get_health(deployment=DEPLOYMENT))
    drift = vera.get_drift(deployment=DEPLOYMENT, by="month")
    monitoring.drift(story.console, drift)
    story.hold(len(drift.periods) == 12, "drift of 12 months, feature by feature")
    monitoring.feature(story.console, vera.get_feature(deployment=DEPLOYMENT, feature="emp_length"))
    accuracy = until(
        lambda: vera.get_accuracy(deployment=DEPLOYMENT, by="month"),
        lambda seen: sum(each.labelled for each in seen.items if each.role == "challenger") >= expected,
        30,
        "the challenger's predictions",
    )
    render(story.console, accuracy)
    estimated = vera.get_estimate(deployment=DEPLOYMENT, version=1, by="month")
    render(story.console, estimated)
    judged = [each.metrics["auc"] for each in estimated.items if "auc" in each.metrics]
    held = sum(each.truth is not None and each.low <= each.truth <= each.high for each in judged)
    story.hold(
        bool(judged), f"AUC estimated without outcomes; the later truth lay within it in {held} of {len(judged)} months"
    )
    both = {each.role for each in accuracy.items}
    story.hold(both == {"champion", "challenger"}, "accuracy of champion and challenger on the same rows")


def budget(story: Story) -> None:
    """At most one false page a month, though somebody looks every day."""
    people = story.people
    people.olga.set_monitoring(deployment=DEPLOYMENT, false_pages=1)
    people.vera.seen = people.olga.seen
    settled = people.vera.get_monitoring(deployment=DEPLOYMENT)
    story.hold(settled.levels["day"] < 0.05, f"a look each day may be wrong {settled.levels['day']:.1%} of the time")
    months = people.vera.get_drift(deployment=DEPLOYMENT, by="month").periods
    with story.busy("judging each day"):
        tallies = alarms.tallied(people.vera, DEPLOYMENT, months)
        alarms.draw(tallies, story.loans.before(f"{YEAR}-01-01").features, settled.levels["day"])
    alarms.show(story.console, tallies)
    line, alone, within = tallies.values()
    story.hold(
        within.alarms <= alone.alarms <= line.alarms and within.confirmed > 0,
        f"what drifts is found all the same: {within.confirmed} alarms that the month confirms",
    )
    story.hold(
        within.false <= alone.false <= line.false and within.false < within.days // 10,
        f"of {within.days} draws from training, {line.false} raise an alarm by the line alone, {within.false} within"
        " the budget",
    )


def upgrade(story: Story) -> None:
    """Move the alias `champion` while requests keep flowing."""
    people = story.people
    people.boris.approve_version(model=MODEL, version=2, comment="better in the shadow")
    people.olga.seen = people.boris.seen
    stop = threading.Event()
    flow = threading.Thread(target=_flow, args=(story, stop))
    flow.start()
    try:
        moved = people.olga.set_alias(model=MODEL, alias="champion", version=2)
        with story.busy("the deployment follows"):
            view = _ready(story, 2)
        before = story.upgraded.versions.get("2", 0)
        until(lambda: story.upgraded.versions.get("2", 0), lambda seen: seen > before + 5, 20, "answers of version 2")
    finally:
        stop.set()
        flow.join()
    story.hold(view.serving >= 2, f"alias moved at ledger sequence {moved.sequence}; revision {view.serving} serves")
    done = story.upgraded
    first = done.failed[0] if done.failed else ""
    story.hold(not done.failed, f"{done.requests} requests meanwhile, {len(done.failed)} failed {first}")
    answered = ", ".join(f"{number} by version {version}" for version, number in sorted(done.versions.items()))
    story.console.print(f"    answered: {answered}")


def _flow(story: Story, stop: threading.Event) -> None:
    month, loans = story.loans.months(YEAR)[-1]
    with httpx.Client(base_url=story.installation.url, headers=dict(story.people.ada.http.headers)) as http:
        number = 0
        while not stop.is_set():
            body = body_of(loans, slice(number % 100, number % 100 + 1), f"upgrade-{number}", month)
            story.upgraded.add(http.post(INFER, json=body, timeout=30), 1)
            number += 1


def prove(story: Story) -> None:
    """Trace one answer, verify the audit, then change one byte of a copy."""
    ines, receipt = story.people.ines, story.scored.receipts[len(story.scored.receipts) // 2]
    with story.busy("the receipt's batch is sealed"):
        trace = until(lambda: ines.trace_receipt(receipt=receipt), lambda seen: seen.proven, 40, "the receipt's proof")
    story.console.print(f"  [dim]fairlead trace {receipt[:40]}…[/]")
    show_trace(story.console, trace)
    story.hold(trace.proven and trace.version == 1, "the receipt is proven, from leaf to signed checkpoint")
    with TemporaryDirectory() as folder:
        evidence.save(ines, Path(folder))
        whole = evidence.check(Path(folder))
        story.hold(whole.ok, f"audit verify: {whole.records} records hold, root {whole.root.hex()[:16]}…")
        sequence = _change_one_byte(Path(folder) / evidence.LOG)
        broken = evidence.check(Path(folder))
    first = broken.first
    story.hold(
        not broken.ok and first is not None and first.sequence == sequence, "one byte changed: verification fails"
    )
    if first is not None:
        story.console.print(f"    record {first.sequence} on {first.subject}: {first.problem}")


def _change_one_byte(log: Path) -> int:
    lines = log.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if "user:boris" in line)
    lines[place] = lines[place].replace("user:boris", "user:borus", 1)
    log.write_text("\n".join(lines) + "\n")
    return place + 1


STEPS = (
    ("Train two models, register both", train_and_register),
    ("Who may: a viewer, an author, an approver", deny_and_approve),
    ("Deploy", deploy),
    ("Score the loans of 2011", score),
    ("Look: coverage, health, drift, accuracy", report),
    ("Alarms: with a budget and without", budget),
    ("Upgrade without a failed request", upgrade),
    ("Prove: one answer, the whole audit", prove),
)
