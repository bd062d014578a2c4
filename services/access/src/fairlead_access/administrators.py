"""Who administers: somebody always does. Whoever may apply a policy anywhere can get every other right back."""

from dataclasses import dataclass

from fairlead_chassis.identity import Access
from fairlead_chassis.policy.index import Asked
from fairlead_contracts.errors import RefusedError
from fairlead_contracts.names import EVERYWHERE

ROLE = "role:admin"
APPLY = "policy:apply"
POLICY = "policy:*"


@dataclass(frozen=True)
class Without:
    """What is about to be taken away: a user, a membership (group, member), or a role (principal, role) everywhere."""

    user: str | None = None
    membership: tuple[str, str] | None = None
    role: tuple[str, str] | None = None


def administrators(access: Access, without: Without | None = None) -> list[str]:
    """The users and service accounts that may apply a policy, as things are or without something."""
    gone = without or Without()
    users = [row[0] for row in access.db.execute("SELECT principal FROM users") if row[0] != gone.user]
    members = [row for row in access.db.execute("SELECT name, member FROM members") if row != gone.membership]
    bound = access.db.execute("SELECT principal, role FROM bindings WHERE domain = ?", (EVERYWHERE,))
    roles: dict[str, set[str]] = {}
    for holder, role in bound:
        if (holder, role) != gone.role:
            roles.setdefault(holder, set()).add(role)
    groups: dict[str, list[str]] = {}
    for name, member in members:
        groups.setdefault(member, []).append(f"group:{name}")
    return [user for user in users if _may_apply(access, user, _held(roles, user, groups.get(user, [])))]


def require_one_left(access: Access, without: Without) -> None:
    """Raises: RefusedError when nobody would administer any more."""
    if not administrators(access, without):
        raise RefusedError(f"This is the last administrator of all; give somebody else {ROLE} everywhere first.")


def _held(roles: dict[str, set[str]], user: str, groups: list[str]) -> frozenset[str]:
    return frozenset().union(*(roles.get(holder, ()) for holder in (user, *groups)))


def _may_apply(access: Access, user: str, roles: frozenset[str]) -> bool:
    asked = Asked(principal=user, project=EVERYWHERE, resource=POLICY, action=APPLY)
    return access.index.decide(asked, roles).allowed
