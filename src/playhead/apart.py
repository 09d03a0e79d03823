"""Work with files on behalf of code that runs in an event loop.

Reading a cassette or making a journal takes about a millisecond. A coroutine that opens a deck by a plain `with` waits
for it, as for any statement, but detectors of blocking calls (BlockBuster) would fail the test. So the work is done in
a thread of its own, where it may block.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import SimpleQueue
from typing import NoReturn, TypeVar

from playhead.realtime import pause

__all__ = ["apart", "in_thread"]

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """Do the work and return its result, or raise its error; use another thread if an asyncio loop runs in this one."""
    if not _in_asyncio():
        return work()
    done: SimpleQueue[Callable[[], T]] = SimpleQueue()
    thread = in_thread(work, done.put)
    result = done.get()
    while thread.is_alive():  # a virtual clock does not jump while the thread is there
        pause(0)
    return result()


def in_thread(work: Callable[[], T], done: Callable[[Callable[[], T]], object]) -> threading.Thread:
    """Start the work in a thread of its own, in a copy of this context, and return the thread.

    Args:
        work: The function to call there.
        done: Called in that thread with a function that returns the result of the work, or raises its error.
    """

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


def _raise(error: BaseException) -> NoReturn:
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
