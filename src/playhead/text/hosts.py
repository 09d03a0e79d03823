"""Hosts that mean this machine: the one definition of loopback, for keys, contracts, verifying and the network guard.

A service on loopback gets another port in every run, so its port says nothing about which service it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

__all__ = ["LOCALHOST", "is_address", "is_local", "is_loopback", "service_host"]

LOCALHOST = "localhost"

_LOOPBACK_V4 = re.compile(r"127(?:\.\d+){1,3}")
"""127.0.0.0/8 (RFC 1122, 3.2.1.3), also in the short spellings such as `127.1` that resolvers accept."""
_ANY = ("0.0.0.0", "::")
"""Addresses by which servers bind to all interfaces. A connection to one of them reaches this machine."""
_ONE_HOST = (LOCALHOST, "127.0.0.1", "::1")


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Return True if a host of a URL is this machine by its name or address alone.

    These are `localhost` and all names below it (RFC 6761, 6.3), 127.0.0.0/8, `::1`, either of them mapped into IPv6,
    and `0.0.0.0` and `::`. Case, the brackets of a URL, a zone and a final dot do not matter.
    """
    name = _canonical(host)
    return name in (*_ONE_HOST, *_ANY) or name.endswith(".localhost") or _LOOPBACK_V4.fullmatch(name) is not None


def is_local(host: str, own_name: str) -> bool:
    """Return True if a connection to `host` stays on this machine, which is called `own_name`.

    Besides loopback these are the machine's own name, and the empty host, for which sockets take any local address.
    """
    return not host or is_loopback(host) or _canonical(host) == _canonical(own_name)


def is_address(host: str) -> bool:
    """Return True for a literal address. No name server is asked about one."""
    return _address(host) is not None


@lru_cache(maxsize=1024)
def service_host(host: str) -> str:
    """Return the host that stands for a service: `localhost` for itself, `127.0.0.1` and `::1`.

    Names below `localhost` stay apart, since a proxy tells its services by them. So do `0.0.0.0` and the other
    addresses of 127.0.0.0/8, which a test may give to services that need one port each.
    """
    return LOCALHOST if _canonical(host) in _ONE_HOST else host


def _canonical(host: str) -> str:
    name = host.lower().removeprefix("[").removesuffix("]").rstrip(".")
    return _address(name) or name


def _address(name: str) -> str | None:
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
