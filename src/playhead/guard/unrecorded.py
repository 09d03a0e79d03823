"""What goes past a deck that records: connections of other clients than httpx and httpx2, and of subprocesses.

It would be missing from the cassette without a word, and the replay would reach for the network. So it is counted, by
address and by the library that connected, and told when the deck has closed. What a deck records, what doubles do
behind it, and what `passthrough` lets by is not told. Sockets in C (uvloop, libcurl, gRPC) are not seen.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import FrameType
from typing import TYPE_CHECKING, Any

from playhead import doubles
from playhead.deck.caller import of_program
from playhead.deck.context import current_deck
from playhead.deck.suspension import is_suspended
from playhead.guard.commands import connecting
from playhead.guard.network import Pattern, listed, listening, names_of, pattern_of

if TYPE_CHECKING:
    from playhead.deck.session import Deck

__all__ = ["Unrecorded", "accounted", "watch"]

_accounted: ContextVar[bool] = ContextVar("playhead_accounted", default=False)
_DOUBLES = doubles.__path__[0]
_CARRIERS = frozenset(
    {"_pytest", "aiohappyeyeballs", "anyio", "asyncio", "concurrent", "contextlib", "contextvars", "functools", "h11"}
    | {"httpcore", "playhead", "pluggy", "pytest", "runpy", "selectors", "sniffio", "socket", "ssl", "subprocess"}
    | {"threading", "trio", "uvloop"}
)
"""What connects on behalf of a client library, or runs the program: never whose traffic it is."""


class accounted:  # noqa: N801  # reads as the context manager that it is
    """What connects within has its place on the cassette, or is let by."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _accounted.set(True)

    def __exit__(self, *exit_arguments: object) -> None:
        _accounted.reset(self._token)


class Unrecorded:
    """Counts what went past one deck."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._passes: list[Pattern] = [pattern_of(each) for each in deck.options.passthrough]
        self._connections: Counter[tuple[str, str]] = Counter()
        self._processes: Counter[str] = Counter()
        self._doubles: set[str] = set()

    def connects(self, host: str, port: int) -> None:
        """A socket of this process connects."""
        if current_deck() is not self._deck:
            return
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        frame = sys._getframe(1)  # noqa: SLF001  # traceback would read every source file on the way
        if _accounted.get():
            return
        if is_suspended() or _of_double(frame):
            self._doubles.add(address)
        elif not any(listed(self._passes, name, port) for name in names_of(host)):
            library = _library(frame)
            if library or self._deck.keeps_threads:  # else a fixture looks whether a service is up
                self._connections[address, library or "a socket"] += 1

    def starts(self, command: Any) -> None:
        """A subprocess starts. Its connections are not seen: it is told where its command says that it makes some."""
        if current_deck() is not self._deck or _accounted.get() or is_suspended():
            return
        program = connecting(command)
        if program:
            self._processes[program] += 1

    def lines(self) -> list[str]:
        """`2 connections to api.test:443 by aiohttp`, for each address and library."""
        found = [
            f"{count} connection{'s' * (count > 1)} to {address} by {library}"
            for (address, library), count in sorted(self._connections.items())
            if address not in self._doubles  # a pool of theirs grows by itself
        ]
        return found + [
            f"{count} subprocess{'es' * (count > 1)} of {program}, whose connections are not seen"
            for program, count in sorted(self._processes.items())
        ]


def watch(deck: Deck) -> Callable[[], None]:
    """Count what goes past this deck; returns what ends that."""
    found = deck.unrecorded = Unrecorded(deck)
    return listening(found.connects, found.starts)


def _of_double(frame: FrameType) -> bool:
    return any(each.f_code.co_filename.startswith(_DOUBLES) for each in _stack(frame))


def _library(frame: FrameType) -> str:
    """The library whose traffic it is: of those between the program's own line and the socket, the outermost."""
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
