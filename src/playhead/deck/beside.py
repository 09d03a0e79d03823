"""Work with files beside an event loop, which goes on meanwhile: how `async with` opens and closes a deck."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from playhead.apart import apart, in_thread
from playhead.clocks.running import running_clock
from playhead.deck.waiting import running_bell

__all__ = ["LARGE_BYTES", "beside"]

T = TypeVar("T")

LARGE_BYTES = 256 * 1024
"""From this size on a body is redacted and looked up beside the event loop."""


async def beside(work: Callable[[], T]) -> T:
    """Do the work in a thread of its own and return what it returns, or raise.

    A task that is cancelled meanwhile still waits for it: half a cassette would be left otherwise.
    """
    if running_clock() is not None:  # virtual time stands still while files are read
        return apart(work)
    done: list[Callable[[], T]] = []
    bell = running_bell()

    def ring(result: Callable[[], T]) -> None:
        done.append(result)
        bell.ring()

    in_thread(work, ring)
    await bell.outlast(lambda: bool(done))
    return done[0]()
