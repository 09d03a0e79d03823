"""The network guard: while a test replays, its process reaches loopback and Unix sockets only.

What is patched are the doors of the `socket` module, which asyncio, trio, threads and client libraries written in
Python all go through, and which can be put back (an audit hook cannot). Libraries with sockets of their own in C
(uvloop, libcurl, gRPC) are not seen.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import wraps
from threading import Lock
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from playhead.caller import calling_line, line_in
from playhead.errors import NetworkBlocked, note_lines
from playhead.patching import Patches
from playhead.text.hosts import is_address, is_local

__all__ = ["NetworkGuard", "Pattern", "listed", "listening", "names_of", "pattern_of"]

Pattern = tuple[str, int | None]
HearsConnection = Callable[[str, int], None]
HearsProcess = Callable[[Any], None]

_FIRST_WAY = "  allow"
_lock = Lock()
_guards: list[NetworkGuard] = []
_listeners: list[tuple[HearsConnection, HearsProcess]] = []
_names: dict[str, str] = {}
"""The host names of addresses that were looked up while somebody listens."""
_patches = Patches("network guard")


class NetworkGuard:
    """Keeps `test` off the network, hosts on `passthrough` excepted; those on `discard` refuse the connection.

    A context manager. `blocked` keeps every error it raised, since the code under test may swallow them.
    """

    def __init__(self, test: str, *, passthrough: Iterable[str] = (), discard: Iterable[str] = ()) -> None:
        self.test = test
        self.blocked: list[NetworkBlocked] = []
        self._passes = [pattern_of(each) for each in passthrough]
        self._discards = [pattern_of(each) for each in discard]
        self._resolved: set[str] = set()

    def __enter__(self) -> Self:
        with _lock:
            _mind_doors()
            _guards.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.explain()
        with _lock:
            _guards.remove(self)
            _leave_doors()

    def explain(self) -> None:
        """Find the calling line of errors that were raised in a thread of the event loop.

        They have travelled to the test by now.
        """
        for error in self.blocked:
            line = None if _has_caller(error) else line_in(error.__traceback__)
            if line is not None:
                at = error.__notes__.index(next(note for note in error.__notes__ if note.startswith(_FIRST_WAY)))
                error.__notes__[at:at] = note_lines("caller", line)

    def _ways_out(self, host: str) -> list[tuple[str, str]]:
        return [
            ("allow", f'passthrough=["{host}"] lets it through'),
            ("or", f'discard=["{host}"] refuses it as if nobody were there'),
            ("or", "deck.double(...) records and replays clients other than httpx"),
        ]

    def judge(self, host: str, port: int | None, *, lookup: bool = False) -> None:
        """Raise `NetworkBlocked` for an address that is out of bounds; `lookup` is for asking a name server."""
        if _local(host, lookup=lookup) or host in self._resolved or listed(self._passes, host, port):
            return
        if listed(self._discards, host, port):
            raise _refusal(host, lookup=lookup)
        address = host if port is None else f"{host}:{port}"
        error = NetworkBlocked(
            f"{self.test} reached for the network at {address}, where only recordings may answer; see below.",
            address=address,
        )
        line = calling_line()
        rows = [("test", self.test), ("address", address), *([("caller", line)] if line else [])]
        error.with_notes([*rows, *self._ways_out(host)])
        self.blocked.append(error)
        raise error

    def resolved(self, host: str, port: int | None, found: Iterable[str]) -> None:
        """Let the addresses of a host through that is on `passthrough` or is this machine."""
        if _local(host, lookup=False) or listed(self._passes, host, port):
            self._resolved.update(found)


def listening(connection: HearsConnection, process: HearsProcess) -> Callable[[], None]:
    """Have each connection told as host and port, and the command of each subprocess; returns what ends that."""
    listener = (connection, process)
    with _lock:
        _mind_doors()
        _listeners.append(listener)

    def stop() -> None:
        with _lock:
            _listeners.remove(listener)
            _leave_doors()

    return stop


def _mind_doors() -> None:
    if not _guards and not _listeners:
        _close_doors()


def _leave_doors() -> None:
    if not _guards and not _listeners:
        _patches.restore()
        _names.clear()


def _tell(self: socket.socket, address: tuple[object, ...]) -> None:
    if _listeners and self.type == socket.SOCK_STREAM:
        host, port = _text(address[0]), _port(address[1:2])
        for connection, _ in _listeners:
            connection(_names.get(host, host), port or 0)


def pattern_of(text: str) -> Pattern:
    """Return a host pattern of an option, with its port if it says one."""
    try:
        split = urlsplit(text if "://" in text else f"//{text}")
    except ValueError:  # brackets that are those of no address: nothing has that name
        return (text, None)
    try:
        return (split.hostname or "*", split.port)
    except ValueError:  # "localhost:*"
        return (split.hostname or "*", None)


def names_of(host: str) -> tuple[str, ...]:
    """Return the names of a host: a loopback address is `localhost` as well, which programs look up."""
    return (host, "localhost") if _local(host, lookup=False) else (host,)


def listed(patterns: Iterable[Pattern], host: str, port: int | None) -> bool:
    """Return True if an address fits one of the patterns."""
    return any(fnmatchcase(host, glob) and (wanted is None or port in (None, wanted)) for glob, wanted in patterns)


def _local(host: str, *, lookup: bool) -> bool:
    """Return True if an address is this machine's.

    For a lookup any literal address counts: the connection is judged later.
    """
    return is_local(host, socket.gethostname()) or (lookup and is_address(host))


def _refusal(host: str, *, lookup: bool) -> OSError:
    if lookup:
        return socket.gaierror(socket.EAI_NONAME, f"{host} is discarded by playhead")
    return ConnectionRefusedError(errno.ECONNREFUSED, f"{host} is discarded by playhead")


def _close_doors() -> None:
    replace, owner = _patches.replace, socket.socket
    replace(owner, "connect", lambda own: _connecting(own, lambda args: args[0], _tell))
    replace(subprocess.Popen, "__init__", _starting)
    replace(os, "system", _running)
    replace(owner, "connect_ex", lambda own: _connecting(own, lambda args: args[0]))
    replace(owner, "sendto", lambda own: _connecting(own, lambda args: args[-1]))
    if hasattr(owner, "sendmsg"):
        replace(owner, "sendmsg", lambda own: _connecting(own, lambda args: args[3] if len(args) > 3 else None))
    replace(socket, "getaddrinfo", lambda own: _looking_up(own, lambda found: [each[4][0] for each in found]))
    replace(socket, "gethostbyname", lambda own: _looking_up(own, lambda found: [found]))
    replace(socket, "gethostbyname_ex", lambda own: _looking_up(own, lambda found: found[2]))


def _starting(original: Callable[..., object]) -> object:
    @wraps(original)
    def start(self: object, *args: object, **named: object) -> object:
        for _, process in _listeners:
            process(args[0] if args else named.get("args"))
        return original(self, *args, **named)

    return start


def _running(original: Callable[..., object]) -> object:
    @wraps(original)
    def system(command: object) -> object:
        for _, process in _listeners:
            process(command)
        return original(command)

    return system


def _connecting(
    original: Callable[..., object],
    address_of: Callable[[tuple[object, ...]], object],
    tell: Callable[..., None] | None = None,
) -> object:
    @wraps(original)
    def connect(self: socket.socket, *args: object) -> object:
        address = address_of(args) if args else None
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple) and address:
            try:
                if _guards:
                    _guards[-1].judge(_text(address[0]), _port(address[1:2]))
            except NetworkBlocked:
                self.close()  # socket.create_connection closes it for an OSError only
                raise
            if tell is not None:
                tell(self, address)
        return original(self, *args)

    return connect


def _looking_up(original: Callable[..., Any], addresses: Callable[[Any], Iterable[str]]) -> object:
    @wraps(original)
    def look_up(host: object, *args: object, **named: object) -> object:
        guard = _guards[-1] if _guards else None
        name, port = _text(host), _port(args[:1] or (named.get("port"),))
        if guard is not None:
            guard.judge(name, port, lookup=True)
        found = original(host, *args, **named)
        if _listeners and not _local(name, lookup=True):
            _names.update(dict.fromkeys(addresses(found), name))
        if guard is not None:
            guard.resolved(name, port, addresses(found))
        return found

    return look_up


def _text(host: object) -> str:
    text = host.decode("latin-1") if isinstance(host, bytes) else host
    return str(text or "").lower().rstrip(".")


def _port(values: tuple[object, ...]) -> int | None:
    value = values[0] if values else None
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None


def _has_caller(error: NetworkBlocked) -> bool:
    return any(line.startswith("  caller") for line in getattr(error, "__notes__", ()))


if hasattr(os, "register_at_fork"):  # Windows has none
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)
