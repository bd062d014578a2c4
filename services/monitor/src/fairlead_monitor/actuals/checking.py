"""How actuals stand that would be taken in: row by row, against what the deployment predicts and what is known."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fairlead_contracts.adapters import ModelCard
from fairlead_contracts.errors import FieldError, InvalidRequestError
from fairlead_contracts.operations.monitor import Actual, ActualsChecked, CheckActuals, RefusedActual
from fairlead_contracts.values import micros

from fairlead_monitor.actuals.values import class_of, number_of

AHEAD = timedelta(minutes=5)
_NAMED = 20


def check(db: sqlite3.Connection, asked: CheckActuals, cards: Sequence[ModelCard], now: datetime) -> ActualsChecked:
    """What would become of each row."""
    refused = refusals(asked.actuals, cards, now)
    wrong = {each.place for each in refused}
    sound = [each for place, each in enumerate(asked.actuals) if place not in wrong]
    found = _Standing(db, asked, now)
    for each in sound:
        found.add(each)
    return ActualsChecked(
        rows=len(sound), new=found.new, repeated=found.repeated, corrected=found.corrected, outdated=found.outdated,
        waiting=len(found.waiting), waiting_ids=tuple(list(found.waiting)[:_NAMED]),
        reused=len(found.reused), reused_ids=tuple(list(found.reused)[:_NAMED]), refused=tuple(refused),
    )  # fmt: skip


def require_sound(actuals: Sequence[Actual], cards: Sequence[ModelCard], now: datetime) -> None:
    """Raises: InvalidRequestError that names the first rows that no version of the deployment could be held against."""
    refused = refusals(actuals, cards, now)
    if refused:
        places = [FieldError(pointer=f"/actuals/{each.place}", detail=each.reason) for each in refused[:_NAMED]]
        raise InvalidRequestError(
            f"{len(refused)} of {len(actuals)} actuals cannot be taken, so none was. `fairlead actuals check` lists"
            " them all; `fairlead actuals import` leaves them out.", places,
        )  # fmt: skip


def refusals(actuals: Sequence[Actual], cards: Sequence[ModelCard], now: datetime) -> list[RefusedActual]:
    """The rows that cannot be taken, and why each."""
    latest, found = now + AHEAD, []
    for place, each in enumerate(actuals):
        if each.time is not None and each.time > latest:
            found.append(RefusedActual(place=place, reason="this time is more than 5 minutes ahead"))
        elif cards and not any(_fits(each.value, card) for card in cards):
            found.append(RefusedActual(place=place, reason=_unfit(cards)))
    return found


def _fits(value: object, card: ModelCard) -> bool:
    if card.task == "regression":
        return number_of(value) is not None
    return not card.classes or class_of(value, card.classes) is not None


def _unfit(cards: Sequence[ModelCard]) -> str:
    if all(card.task == "regression" for card in cards):
        return "this is no number, and the model predicts one"
    classes = dict.fromkeys(name for card in cards for name in card.classes)
    shown = ", ".join(list(classes)[:_NAMED])
    return f"this is none of the classes that the model predicts: {shown}"[:400]


class _Standing:
    """Counts rows one after the other, each against what is known and what came before it in the same request."""

    def __init__(self, db: sqlite3.Connection, asked: CheckActuals, now: datetime) -> None:
        self._db, self._at, self._now = db, (asked.project, asked.deployment), now
        self.new = self.repeated = self.corrected = self.outdated = 0
        self.waiting: dict[str, None] = {}
        self.reused: dict[str, None] = {}
        self._before: dict[tuple[str, int], tuple[str, int]] = {}

    def add(self, actual: Actual) -> None:
        """Count one row."""
        key, value = (actual.id, actual.row), json.dumps(actual.value)
        known = micros(actual.time or self._now)
        before = self._before.get(key) or self._known(key)
        self._predicted(key)
        if before is None:
            self.new += 1
        elif before[0] == value:
            self.repeated += 1
        elif before[1] > known:
            self.outdated += 1
            return
        else:
            self.corrected += 1
        self._before[key] = (value, max(known, before[1] if before else known))

    def _known(self, key: tuple[str, int]) -> tuple[str, int] | None:
        row = self._db.execute(
            "SELECT value, known FROM actuals WHERE (project, deployment, id, row) = (?, ?, ?, ?)", (*self._at, *key)
        ).fetchone()
        return (str(row[0]), int(row[1])) if row else None

    def _predicted(self, key: tuple[str, int]) -> None:
        times = list(self._times(key))
        if not times:
            self.waiting[key[0]] = None
        elif max(times) > 1:
            self.reused[key[0]] = None

    def _times(self, key: tuple[str, int]) -> Iterator[int]:
        rows = self._db.execute(
            "SELECT count(*) FROM predictions WHERE (project, deployment, id, row) = (?, ?, ?, ?)"
            " GROUP BY model, version, role", (*self._at, *key),
        )  # fmt: skip
        yield from (int(row[0]) for row in rows)
