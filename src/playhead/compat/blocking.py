"""pytest-recording's closed network: sockets and pycurl refuse every host but the allowed ones, loopback included."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playhead.errors import NetworkBlocked
from playhead.patching import Patches

__all__ = ["NetworkDisabled", "blocked_network"]

_patches = Patches("network of pytest-recording")
_allowed: list[Sequence[str]] = []


class NetworkDisabled(NetworkBlocked, RuntimeError):
    """The network is blocked by a marker or an option of pytest-recording, which raises `RuntimeError` for that."""


@contextmanager
def blocked_network(allowed_hosts: Sequence[str] | None) -> Iterator[None]:
    """Refuse connections to hosts, and to Unix sockets, that none of these regular expressions matches."""
    _allowed.append(tuple(allowed_hosts or ()))
    for name in ("connect", "connect_ex"):
        _patches.replace(socket.socket, name, _refusing)
    pycurl = sys.modules.get("pycurl")
    if pycurl is not None:
        _patches.replace(pycurl, "Curl", _refusing_curl)
    try:
        yield
    finally:
        _allowed.pop()
        if not _allowed:
            _patches.restore()


def _refusing(original: Callable[..., Any]) -> Callable[..., Any]:
    def network_guard(self: socket.socket, address: Any) -> Any:  # as sockets of any family have it
        _expect_allowed(_host_of(self, address))
        return original(self, address)

    return network_guard


def _refusing_curl(original: Any) -> Any:
    """Return libcurl's handle with a look at its URL: its connections are not made by Python's sockets."""
    url_option: int = sys.modules["pycurl"].URL

    class Curl(original):  # type: ignore[misc]  # pycurl has no types
        """A handle that reaches allowed hosts only."""

        def __init__(self) -> None:
            self._reaches = ""  # libcurl's handles keep attributes apart: one of the class would hide it

        def setopt(self, option: int, value: Any) -> None:
            if option == url_option:
                self._reaches = value.decode() if isinstance(value, bytes) else str(value)
            super().setopt(option, value)

        def perform(self) -> None:
            host = urlsplit(self._reaches).hostname
            if host:
                _expect_allowed(host)
            super().perform()

    return Curl


def _host_of(connecting: socket.socket, address: Any) -> Any:
    """Return what the expressions are held against: a host, the path of a Unix socket, nothing of other families."""
    if connecting.family in (socket.AF_INET, socket.AF_INET6):
        return address[0]
    return address if connecting.family == getattr(socket, "AF_UNIX", None) else ""


def _expect_allowed(host: Any) -> None:
    text = bytes(host).decode("utf-8", "surrogateescape") if isinstance(host, bytes | bytearray) else str(host)
    if _allowed and not any(re.match(pattern, text) for pattern in _allowed[-1]):
        raise NetworkDisabled(f"Network is disabled for host {host!r}", address=text)
