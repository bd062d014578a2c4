"""The part of nats-server's configuration that says whom it trusts: the operator, its accounts, the roles in them."""

from typing import Any

from fairlead_chassis.natsd import jwt, permissions
from fairlead_chassis.natsd.keys import Keys

_SUBJECTS = permissions.REPLICA_SUBJECTS


def accounts_conf(keys: Keys) -> str:
    """The text of that part. It holds public keys and signed claims, no secret."""
    claims = (jwt.account(keys.system.public, "SYSTEM"), _fairlead(keys), _replicas(keys))
    accounts = "\n".join(f'  {claim["sub"]}: "{jwt.encode(claim, keys.operator)}"' for claim in claims)
    system = keys.system.public
    operator = jwt.encode(jwt.operator(keys.operator.public, system), keys.operator)
    return f'operator: "{operator}"\nsystem_account: {system}\nresolver: MEMORY\nresolver_preload {{\n{accounts}\n}}\n'


def _fairlead(keys: Keys) -> jwt.Claims:
    rules = {name: permissions.for_service(name, grant) for name, grant in keys.services.items()}
    rules[permissions.ADMIN] = permissions.for_admin()
    roles = [jwt.role(keys.roles[name].public, name, rule) for name, rule in rules.items()]
    exports = [_service(subject, response_type="Singleton") for subject in _SUBJECTS]
    return jwt.account(keys.fairlead.public, "FAIRLEAD", jwt.JETSTREAM, signing_keys=roles, exports=exports)


def _replicas(keys: Keys) -> jwt.Claims:
    role = jwt.role(keys.roles[permissions.REPLICA].public, permissions.REPLICA, permissions.for_replica())
    imports = [_service(subject, account=keys.fairlead.public) for subject in _SUBJECTS]
    return jwt.account(keys.replicas.public, "REPLICAS", signing_keys=[role], imports=imports)


def _service(subject: str, **where: Any) -> dict[str, Any]:
    return {"name": subject, "subject": subject, "type": "service", **where}
