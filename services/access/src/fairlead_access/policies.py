"""Policy files that are to come into force: what would not mean what it seems to mean is refused, with its line."""

import unicodedata

from fairlead_chassis.policy import shipped
from fairlead_chassis.policy.rules import PolicyError, Rules
from fairlead_contracts.errors import FieldError, InvalidRequestError
from fairlead_contracts.operations.catalogue import ACTIONS, OPERATIONS

RELATIONS = ("role:author", "role:owner")
"""Roles towards one object only: computed at each request, never given, never part of another role."""
_PRINCIPALS = ("user", "service", "group")
_KINDS = frozenset(
    kind for each in OPERATIONS.values() if "{" not in (kind := each.resource.partition(":")[0])
) | frozenset(_PRINCIPALS)


def checked(model: str, rules: str) -> Rules:
    """The rules, once both files were found good. Raises: InvalidRequestError naming the line at fault."""
    if _plain(model) != _plain(shipped.text(shipped.MODEL)):
        why = "decisions follow the model.conf that Fairlead ships, and no other; send that one"
        raise InvalidRequestError(f"model.conf: {why}.", [FieldError(pointer="/model", detail=why)])
    _require_visible(rules)
    parsed = Rules.parse(rules, ACTIONS)
    for line, (first, *fields) in _lines(rules):
        if first == "g" and fields[1] in RELATIONS:
            raise PolicyError(line, f"{fields[1]} holds towards one object only, so no role can include it")
        if first == "p" and (kind := fields[2].partition(":")[0]) not in ("*", *_KINDS):
            raise PolicyError(line, f"there is no kind of object {kind}; there are {', '.join(sorted(_KINDS))}")
    return parsed


def _plain(model: str) -> list[str]:
    lines = ("".join(line.split()) for line in model.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _lines(rules: str) -> list[tuple[int, list[str]]]:
    split = [(number, [each.strip() for each in line.split(",")]) for number, line in enumerate(rules.splitlines(), 1)]
    return [(number, fields) for number, fields in split if fields[0] in ("p", "g")]


def _require_visible(rules: str) -> None:
    # A line separator that editors do not show hides a rule behind a comment.
    for number, line in enumerate(rules.replace("\r\n", "\n").split("\n"), 1):
        if any(each != "\t" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in line):
            raise PolicyError(number, "a control or invisible character stands here")
