"""Counts what goes past a deck that records: connections of other clients, and of subprocesses.

Such traffic is missing from the cassette, and the replay would reach for the network. So it is counted, by address and
by the library that connected, and reported when the deck has closed. Traffic that a deck records, that doubles make
behind it, or that `passthrough` lets by is not reported. Sockets in C (uvloop, libcurl, gRPC) are not seen.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from playhead.caller import of_program
from playhead.deck.context import current_session
from playhead.deck.session import Session
from playhead.deck.suspension import is_accounted, is_suspended
from playhead.guard.commands import connecting
from playhead.guard.network import Pattern, listed, listening, names_of, pattern_of
from playhead.text.words import counted

__all__ = ["Unrecorded", "watch"]

_DOUBLES = str(Path(__file__).parents[1] / "doubles")
_CARRIERS = frozenset(
    {"_pytest", "aiohappyeyeballs", "anyio", "asyncio", "concurrent", "contextlib", "contextvars", "functools", "h11"}
    | {"httpcore", "playhead", "pluggy", "pytest", "runpy", "selectors", "sniffio", "socket", "ssl", "subprocess"}
    | {"threading", "trio", "uvloop"}
)
"""Packages that connect on behalf of a client library, or run the program: traffic is never theirs."""


class Unrecorded:
    """Counts what went past one deck."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._passes: list[Pattern] = [pattern_of(each) for each in session.options.passthrough]
        self._connections: Counter[tuple[str, str]] = Counter()
        self._processes: Counter[str] = Counter()
        self._doubles: set[str] = set()

    def connects(self, host: str, port: int) -> None:
        """Note that a socket of this process connects."""
        if current_session() is not self._session:
            return
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        frame = sys._getframe(1)  # noqa: SLF001  # traceback would read every source file on the way
        if is_accounted():
            return
        if is_suspended() or _of_double(frame):
            self._doubles.add(address)
        elif not any(listed(self._passes, name, port) for name in names_of(host)):
            library = _library(frame)
            if library or self._session.keeps_threads:  # else a fixture looks whether a service is up
                self._connections[address, library or "a socket"] += 1

    def starts(self, command: object) -> None:
        """Note that a subprocess starts. It counts if its command says that it connects."""
        if current_session() is not self._session or is_accounted() or is_suspended():
            return
        program = connecting(command)
        if program:
            self._processes[program] += 1

    def lines(self) -> list[str]:
        """Return `2 connections to api.test:443 by aiohttp`, for each address and library."""
        found = [
            f"{counted(count, 'connection')} to {address} by {library}"
            for (address, library), count in sorted(self._connections.items())
            if address not in self._doubles  # a pool of theirs grows by itself
        ]
        return found + [
            f"{counted(count, 'subprocess')} of {program}, whose connections are not seen"
            for program, count in sorted(self._processes.items())
        ]


def watch(session: Session) -> Callable[[], None]:
    """Count what goes past this deck. Return a function that ends it."""
    found = session.witness = Unrecorded(session)
    return listening(found.connects, found.starts)


def _of_double(frame: FrameType) -> bool:
    return any(each.f_code.co_filename.startswith(_DOUBLES) for each in _stack(frame))


def _library(frame: FrameType) -> str:
    """Return the library whose traffic it is: the outermost between the program's own line and the socket."""
    found = ""
    for each in _stack(frame):
        if of_program(each):
            break
        package = str(each.f_globals.get("__name__")).partition(".")[0]
        if package == "asyncio" and each.f_code.co_name in ("_run", "_run_once"):
            break  # below an event loop there is only what runs it
        if package not in _CARRIERS:
            found = package
    return found


def _stack(frame: FrameType) -> Iterator[FrameType]:
    here: FrameType | None = frame
    while here is not None:
        yield here
        here = here.f_back
