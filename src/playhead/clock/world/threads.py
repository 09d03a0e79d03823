"""What the other threads of the process are doing: whether one of them may yet call back into a virtual event loop.

A thread runs (or is in C code that will come back), or waits for the world, or is parked until another thread wakes it.
The frames of all threads tell; no thread is asked or stopped.
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

from playhead.clock.world import kernel
from playhead.clock.world.callsite import called_name
from playhead.realtime import monotonic

__all__ = ["Standing", "Threads", "any_thread"]

SETTLED_S = 0.005
"""A thread seen at one instruction for so long is in the call there, not on its way out of it."""
STUCK_S = 0.020
"""The same for a thread older than the run, in a call that we do not know."""

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
"""Those that end because another thread, such as ours, hands something over."""
_CONDITION_WAIT = threading.Condition.wait.__code__
_RUNNERS = ("execnet",)
"""Packages whose threads carry a test runner's own messages (pytest-xdist's), and never call back into a program."""


class Standing(enum.IntEnum):
    """How near a thread is to doing something, the nearest last."""

    PARKED = 0
    WAITING = 1
    RUNNING = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where a thread was seen, after how much work, and since when."""

    code: int
    offset: int
    used_s: float
    since_s: float


class Threads:
    """The threads other than the event loop's own.

    `waits_for_loop` tells of a thread in `Condition.wait` that the loop itself will wake, whatever limit it has set.
    """

    def __init__(self, waits_for_loop: Callable[[FrameType], bool] = lambda _: False) -> None:
        self._waits_for_loop = waits_for_loop
        self._before: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self._seen: dict[int, _Seen] = {}
        self._callers: set[int] = set()
        self._at_start: dict[int, tuple[int, int, float]] = {}

    def start(self) -> None:
        """A run of the loop begins: what exists already was not started by the program in it."""
        self._before = weakref.WeakSet(threading.enumerate())
        known = {thread.ident: thread for thread in self._before}
        frames = sys._current_frames()  # noqa: SLF001  # the only way to see them all
        self._at_start = {ident: _place(frame, known.get(ident)) for ident, frame in frames.items()}

    def called_back(self, callback: Callable[..., object], args: tuple[object, ...]) -> None:
        """This thread has called back; if not with the answer to a future, nothing shows that it may do so again."""
        owner = getattr(callback, "__self__", None)
        if not any(isinstance(each, asyncio.Future) for each in (owner, *args)):
            self._callers.add(threading.get_ident())

    def ring(self) -> bool:
        """Whether a thread that is still there has rung before, and may do so again."""
        if self._callers:
            self._callers.intersection_update(sys._current_frames())  # noqa: SLF001  # the only way to see them all
        return bool(self._callers)

    def look(self) -> tuple[Standing, str]:
        """The nearest standing of all other threads, and the name of that thread."""
        own = threading.get_ident()
        found, which = Standing.PARKED, ""
        known = {thread.ident: thread for thread in threading.enumerate()}
        before, self._seen = self._seen, {}
        for ident, frame in sys._current_frames().items():  # noqa: SLF001  # the only way to see them all
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
        """Whether a thread is still where it was when the run began: the test runner's own, say, and not our concern.

        Once it has moved it is looked at as any other, for the program may have handed it something.
        """
        at_start = self._at_start.get(ident)
        if at_start is None:
            return False
        if at_start == _place(frame, thread) and not kernel.runnable(thread):
            return True
        del self._at_start[ident]
        return False

    def _settled(self, ident: int, frame: FrameType, used_s: float, before: _Seen | None, *, idle: bool) -> bool:
        """Whether a thread has been in the call it is in for long enough; an idle worker, if it did not just run."""
        seen = before
        if before is None or (before.code, before.offset, before.used_s) != (id(frame.f_code), frame.f_lasti, used_s):
            since_s = 0.0 if idle and before is None else monotonic()
            seen = _Seen(id(frame.f_code), frame.f_lasti, used_s, since_s)
        assert seen is not None
        self._seen[ident] = seen
        known = called_name(frame) in _WAITING_CALLS
        return monotonic() - seen.since_s >= (SETTLED_S if known else STUCK_S)

    def timers(self) -> bool:
        """Whether a `threading.Timer` that was started in this run has yet to fire."""
        return any(
            isinstance(thread, threading.Timer) and thread not in self._before and not thread.finished.is_set()
            for thread in threading.enumerate()
        )


def any_thread() -> bool:
    """Whether the process has another thread (that Python knows of)."""
    return _thread._count() > 0  # noqa: SLF001  # threading.active_count() misses those it did not start


def _place(frame: FrameType, thread: threading.Thread | None) -> tuple[int, int, float]:
    """Where a thread is, and after how much work."""
    return id(frame.f_code), frame.f_lasti, kernel.used_s(thread)


def _of_runner(frame: FrameType) -> bool:
    """Whether a thread is one of the test runner's."""
    caller: FrameType | None = frame
    while caller is not None:
        if str(caller.f_globals.get("__name__")).partition(".")[0] in _RUNNERS:
            return True
        caller = caller.f_back
    return False


def _in_condition(frame: FrameType) -> Standing:
    """A thread in `Condition.wait` has been woken once its waiter has left the condition's queue."""
    held = frame.f_locals
    waiter = held.get("waiter")
    if waiter is None or waiter not in held["self"]._waiters:  # noqa: SLF001  # nothing public tells
        return Standing.RUNNING
    return Standing.PARKED if held.get("timeout") is None else Standing.WAITING


def _has_work(frame: FrameType) -> bool:
    """Whether a `SimpleQueue` that this frame knows has something in it: its getter is about to run."""
    held = frame.f_locals
    owner = getattr(held.get("self"), "__dict__", {})
    return any(isinstance(each, queue.SimpleQueue) and not each.empty() for each in (*held.values(), *owner.values()))


def _idle_in_pool(frame: FrameType, name: str) -> bool:
    """Whether this is a worker of `concurrent.futures`, or of trio, that has no job."""
    if frame.f_code.co_name == "_worker":
        return name == "get"
    lock = getattr(frame.f_locals.get("self"), "_worker_lock", None)
    return name == "acquire" and lock is not None and bool(lock.locked())
