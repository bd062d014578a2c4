"""A user for each replica, where root runs the deployer: what one replica can do, no other is open to."""

import os
from pathlib import Path

from fairlead_chassis.sandbox import places

_USERS = range(61_184, 65_520)
"""Where systemd takes its dynamic users from: no account of a person or a service is among them."""


def closed_folder(replicas: Path) -> Path | None:
    """The folder that a user of its own could not enter on the way to its replica, Python or libraries."""
    return places.closed_to(_USERS[0], (replicas, *places.libraries()))


def give_away(folder: Path) -> None:
    """Give a replica's folder, but none of the files that it is to read, to a user that owns no other replica's.

    Nothing happens without root, or where that user could not reach what it needs.
    """
    if os.geteuid() != 0 or closed_folder(folder.parent) is not None:
        return
    taken = {each.stat().st_uid for each in folder.parent.iterdir()}
    user = next(each for each in _USERS if each not in taken)
    os.chown(folder, user, user)
