"""Work with files that is asked for in the thread of an event loop.

Reading a cassette or making a journal takes a millisecond or so, and whoever opens a deck by a plain `with` in a
coroutine waits for that, like for any other statement. Detectors of blocking calls (BlockBuster) cannot tell it from
the loop being held up, and would fail the test. So such work is done in a thread of its own, where it may block.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar

from playhead.realtime import pause

__all__ = ["apart", "in_thread"]

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """Do the work, in another thread if an asyncio loop runs in this one, and return what it returns, or raise."""
    if not _in_asyncio():
        return work()
    done: SimpleQueue[Callable[[], T]] = SimpleQueue()
    thread = in_thread(work, done.put)
    result = done.get()
    while thread.is_alive():  # a virtual clock would wait for it, in real time
        pause(0)
    return result()


def in_thread(work: Callable[[], T], done: Callable[[Callable[[], T]], object]) -> threading.Thread:
    """Start the work in a thread of its own, with the context of this one. `done` gets what returns or raises as the
    work did."""

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that asked
            failure = error
            done(lambda: _raise(failure))
        else:
            done(lambda: result)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="playhead files", daemon=True)
    thread.start()
    return thread


def _raise(error: BaseException) -> Any:
    raise error


def _in_asyncio() -> bool:
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
