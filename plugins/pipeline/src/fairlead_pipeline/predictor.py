"""A loaded pipeline: its steps one after the other, on a table that each may add to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fairlead_contracts.adapters import Explainer, Explanation, Predictor, Table
from fairlead_contracts.errors import InvalidTableError
from fairlead_contracts.tables import rows_of

from fairlead_pipeline.answering import Array, Given, combined, given_by, processed, switched
from fairlead_pipeline.flow import Flow
from fairlead_pipeline.steps import Combine, Model, Post, Step
from fairlead_pipeline.transforming import transformed


@dataclass(frozen=True)
class Part:
    """A model of the pipeline, and the columns that it takes: its name of each to the table's."""

    predictor: Predictor
    columns: Mapping[str, str]

    def taken(self, table: Table) -> dict[str, Array]:
        """Its own columns, as they are at its step."""
        return {its: table[column] for its, column in self.columns.items()}


class Steps:
    """A pipeline, ready to answer."""

    def __init__(self, flow: Flow, parts: Mapping[str, Part]) -> None:
        self._flow, self._parts, self._inputs = flow, parts, tuple(flow.inputs)
        self._steps = dict(flow.plan.steps)
        self._last = next(reversed(self._steps))
        self._late = _late(self._steps, flow)

    def predict(self, table: Table) -> Table:
        """Score rows, as the contract says. Raises: InvalidTableError naming the step that a row does not fit."""
        return self._run(table, self._last).outputs()

    def _run(self, table: Table, last: str) -> Given:
        rows_of(table, self._inputs)
        run = _Run(self._flow, self._parts, self._late, {name: table[name] for name in self._inputs})
        for name, step in self._steps.items():
            try:
                run.step(name, step)
            except InvalidTableError as error:
                raise InvalidTableError(f"Step {name}: {error.detail}") from error
            if name == last:
                break
        return run.given[last]


class ExplainedSteps(Steps):
    """A pipeline of one model that takes requests' columns as they are, and whose score no later step changes."""

    def __init__(self, flow: Flow, parts: Mapping[str, Part], explain: Callable[[Table], Explanation]) -> None:
        super().__init__(flow, parts)
        (self._part,) = parts.values()
        self._explain = explain

    def explain(self, table: Table) -> Explanation:
        """Explain each row, as the model does. Raises: InvalidTableError when the table does not fit."""
        rows_of(table, self._inputs)
        found = self._explain(self._part.taken(table))
        return Explanation(tuple(self._part.columns[each] for each in found.inputs), found.contributions, found.bias)


def loaded(flow: Flow, parts: Mapping[str, Part]) -> Steps:
    """The pipeline; with `explain` where its one model has it, and explains what requests bring."""
    kinds = {step.do for step in flow.plan.steps.values()}
    if len(parts) == 1 and kinds <= {"model", "threshold", "relabel"}:
        (part,) = parts.values()
        if isinstance(part.predictor, Explainer):
            return ExplainedSteps(flow, parts, part.predictor.explain)
    return Steps(flow, parts)


@dataclass
class _Run:
    flow: Flow
    parts: Mapping[str, Part]
    late: frozenset[str]
    table: dict[str, Array]

    def __post_init__(self) -> None:
        self.given: dict[str, Given] = {}
        self._waiting: dict[str, dict[str, Array]] = {}

    def step(self, name: str, step: Step) -> None:
        if isinstance(step, Model) and name in self.late:
            self._waiting[name] = self.parts[name].taken(self.table)
        elif isinstance(step, Model):
            self._answered(name, self._scored(name, self.parts[name].taken(self.table)))
        elif isinstance(step, Combine):
            self._answered(name, self._combined(name, step))
        elif isinstance(step, Post):
            before = self.given[self.flow.sources[name]]
            self._answered(name, processed(step, self.flow.answers[name], before))
        else:
            self.table = transformed(step, self.table)

    def _answered(self, name: str, given: Given) -> None:
        self.given[name] = given
        if name in self.flow.read:
            self.table.update({f"{name}.{output}": values for output, values in given.outputs().items()})

    def _scored(self, name: str, columns: Table) -> Given:
        try:
            return given_by(self.flow.answers[name], self.parts[name].predictor.predict(columns))
        except InvalidTableError as error:
            if name in self.late:
                raise InvalidTableError(f"model {name}: {error.detail}") from error
            raise

    def _combined(self, name: str, step: Combine) -> Given:
        if step.by is not None:
            return switched(step, self.table[step.by], self.flow.answers[name], self._of_rows)
        return combined(step, {each: self.given[each] for each in step.of})

    def _of_rows(self, name: str, rows: Array) -> Given:
        if name in self._waiting:
            return self._scored(name, {column: values[rows] for column, values in self._waiting[name].items()})
        whole = self.given[name]
        return Given(whole.answer, whole.raw[rows], None if whole.label is None else whole.label[rows])


def _late(steps: Mapping[str, Step], flow: Flow) -> frozenset[str]:
    # A model whose answer one switch alone takes scores the rows that the switch sends it, and no others.
    switches = [each for each in steps.values() if isinstance(each, Combine) and each.how == "switch"]
    others = {name for each in steps.values() if isinstance(each, Combine) and each.how != "switch" for name in each.of}
    others |= {*flow.sources.values(), *flow.read}
    named = [name for each in switches for name in each.of]
    return frozenset(
        name for name in named
        if named.count(name) == 1 and name not in others and isinstance(steps[name], Model)
    )  # fmt: skip
