"""The people of the demo, each with a role and a token of their own."""

from dataclasses import dataclass

from fairlead_cli.client import Client

ROLES = {
    "user:ada": "role:data-scientist",
    "user:vera": "role:viewer",
    "user:boris": "role:approver",
    "user:olga": "role:operator",
    "user:ines": "role:auditor",
}


@dataclass(frozen=True)
class People:
    """A client for each."""

    ada: Client
    vera: Client
    boris: Client
    olga: Client
    ines: Client


def arrive(admin: Client, url: str) -> People:
    """Make the users, give them their roles, and let each sign in."""
    clients = {}
    for principal, role in ROLES.items():
        admin.create_user(principal=principal)
        project = "*" if role == "role:auditor" else "default"
        admin.create_binding(project=project, principal=principal, role=role)
        token = admin.create_token(principal=principal, label="demo").secret
        client = Client(url, token)
        client.seen = admin.seen
        clients[principal.removeprefix("user:")] = client
    for client in clients.values():
        client.seen = admin.seen
    return People(**clients)
