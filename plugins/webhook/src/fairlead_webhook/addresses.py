"""Which addresses a request may go to: the public internet, and what the operator listed."""

import ipaddress
import socket

from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.notifiers import Reach

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def reachable(host: str, port: int, reach: Reach) -> list[Address]:
    """Every address of a host, resolved now. Raises: UnavailableError for none, and for one that is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnavailableError("The host's name does not resolve.") from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found))
    for address in addresses:
        if not is_listed(address, reach) and not is_public(address):
            raise UnavailableError(
                "The host's address is not on the public internet; the operator lists the networks that may be reached"
                " in FAIRLEAD_NOTIFIER_NETWORKS."
            )
    return addresses


def is_listed(address: Address, reach: Reach) -> bool:
    """Whether the operator listed a network that it is in."""
    return any(address in network for network in reach.networks)


def is_public(address: Address) -> bool:
    """Whether it is on the public internet, and so is the IPv4 address in it where it carries one."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
