"""Ports: the one asked for where it is free, else a clear word; any free one for 0."""

import errno
import socket

from fairlead_cli.up.errors import CannotStartError


def free(host: str, port: int) -> int:
    """The port, once it was bound and let go again. Raises: CannotStartError saying why it cannot be had."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise CannotStartError(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken; choose another with --port, 0 for any free one."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has; choose one above 1023 with --port."
    return f"{host} is no address of this machine ({error.strerror}); choose one with --host."
