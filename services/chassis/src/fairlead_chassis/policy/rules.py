"""Policy files: parsed strictly, so that what does not mean what it seems to mean is refused."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from fairlead_contracts.errors import FieldError, InvalidRequestError

_SUBJECT = re.compile(r"(user|service|group|role):[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DOMAIN = re.compile(r"\*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_OBJECT = re.compile(r"\*|[a-z]+:[^,\"\s]{1,300}")
_ACTION = re.compile(r"\*|[a-z]+:(\*|[a-z-]+)")
_EFFECTS = ("allow", "deny")
COLUMNS = ("subject", "project", "object", "action", "effect")


class PolicyError(InvalidRequestError):
    """A policy file is wrong at a line."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(
            f"policy.csv, line {line}: {why}", [FieldError(pointer="/rules", detail=f"line {line}: {why}")]
        )


@dataclass(frozen=True)
class Rule:
    """One `p` line: who, in which project, on what, what, and whether it is allowed or denied."""

    subject: str
    project: str
    object: str
    action: str
    effect: str

    def __str__(self) -> str:
        return f"p, {self.subject}, {self.project}, {self.object}, {self.action}, {self.effect}"


@dataclass(frozen=True)
class Rules:
    """A policy: its rules, and which role is also which (`g` lines: the first has all that the second has)."""

    rules: tuple[Rule, ...] = ()
    inherits: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str, vocabulary: Collection[str] | None = None) -> "Rules":
        """Read policy.csv. With a vocabulary, an action that is not in it is refused.

        Raises: PolicyError naming line and column.
        """
        rules, inherits = [], []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            kind, *fields = (field.strip() for field in line.split(","))
            if kind == "p":
                rules.append(_rule(number, fields, vocabulary))
            elif kind == "g":
                inherits.append(_inheritance(number, fields))
            else:
                raise PolicyError(number, "a line begins with p (a rule) or g (a role that includes another)")
        if len(set(rules)) != len(rules):
            raise PolicyError(len(text.splitlines()), "a rule stands here twice")
        return cls(tuple(rules), tuple(inherits))

    def including(self, role: str) -> frozenset[str]:
        """A role and every role that it includes."""
        found, new = {role}, {role}
        while new:
            new = {included for holder, included in self.inherits if holder in new} - found
            found |= new
        return frozenset(found)


def _rule(number: int, fields: list[str], vocabulary: Collection[str] | None) -> Rule:
    if len(fields) != len(COLUMNS):
        raise PolicyError(number, f"a rule has {len(COLUMNS)} columns after p: {', '.join(COLUMNS)}")
    for column, value, form in zip(COLUMNS, fields, (_SUBJECT, _DOMAIN, _OBJECT, _ACTION), strict=False):
        if not form.fullmatch(value):
            raise PolicyError(number, f"the {column} is not of the form {form.pattern}")
    if fields[4] not in _EFFECTS:
        raise PolicyError(number, f"the effect is one of {', '.join(_EFFECTS)}")
    rule = Rule(*fields)
    if vocabulary is not None and not any(covers_action(rule.action, each) for each in vocabulary):
        raise PolicyError(number, "there is no such action; `fairlead contracts openapi` lists them")
    return rule


def _inheritance(number: int, fields: list[str]) -> tuple[str, str]:
    if len(fields) != 2 or not all(field.startswith("role:") and _SUBJECT.fullmatch(field) for field in fields):
        raise PolicyError(number, "after g stand two roles: the one that has, the one that it includes")
    return fields[0], fields[1]


def covers_object(pattern: str, object_: str) -> bool:
    """Whether a rule's object is this one: itself, `*`, or `kind:*`, or `version:MODEL/*`."""
    return pattern in ("*", object_) or (pattern.endswith("*") and object_.startswith(pattern[:-1]) and ":" in pattern)


def covers_action(pattern: str, action: str) -> bool:
    """Whether a rule's action is this one: itself, `*`, or `noun:*`."""
    return pattern in ("*", action) or (pattern.endswith(":*") and action.startswith(pattern[:-1]))
