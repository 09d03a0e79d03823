"""The other threads of the process: may one of them still call back into a virtual event loop?

Theory of operation. Threads are looked at by their frames; none is asked or stopped. Each has one of three
standings: it runs (or is in C code that will return), it waits for the world, or it is parked until another thread
wakes it. A clock does not jump while a thread runs. While one waits, the clock jumps unless a task needs something from
outside the loop. Parked threads do not count. The standing is decided by the first of these that applies:

1. A thread in `Condition.wait` (of `Event`, `queue.Queue`, `Future.result`) runs if it has been notified: its lock has
   left the condition's queue. Otherwise it is parked if it has no timeout or the loop itself will wake it (`hops`),
   else it waits.
2. A thread that stands where it stood when the loop began to run, and has used no processor time since, is parked. It
   belongs to the test runner, say, and not to the program.
3. A thread runs if a `SimpleQueue` that its frame knows has an item, or the kernel says that it has been woken.
4. A thread that was started during the run runs, unless its frame is in a call that is known to wait (`recv`, `get`).
5. A thread that is left is in some call. It counts as running until it has stood there for 5 ms (20 ms in an unknown
   call) without using processor time, because it may be on its way in or out. After that it is parked if it is an idle
   worker of a pool, else it waits.

For example, aiosqlite has a thread for each connection, which takes jobs from a `SimpleQueue` and calls them. In
`await db.execute(sql)`:

- Before the call, the thread is in `get`, and has been for more than 5 ms: it waits (rule 5), and the clock may jump.
- The coroutine puts the job into the queue and awaits a future. The queue has an item, so the thread runs (rule 3). In
  Python 3.13 the queue may be empty already; there the kernel says that the thread has been woken.
- The thread is in SQLite, by a call of `function()`. That is not known to wait, so the thread runs (rule 4), however
  long it takes.
- It calls `loop.call_soon_threadsafe`, which wakes the loop, and goes back to `get`. It has used processor time, so it
  counts as running for another 5 ms (rule 5): it might be about to call back again.
- After that it waits, no task needs it, and the clock may jump to the next timer.
"""

from __future__ import annotations

import _thread
import asyncio
import enum
import queue
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from playhead.clocks.world import kernel
from playhead.clocks.world.callsite import called_name
from playhead.realtime import monotonic

__all__ = ["Standing", "Threads", "any_thread"]

SETTLED_S = 0.005
"""Time at one instruction after which a thread is taken to be in the call there, and not on its way out of it."""
STUCK_S = 0.020
"""This time for a thread that is older than the run and is in an unknown call."""

_WAITING_CALLS = frozenset(
    {
        "poll",
        "select",
        "control",
        "accept",
        "_accept",
        "recv",
        "recv_into",
        "recvfrom",
        "recvfrom_into",
        "recvmsg",
        "readinto",
        "read",
        "readline",
        "wait",
        "join",
        "acquire",
        "get",
        "waitpid",
        "wait4",
        "sigwait",
    }
)
_HANDED_CALLS = frozenset({"wait", "join", "acquire", "get"})
"""The waiting calls that end when another thread, such as the loop's, hands something over."""
_CONDITION_WAIT = threading.Condition.wait.__code__
_RUNNERS = ("execnet",)
"""Packages whose threads carry the messages of a test runner (pytest-xdist), and never call back into a program."""


class Standing(enum.IntEnum):
    """A thread's distance from doing something, the nearest last."""

    PARKED = 0
    WAITING = 1
    RUNNING = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """The instruction at which a thread was seen, its processor time then, and since when it has been there."""

    code: int
    offset: int
    used_s: float
    since_s: float


