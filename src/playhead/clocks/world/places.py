"""The kind of wait that a coroutine's code stands for: for another task, or for the world.

The tables cover asyncio, anyio and our own waits (`own_wait`). All other code is neutral: it only awaits something
else.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar

__all__ = ["Place", "own_wait", "place_of"]

F = TypeVar("F", bound=Callable[..., Any])


class Place(enum.Enum):
    """The kind of wait that a frame of an await chain shows."""

    NEUTRAL = "neutral"
    PRIMITIVE = "primitive"
    """Another task or a timer ends this wait, and nothing else can."""
    ANY_OF = "any of"
    """The futures in the frame's local variable `fut` or `fs` end this wait."""
    WORLD = "world"
    """Something outside the loop ends it: a socket, a process, a thread."""


_ASYNCIO = str(Path(asyncio.__file__).parent)
_ANYIO = str(Path("anyio") / "_backends" / "_asyncio.py")
_own_waits: dict[int, CodeType] = {}
"""The code of our own waits, by identity because code objects are compared by value."""
_BETWEEN_TASKS = frozenset({"locks", "queues", "tasks", "taskgroups", "timeouts", "runners", "staggered"})
_ANY_OF = frozenset({"wait_for", "_wait", "_cancel_and_wait"})
_NO_WORLD = frozenset({"Server.serve_forever", "BaseEventLoop.shutdown_asyncgens"})
_ANYIO_WORLD = frozenset(
    {
        "StreamReaderWrapper",
        "StreamWriterWrapper",
        "Process",
        "SocketStream",
        "_RawSocketMixin",
        "UNIXSocketStream",
        "TCPSocketListener",
        "UNIXSocketListener",
        "UDPSocket",
        "ConnectedUDPSocket",
        "UNIXDatagramSocket",
        "ConnectedUNIXDatagramSocket",
    }
)
_ANYIO_BACKEND = ("run_sync_in_", "connect_", "create_", "open_", "wait_read", "wait_writ", "getaddr", "getname")


def own_wait(function: F) -> F:
    """Mark a coroutine function as a wait that a timer or another task ends, and return it."""
    code: CodeType = function.__code__
    _own_waits[id(code)] = code
    return function


def place_of(code: CodeType) -> Place:
    """Return the kind of wait for the code of a coroutine."""
    return Place.PRIMITIVE if id(code) in _own_waits else _place_of(code)


@lru_cache(maxsize=4096)
def _place_of(code: CodeType) -> Place:
    name = code.co_filename
    if name.startswith(_ASYNCIO):
        return _in_asyncio(Path(name).stem, code.co_qualname)
    if name.endswith(_ANYIO):
        return _in_anyio(code.co_qualname)
    return Place.NEUTRAL


def _in_asyncio(module: str, name: str) -> Place:
    if module not in _BETWEEN_TASKS:
        return Place.PRIMITIVE if name in _NO_WORLD else Place.WORLD
    return Place.ANY_OF if name in _ANY_OF else Place.PRIMITIVE


def _in_anyio(name: str) -> Place:
    owner, _, method = name.partition(".")
    world = method.startswith(_ANYIO_BACKEND) if owner == "AsyncIOBackend" else owner in _ANYIO_WORLD
    return Place.WORLD if world else Place.PRIMITIVE
