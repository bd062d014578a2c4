"""Ports: the one asked for where it is free, else a clear word; any free one for 0."""

import socket

from fairlead_contracts.errors import UnavailableError

DEFAULT = 8642


def free(host: str, port: int) -> int:
    """The port, once it was bound and let go again. Raises: UnavailableError when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UnavailableError(
                f"Port {port} on {host} is taken ({error.strerror}); choose another with --port, 0 for any free one."
            ) from error
        return int(probe.getsockname()[1])