class Threads:
    """The threads other than the event loop's own.

    Args:
        waits_for_loop: Returns True for the frame of a thread in `Condition.wait` that the loop itself will wake.
    """

    def __init__(self, waits_for_loop: Callable[[FrameType], bool] = lambda _: False) -> None:
        self._waits_for_loop = waits_for_loop
        self._before: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self._seen: dict[int, _Seen] = {}
        self._callers: set[int] = set()
        self._at_start: dict[int, tuple[int, int, float]] = {}

    def start(self) -> None:
        """Note the threads that exist when a run of the loop begins: the program in it has not started them."""
        self._before = weakref.WeakSet(threading.enumerate())
        known = {thread.ident: thread for thread in self._before}
        frames = sys._current_frames()  # noqa: SLF001  # the only way to see all threads
        self._at_start = {ident: _place(frame, known.get(ident)) for ident, frame in frames.items()}

    def called_back(self, callback: Callable[..., object], args: tuple[object, ...]) -> None:
        """Note that this thread has called back, unless it was with the result of a future, which comes only once."""
        owner = getattr(callback, "__self__", None)
        if not any(isinstance(each, asyncio.Future) for each in (owner, *args)):
            self._callers.add(threading.get_ident())

    def ring(self) -> bool:
        """Return True if a thread is still alive that has called back before, and may do so again."""
        if self._callers:
            self._callers.intersection_update(sys._current_frames())  # noqa: SLF001  # the only way to see all threads
        return bool(self._callers)

    def look(self) -> tuple[Standing, str]:
        """Return the highest standing of all other threads, and the name of a thread that has it."""
        own = threading.get_ident()
        found, which = Standing.PARKED, ""
        known = {thread.ident: thread for thread in threading.enumerate()}
        before, self._seen = self._seen, {}
        for ident, frame in sys._current_frames().items():  # noqa: SLF001  # the only way to see all threads
            if ident == own or _of_runner(frame):
                continue
            thread = known.get(ident)
            standing = self._standing(ident, frame, thread, before.get(ident))
            if standing > found:
                found, which = standing, thread.name if thread is not None else f"thread {ident}"
        return found, which

    def _standing(
        self, ident: int, frame: FrameType, thread: threading.Thread | None, before: _Seen | None
    ) -> Standing:
        if frame.f_code is _CONDITION_WAIT:
            standing = _in_condition(frame)
            return Standing.PARKED if standing is Standing.WAITING and self._waits_for_loop(frame) else standing
        name = called_name(frame)
        if self._untouched(ident, frame, thread) and not _has_work(frame):
            return Standing.PARKED
        if _has_work(frame) or (name in _HANDED_CALLS and kernel.runnable(thread)):
            return Standing.RUNNING
        if name not in _WAITING_CALLS and thread not in self._before:
            return Standing.RUNNING
        idle = _idle_in_pool(frame, name)
        if not self._settled(ident, frame, kernel.used_s(thread) if name in _HANDED_CALLS else 0.0, before, idle=idle):
            return Standing.RUNNING
        return Standing.PARKED if idle else Standing.WAITING

    def _untouched(self, ident: int, frame: FrameType, thread: threading.Thread | None) -> bool:
        """Return True if a thread has not moved since the run began.

        Once it has moved it is looked at like any other, because the program may have handed it something.
        """
        at_start = self._at_start.get(ident)
        if at_start is None:
            return False
        if at_start == _place(frame, thread) and not kernel.runnable(thread):
            return True
        del self._at_start[ident]
        return False

    def _settled(self, ident: int, frame: FrameType, used_s: float, before: _Seen | None, *, idle: bool) -> bool:
        """Return True if a thread has been in its call for long enough. An idle worker needs no time at first sight."""
        seen = before
        if before is None or (before.code, before.offset, before.used_s) != (id(frame.f_code), frame.f_lasti, used_s):
            since_s = 0.0 if idle and before is None else monotonic()
            seen = _Seen(id(frame.f_code), frame.f_lasti, used_s, since_s)
        assert seen is not None
        self._seen[ident] = seen
        known = called_name(frame) in _WAITING_CALLS
        return monotonic() - seen.since_s >= (SETTLED_S if known else STUCK_S)

    def timers(self) -> bool:
        """Return True if a `threading.Timer` that was started in this run has yet to fire."""
        return any(
            isinstance(thread, threading.Timer) and thread not in self._before and not thread.finished.is_set()
            for thread in threading.enumerate()
        )


def any_thread() -> bool:
    """Return True if the process has another thread that Python knows of."""
    return _thread._count() > 0  # noqa: SLF001  # threading.active_count() misses those it did not start


def _place(frame: FrameType, thread: threading.Thread | None) -> tuple[int, int, float]:
    """Return the instruction at which a thread stands, and its processor time."""
    return id(frame.f_code), frame.f_lasti, kernel.used_s(thread)


def _of_runner(frame: FrameType) -> bool:
    """Return True for a thread of the test runner."""
    caller: FrameType | None = frame
    while caller is not None:
        if str(caller.f_globals.get("__name__")).partition(".")[0] in _RUNNERS:
            return True
        caller = caller.f_back
    return False


def _in_condition(frame: FrameType) -> Standing:
    """Return the standing of a thread in `Condition.wait`, which has been woken once its lock has left the queue."""
    held = frame.f_locals
    waiter = held.get("waiter")
    if waiter is None or waiter not in held["self"]._waiters:  # noqa: SLF001  # there is no public way
        return Standing.RUNNING
    return Standing.PARKED if held.get("timeout") is None else Standing.WAITING


def _has_work(frame: FrameType) -> bool:
    """Return True if a `SimpleQueue` has an item, in a variable of the frame or an attribute of its `self`."""
    held = frame.f_locals
    owner = getattr(held.get("self"), "__dict__", {})
    return any(isinstance(each, queue.SimpleQueue) and not each.empty() for each in (*held.values(), *owner.values()))


def _idle_in_pool(frame: FrameType, name: str) -> bool:
    """Return True for a worker of `concurrent.futures` or trio that has no job."""
    if frame.f_code.co_name == "_worker":
        return name == "get"
    lock = getattr(frame.f_locals.get("self"), "_worker_lock", None)
    return name == "acquire" and lock is not None and bool(lock.locked())
