"""pytest-recording's closed network: sockets refuse every host but the allowed ones."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playhead.errors import NetworkBlocked
from playhead.patching import Patches

__all__ = ["NetworkDisabled", "blocked_network"]

_patches = Patches("network of pytest-recording")
_allowed: list[Sequence[str]] = []


class NetworkDisabled(NetworkBlocked, RuntimeError):
    """The network is blocked by a marker or an option of pytest-recording, which raises `RuntimeError` for that."""


@contextmanager
def blocked_network(allowed_hosts: Sequence[str] | None) -> Iterator[None]:
    """Refuse connections to hosts that none of these regular expressions matches; Unix sockets stay open."""
    _allowed.append(tuple(allowed_hosts or ()))
    for name in ("connect", "connect_ex"):
        _patches.replace(socket.socket, name, _refusing)
    try:
        yield
    finally:
        _allowed.pop()
        if not _allowed:
            _patches.restore()


def _refusing(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:  # as sockets of any family have it
        if _allowed and self.family in (socket.AF_INET, socket.AF_INET6) and not _is_allowed(str(address[0])):
            raise NetworkDisabled("Network is disabled", address=str(address[0]))
        return original(self, address)

    return connect


def _is_allowed(host: str) -> bool:
    return any(re.match(pattern, host) for pattern in _allowed[-1])
