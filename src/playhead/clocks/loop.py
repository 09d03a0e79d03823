"""The asyncio event loop with a virtual clock: when nothing else can happen, it jumps to the next timer.

It is a selector event loop, so sockets, processes and threads work as usual. Timers that are due at the same instant
fire in the order in which they were set.

Theory of operation. asyncio has one place where it waits: when no callback is ready, it asks its selector for events,
until the first timer is due. Our selector (`Descriptors`) does not wait there, it calls `_next_events`, which does the
first of these that applies:

1. If something real may still happen (`Outstanding.hold`, or the program holds the clock), the clock runs with the
   world: wait for events in real time, for as long as the reason says, and look again.
2. If an event has arrived meanwhile, return it.
3. If there is no timer, wait up to two seconds of real time for idle connections and waiting threads (for listening
   sockets and signals, without end). After that no task can ever run again: raise `NothingCanHappen`.
4. Set the clock to the first timer and return no events. asyncio then finds the timer due and calls it.

For example, under `asyncio.Runner(loop_factory=VirtualClock)`:

    async def main():
        answer = await client.get(url)  # over a real socket, answered after 0.2 s
        await asyncio.sleep(60)

- The task waits in code that reads a socket, which `places` knows to be the world. The clock runs: rule 1, for 0.2 s.
- The answer is here, and `main` sets a timer for 60.2. asyncio asks for events for 60 s. The connection, which the
  client keeps open, was active just now, so more may come: rule 1 again, for 50 ms of real time.
- The connection is idle, and the only task waits in `asyncio.sleep`, which nothing but the timer ends. Rule 4: the
  clock jumps to 60.2, and `main` goes on. A minute has taken 0.25 s.

Had `main` waited for an `asyncio.Event` that nobody sets, there would be no timer. The connection is still open, so
rule 3 waits two seconds for it, and then `NothingCanHappen` names the task, the event and the line.
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

from playhead.clocks.stuck import nothing_can_happen, wait_of
from playhead.clocks.timeline import Clock
from playhead.clocks.timers import Timer, set_timer
from playhead.clocks.world.outstanding import Descriptors, Hold, Outstanding
from playhead.clocks.world.threads import any_thread
from playhead.clocks.world.waiting import waiter_of
from playhead.realtime import monotonic

__all__ = ["VirtualClock"]

PATIENCE_S = 2.0
"""Wait for idle connections and waiting threads before raising `NothingCanHappen`."""
RING_S = 0.001
"""Pause before each jump while a thread is alive that has called back before: it may be about to do so again."""
SPINNING_TURNS = 1_000_000
"""Number of turns at one instant after which the program is taken to poll the clock, as in `while time() < end:
sleep(0)`."""
SPIN_S = 0.0001
"""Virtual time that each turn takes from then on, so that such a program gets to its end."""

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Events = list[tuple[SelectorKey, int]]


class _Submitting(concurrent.futures.Executor):
    """Wraps an executor for one job, to get at the job's future: asyncio returns only one of its own."""

    job: concurrent.futures.Future[Any]

    def __init__(self, executor: concurrent.futures.Executor) -> None:
        self._executor = executor

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> concurrent.futures.Future[Any]:
        self.job = self._executor.submit(fn, *args, **kwargs)
        return self.job


class VirtualClock(asyncio.SelectorEventLoop):
    """An asyncio event loop whose clock jumps to the next timer when nothing else can happen.

    Use it as a loop factory: `asyncio.Runner(loop_factory=playhead.VirtualClock)`, in pytest-asyncio's loop factories,
    or as anyio's `backend_options={"loop_factory": playhead.VirtualClock}`. `loop.time()` begins at 0. While something
    real is outstanding (a socket, an executor job, a thread, a process) the clock runs in real time. uvloop keeps its
    time in C and cannot be used this way.

    Attributes:
        clock: The loop's `Clock`, which any thread may hold.

    Raises:
        NothingCanHappen: From `run_until_complete`, when every task waits for something that can never come.
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
        self._signal_handlers = {}  # asyncio's loop sets it on Unix only
        super().__init__(self._descriptors)
        self._jump(0.0)

    def time(self) -> float:
        """Return the virtual time in seconds."""
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
        """Jump to an instant within a callback, if nothing else is due until then.

        This spares the caller a timer and a turn of the loop.

        Args:
            to_s: The instant, in seconds of the loop's time.

        Returns:
            False, without a jump, if anything else may happen until then or at that instant; the caller then has to
            wait as usual.
        """
        # In debug mode asyncio would complain of a slow callback. A task that is being cancelled has to wait to notice.
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

    # The selector calls `_turn` if a callback is ready already, and `_next_events` if not.

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
        """Return the instant of the next timer, or `None` if there is none or it is infinitely far away."""
        due_s = self._scheduled[0].when() if self._scheduled else math.inf
        return None if math.isinf(due_s) else due_s

    def _wait(self, longest_s: float | None, due_s: float | None) -> _Events:
        """Wait in real time for events, at most until the instant `due_s` or for `longest_s` seconds."""
        self._turns = 0
        self.clock.run()
        limits = [longest_s, None if due_s is None else max(due_s - self.time(), 0.0)]
        events = self._descriptors.poll(min((each for each in limits if each is not None), default=None))
        if due_s is not None:
            self.clock.arrive(due_s)
        return events

    def _jump(self, to_s: float) -> None:
        self.clock.jump(to_s)
        # asyncio calls timers that are due within this time. It has to be smaller than the grid of the clock, to keep
        # instants a nanosecond apart from each other, but not 0, or the timer that we jumped to would not be due.
        self._clock_resolution = max(5e-10, math.ulp(self.clock.time()))

    def _wake(self) -> None:
        if not self.is_closed() and threading.get_ident() != self._thread_id:
            with suppress(RuntimeError):  # another thread has just closed the loop
                super().call_soon_threadsafe(lambda: None)

    def _patience_s(self) -> float | None:
        """Return how long to wait when no timer is left; raise `NothingCanHappen` if that was long enough."""
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
