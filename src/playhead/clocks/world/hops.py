"""Hops: jobs in a thread that wait for the event loop for which they are done.

In `await asyncio.to_thread(job)` the job may call `asyncio.run_coroutine_threadsafe(coroutine, loop).result()`. Then
the thread waits for the loop, so the loop must not wait for the thread, or a `sleep` in the coroutine would take real
time. Such threads are found by their frames.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.thread
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from playhead.clocks.world.callsite import called_name

__all__ = ["Hops", "trio_hops"]

_Job = concurrent.futures.Future[Any] | asyncio.Future[Any]

_CONDITION_WAIT = threading.Condition.wait.__code__
_EVENT_WAIT = threading.Event.wait.__code__
_OF_ONE = frozenset({concurrent.futures.Future.result.__code__, concurrent.futures.Future.exception.__code__})
_OF_SEVERAL = frozenset({concurrent.futures.wait.__code__, concurrent.futures.as_completed.__code__})
_POOL_JOB = concurrent.futures.thread._WorkItem.run.__code__  # noqa: SLF001  # there is no public way
_ANYIO = str(Path("anyio") / "_backends" / "_asyncio.py")
_TRIO = str(Path("trio") / "_threads.py")


class Hops:
    """The coroutines that other threads have asked one asyncio loop to run, by `asyncio.run_coroutine_threadsafe`.

    anyio's `from_thread.run` uses that function too.
    """

    def __init__(self) -> None:
        self._asked: set[concurrent.futures.Future[Any]] = set()

    def called_back(self, callback: Callable[..., object]) -> None:
        """Note the future of a coroutine if this callback from another thread is to run one."""
        # The future is in a cell of the callback; asyncio has no other link from one to the other.
        if getattr(callback, "__qualname__", "") == "run_coroutine_threadsafe.<locals>.callback":
            cells = zip(callback.__code__.co_freevars, callback.__closure__ or (), strict=True)
            self._asked.update(cell.cell_contents for name, cell in cells if name == "future")

    def waiting_jobs(self) -> set[_Job]:
        """Return the futures of the jobs, of executors and of anyio, whose threads wait for the loop."""
        self._asked.difference_update([each for each in [*self._asked] if each.done()])
        if not self._asked:
            return set()
        frames = sys._current_frames().values()  # noqa: SLF001  # the only way to see all threads
        return {job for frame in frames if self.waits(frame) for job in _jobs(frame)}

    def waits(self, frame: FrameType) -> bool:
        """Return True if a thread waits for a coroutine that it asked for, or for several.

        A timeout of the wait does not matter: in `result(20)` it is real time, and the virtual answer is there sooner.
        """
        caller = frame.f_back
        if frame.f_code is not _CONDITION_WAIT or caller is None:
            return False
        if caller.f_code in _OF_ONE:
            return caller.f_locals.get("self") in self._asked
        asking = caller.f_back if caller.f_code is _EVENT_WAIT else None
        if asking is None or asking.f_code not in _OF_SEVERAL:
            return False
        return all(each in self._asked for each in asking.f_locals["fs"] if not each.done())


def trio_hops(token: object) -> int:
    """Return how many threads of `trio.to_thread` wait for the trio run of this token."""
    frames = sys._current_frames().values()  # noqa: SLF001  # the only way to see all threads
    return sum(_asks_trio(frame) and frame.f_locals.get("trio_token") is token for frame in frames)


def _asks_trio(frame: FrameType) -> bool:
    code = frame.f_code
    if code.co_name != "_send_message_to_trio" or not code.co_filename.endswith(_TRIO) or called_name(frame) != "get":
        return False
    return any(each.f_code.co_qualname == "to_thread_run_sync.<locals>.worker_fn" for each in _stack(frame))


def _jobs(frame: FrameType) -> Iterator[_Job]:
    """Return the futures of the jobs that this thread is doing."""
    for each in _stack(frame):
        if each.f_code is _POOL_JOB:
            yield each.f_locals["self"].future
        elif each.f_code.co_qualname == "WorkerThread.run" and each.f_code.co_filename.endswith(_ANYIO):
            yield each.f_locals["future"]


def _stack(frame: FrameType) -> Iterator[FrameType]:
    here: FrameType | None = frame
    while here is not None:
        yield here
        here = here.f_back
