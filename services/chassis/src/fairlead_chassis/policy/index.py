"""The index: a policy revision compiled for decisions at every request. Casbin says what it must answer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fairlead_contracts.names import EVERYWHERE

from fairlead_chassis.policy.rules import Rule, Rules, covers_action, covers_object


@dataclass(frozen=True)
class Asked:
    """Who wants to do what to what, in which project."""

    principal: str
    project: str
    resource: str
    action: str


@dataclass(frozen=True)
class Decision:
    """The answer, the rule that gave it, and at which revision; where it is no, what is missing."""

    allowed: bool
    rule: str
    revision: int
    missing: str | None = None


@dataclass(frozen=True)
class Index:
    """Rules by who they are for. Deny overrides allow; what no rule allows is denied."""

    rules: Rules
    revision: int
    by_subject: dict[str, tuple[Rule, ...]]
    included: dict[str, frozenset[str]]

    def decide(self, asked: Asked, roles: Collection[str]) -> Decision:
        """Decide for a principal with these roles, bound and contextual."""
        subjects = {asked.principal, *roles}
        for role in roles:
            subjects |= self.included.get(role, frozenset())
        allowed: Rule | None = None
        for subject in subjects:
            for rule in self.by_subject.get(subject, ()):
                if not _covers(rule, asked):
                    continue
                if rule.effect == "deny":
                    return Decision(False, str(rule), self.revision, self._denied(asked, rule))
                allowed = rule
        if allowed is not None:
            return Decision(True, str(allowed), self.revision)
        return Decision(False, "no rule allows it", self.revision, self._lacking(asked))

    def _denied(self, asked: Asked, rule: Rule) -> str:
        return (
            f"{asked.principal} may not {asked.action} on {asked.resource} in project {asked.project}:"
            f" being {rule.subject} there forbids it. Somebody else has to."
        )

    def _lacking(self, asked: Asked) -> str:
        holders = self._holders(asked)
        remedy = f"; {' and '.join(holders)} {'has' if len(holders) == 1 else 'have'} it" if holders else ""
        return f"{asked.principal} lacks {asked.action} on {asked.resource} in project {asked.project}{remedy}."

    def _holders(self, asked: Asked) -> list[str]:
        granting = {rule.subject for rule in self.rules.rules if rule.effect == "allow" and _covers(rule, asked)}
        roles = {*granting, *(holder for holder, included in self.included.items() if included & granting)}
        return sorted(role for role in roles if role.startswith("role:") and not role.startswith("role:service-"))


def compile_rules(rules: Rules, revision: int) -> Index:
    """The index of a policy revision."""
    by_subject: dict[str, list[Rule]] = {}
    for rule in rules.rules:
        by_subject.setdefault(rule.subject, []).append(rule)
    return Index(rules, revision, {key: tuple(each) for key, each in by_subject.items()}, _closure(rules))


def _closure(rules: Rules) -> dict[str, frozenset[str]]:
    holders: Iterable[str] = {holder for holder, _ in rules.inherits}
    return {holder: rules.including(holder) for holder in holders}


def _covers(rule: Rule, asked: Asked) -> bool:
    return (
        covers_action(rule.action, asked.action)
        and rule.project in (EVERYWHERE, asked.project)
        and covers_object(rule.object, asked.resource)
    )
