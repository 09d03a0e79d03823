"""The asyncio event loop with a virtual clock: when nothing else can happen, it jumps to the next timer.

It is a selector event loop, so everything real still works; what is real and outstanding is told by `outstanding`.
Timers that are due at the same instant fire in the order in which they were set.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import math
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from selectors import SelectorKey
from typing import Any, TypeVar, TypeVarTuple

from playhead.clock.stuck import nothing_can_happen, wait_of
from playhead.clock.timeline import Clock
from playhead.clock.timers import Timer, set_timer
from playhead.clock.world.outstanding import Descriptors, Hold, Outstanding
from playhead.clock.world.threads import any_thread
from playhead.clock.world.waiting import waiter_of
from playhead.realtime import monotonic

__all__ = ["VirtualClock"]

PATIENCE_S = 2.0
"""How long to wait for idle connections and waiting threads before saying that nothing can happen any more."""
RING_S = 0.001
"""The pause before each jump while a thread is about that has called back before, and may again."""
SPINNING_TURNS = 1_000_000
"""After so many turns at one instant, a program polls the clock (`while time() < end: sleep(0)`) ..."""
SPIN_S = 0.0001
"""... and each turn takes this long, so that it comes to an end."""

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Events = list[tuple[SelectorKey, int]]


class _Submitting(concurrent.futures.Executor):
    """An executor as a loop sees it for one job: it keeps the job's future."""

    job: concurrent.futures.Future[Any]

    def __init__(self, executor: concurrent.futures.Executor) -> None:
        self._executor = executor

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        self.job = self._executor.submit(fn, *args, **kwargs)
        return self.job


class VirtualClock(asyncio.SelectorEventLoop):
    """An event loop in whose time nothing takes longer than it must.

    Use it as a loop factory: `asyncio.Runner(loop_factory=playhead.VirtualClock)`, pytest-asyncio's loop factories,
    anyio's `backend_options={"loop_factory": playhead.VirtualClock}`. `loop.time()` begins at 0. While something real
    is outstanding (a socket, an executor job, a thread, a process) the clock runs with the world. uvloop keeps its
    time in C and cannot do this.

    Raises `NothingCanHappen` out of `run_until_complete` when every task waits for something that can never come.
    """

    _ready: deque[asyncio.Handle]
    _scheduled: list[Timer]
    _clock_resolution: float
    _debug: bool
    _thread_id: int | None
    _default_executor: concurrent.futures.Executor | None
    _signal_handlers: dict[int, object]
    _check_closed: Callable[[], None]
    _check_thread: Callable[[], None]
    _check_callback: Callable[[object, str], None]
    _check_default_executor: Callable[[], None]

    def __init__(self) -> None:
        self.clock = Clock(self._wake)
        self._turns = 0
        self._quiet_since_s: float | None = None
        self._descriptors = Descriptors(self._next_events, self._turn)
        self._outstanding = Outstanding(self, self._descriptors)
        super().__init__(self._descriptors)
        self._jump(0.0)

    def time(self) -> float:
        """The virtual time in seconds."""
        return self.clock.time()

    def run_forever(self) -> None:
        self._outstanding.threads.start()
        self.clock.at_work = True
        try:
            super().run_forever()
        finally:
            self.clock.at_work = False

    def call_at(
        self, when: float, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        return set_timer(self, self._scheduled, self.clock.instant(when), callback, args, context)

    def call_soon_threadsafe(
        self, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.Handle:
        if self._thread_id is not None and threading.get_ident() != self._thread_id:
            self._outstanding.threads.called_back(callback, args)
            self._outstanding.hops.called_back(callback)
        return super().call_soon_threadsafe(callback, *args, context=context)

    def run_in_executor(
        self, executor: concurrent.futures.Executor | None, func: Callable[[*_Ts], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        if executor is None:
            self._check_closed()
            self._check_default_executor()
            if self._default_executor is None:
                self.set_default_executor(concurrent.futures.ThreadPoolExecutor(thread_name_prefix="asyncio"))
            executor = self._default_executor
        assert executor is not None
        self.clock.run()
        submitting = _Submitting(executor)
        future = super().run_in_executor(submitting, func, *args)
        self._outstanding.job(submitting.job, future)
        return future

    def advance(self, to_s: float) -> bool:
        """Go to an instant without a turn of the loop, where one would show nothing else to do until then, or at it.

        Otherwise `False`. In debug mode too, for there a callback is told off for the time it seems to have taken; and
        for a task that is being cancelled, which learns of it when it waits.
        """
        task = asyncio.current_task(self)
        if self._ready or self._debug or self._signal_handlers or task is None or task.cancelling():
            return False
        if (
            (self._scheduled and self._scheduled[0].when() <= to_s)
            or self.clock.held
            or not self._outstanding.nothing()
        ):
            return False
        self._jump(to_s)
        return True

    # What follows is called by the selector: `_turn` when something is ready already, else `_next_events`.

    def _turn(self) -> None:
        self._quiet_since_s = None
        self._turns += 1
        self._outstanding.progress()
        if self._turns > SPINNING_TURNS and not self.clock.running:
            due_s = self._due_s()
            self._jump(min(self.time() + SPIN_S, math.inf if due_s is None else due_s))

    def _next_events(self) -> _Events:
        due_s = self._due_s()
        hold = Hold("playhead.clock.hold()") if self.clock.held else self._outstanding.hold()
        if hold is not None:
            return self._wait(hold.again_s, due_s)
        pause_s = RING_S if any_thread() and self._outstanding.threads.ring() else 0
        events = self._descriptors.poll(pause_s)
        if events or self._ready or self.clock.held:
            return events
        if due_s is None:
            return self._wait(self._patience_s(), None)
        self._turns = 0
        self._jump(due_s)
        return events

    def _due_s(self) -> float | None:
        """The instant of the next timer, `None` for none (or one that never comes)."""
        due_s = self._scheduled[0].when() if self._scheduled else math.inf
        return None if math.isinf(due_s) else due_s

    def _wait(self, longest_s: float | None, due_s: float | None) -> _Events:
        """Let the clock run with the world until something comes, `due_s`, or for `longest_s` real seconds."""
        self._turns = 0
        self.clock.run()
        limits = [longest_s, None if due_s is None else max(due_s - self.time(), 0.0)]
        events = self._descriptors.poll(min((each for each in limits if each is not None), default=None))
        if due_s is not None:
            self.clock.arrive(due_s)
        return events

    def _jump(self, to_s: float) -> None:
        self.clock.jump(to_s)
        # Less than the grid: instants a nanosecond apart stay apart. More than nothing: what is due runs.
        self._clock_resolution = max(5e-10, math.ulp(self.clock.time()))

    def _wake(self) -> None:
        if not self.is_closed() and threading.get_ident() != self._thread_id:
            with suppress(RuntimeError):  # closed by another thread just now
                super().call_soon_threadsafe(lambda: None)

    def _patience_s(self) -> float | None:
        """No timer is left. How long to wait for the world yet; raises `NothingCanHappen` when it will not come."""
        tasks = asyncio.all_tasks(self)
        threads = any_thread()
        if self._signal_handlers or (threads and not tasks) or self._descriptors.inviting():
            return 0.1 if threads else None
        if self._quiet_since_s is None:
            self._quiet_since_s = monotonic()
        left_s = self._quiet_since_s + PATIENCE_S - monotonic()
        if left_s > 0 and (self._descriptors.some or self._outstanding.waiting_thread()):
            return min(left_s, 0.1)
        self._quiet_since_s = None
        raise nothing_can_happen(wait_of(task.get_name(), task.get_coro(), waiter_of(task)) for task in tasks)
