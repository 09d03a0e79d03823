"""The virtual clock for trio: `trio.run(main, clock=playhead.TrioVirtualClock())`.

Trio asks its clock how long it may sleep, and does so only when no task can run. This clock jumps there instead, by
the rules in `playhead.clocks.loop`. Idle sockets need no thought: trio watches only those that a task waits for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import trio
import trio.testing

from playhead.clocks.stuck import nothing_can_happen, of_user, wait_of
from playhead.clocks.timeline import Clock
from playhead.clocks.world.hops import trio_hops
from playhead.clocks.world.outstanding import LOOK_AGAIN_S, LOOK_SOON_S
from playhead.clocks.world.threads import Standing, Threads, any_thread
from playhead.clocks.world.waiting import await_frames
from playhead.realtime import monotonic

__all__ = ["TrioVirtualClock"]

PATIENCE_S = 2.0
"""Wait for a thread that waits itself, before raising `NothingCanHappen`."""


class TrioVirtualClock(trio.abc.Clock):
    """A trio clock that jumps to the next deadline when nothing else can happen.

    While a task waits for a socket, a process or a thread, and while `hold()` is entered, it runs in real time.

    Attributes:
        clock: The `Clock`, which any thread may hold.

    Raises:
        NothingCanHappen: In the main task, when every task waits for something that can never come.
    """

    def __init__(self) -> None:
        self.clock = Clock(self._wake)
        self._threads = Threads()
        self._token: trio.lowlevel.TrioToken | None = None
        self._due_s: float | None = None
        self._quiet_since_s: float | None = None
        self._told = False

    @property
    def jumps(self) -> int:
        """Number of times that the clock has jumped."""
        return self.clock.jumps

    def now_us(self) -> int:
        """Return the time in whole microseconds."""
        return self.clock.now_us()

    def hold(self) -> AbstractContextManager[None]:
        """Return a context manager in which the clock runs in real time and does not jump; see `Clock.hold`."""
        return self.clock.hold()

    def start_clock(self) -> None:
        self._token = None
        self._told = False
        self._threads.start()

    def current_time(self) -> float:
        if self._due_s is not None:
            self.clock.arrive(self._due_s)
            self._due_s = None
        return self.clock.time()

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Return how long trio may sleep in real time; 0 after a jump."""
        self._token = self._token or trio.lowlevel.current_trio_token()
        left_s = deadline - self.current_time()
        if left_s <= 0:
            return 0
        longest_s = self._hold_s()
        if longest_s is not None:
            return self._run(min(left_s, longest_s), deadline)
        runner = _runner()
        if runner.waiting_for_idle:  # `wait_all_tasks_blocked` comes first
            return left_s
        if math.isinf(deadline):
            return self._nothing(runner)
        self._quiet_since_s = None
        self.clock.jump(deadline)
        return 0

    def _run(self, seconds: float, deadline: float) -> float:
        self.clock.run()
        self._due_s = None if math.isinf(deadline) else deadline
        return seconds

    def _hold_s(self) -> float | None:
        """Return how long to run in real time before looking again, or `None` if the clock may jump."""
        if self.clock.held:
            return math.inf
        if _waiting(trio.lowlevel.current_statistics().io_statistics) > 1:  # one waits for trio's own wake-up socket
            return math.inf
        longest_s = self._threads_hold_s() if any_thread() else None
        # Asked after looking at the threads: one that has called back and now waits or is gone has queued its call.
        return 0 if trio.lowlevel.current_statistics().run_sync_soon_queue_size else longest_s

    def _threads_hold_s(self) -> float | None:
        standing, active = self._threads.look()[0], trio.testing.active_thread_count()
        if active and (standing is Standing.RUNNING or active > trio_hops(self._token)):
            return LOOK_AGAIN_S
        return LOOK_SOON_S if standing is Standing.RUNNING or self._threads.timers() else None

    def _nothing(self, runner: Any) -> float:  # noqa: ANN401  # no public type
        """Return how long to sleep when there is no deadline; deliver `NothingCanHappen` if nothing can end it."""
        main = runner.main_task
        if main is None or (runner.is_guest and not of_user(await_frames(main.coro))) or _listens_to_signals(main):
            return math.inf
        if self._threads.look()[0] is Standing.WAITING:
            self._quiet_since_s = self._quiet_since_s or monotonic()
            if monotonic() < self._quiet_since_s + PATIENCE_S:
                return self._run(LOOK_AGAIN_S, math.inf)
        self._quiet_since_s = None
        error = nothing_can_happen(wait_of(task.name, task.coro) for task in _below(main))
        if self._told:
            raise error
        self._told = True

        def raise_it() -> object:
            raise error

        main._attempt_abort(raise_it)  # noqa: SLF001  # how trio itself delivers KeyboardInterrupt
        return 0

    def _wake(self) -> None:
        if self._token is not None:
            try:
                self._token.run_sync_soon(lambda: None, idempotent=True)
            except trio.RunFinishedError:
                self._token = None


def _runner() -> Any:  # noqa: ANN401  # no public type
    """Return trio's runner, as `trio.testing.MockClock` gets it: there is no public way to see who waits for idle."""
    return trio._core._run.GLOBAL_RUN_CONTEXT.runner  # noqa: SLF001


def _waiting(statistics: object) -> int:
    """Return how many tasks wait for a descriptor. The counters have different names on each system."""
    names = ("tasks_waiting_read", "tasks_waiting_write", "tasks_waiting")
    return sum(getattr(statistics, name, 0) for name in names)


def _below(task: trio.lowlevel.Task) -> Iterator[trio.lowlevel.Task]:
    yield task
    for nursery in task.child_nurseries:
        for child in nursery.child_tasks:
            yield from _below(child)


def _listens_to_signals(main: trio.lowlevel.Task) -> bool:
    return any(
        frame.f_code.co_qualname == "SignalReceiver.__anext__"
        for task in _below(main)
        for frame in await_frames(task.coro)
    )
