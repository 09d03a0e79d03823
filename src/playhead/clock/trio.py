"""The virtual clock for trio: `trio.run(main, clock=playhead.TrioVirtualClock())`.

Trio asks a clock how long it may sleep, and only when no task can run: that is where this one jumps instead. It has
no idle sockets to look for, because trio's loop knows only descriptors that a task is waiting for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import trio
import trio.testing

from playhead.clock.stuck import nothing_can_happen, of_user, wait_of
from playhead.clock.timeline import Clock
from playhead.clock.world.hops import trio_hops
from playhead.clock.world.outstanding import LOOK_AGAIN_S, LOOK_SOON_S
from playhead.clock.world.threads import Standing, Threads, any_thread
from playhead.clock.world.waiting import await_frames
from playhead.realtime import monotonic

__all__ = ["TrioVirtualClock"]

PATIENCE_S = 2.0
"""How long to wait for a thread that waits itself before saying that nothing can happen any more."""


class TrioVirtualClock(trio.abc.Clock):
    """A trio clock that jumps to the next deadline when nothing else can happen.

    While a task waits for a socket, a process or a thread, and while `hold()` is entered, it runs with the world.
    Raises `NothingCanHappen` in the main task when every task waits for something that can never come.
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
        """How often the clock has jumped."""
        return self.clock.jumps

    def now_us(self) -> int:
        """The instant in whole microseconds."""
        return self.clock.now_us()

    def hold(self) -> AbstractContextManager[None]:
        """While it is entered the clock runs with the world and does not jump; see `Clock.hold`."""
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
        """How long trio may sleep for real; 0 after a jump."""
        self._token = self._token or trio.lowlevel.current_trio_token()
        left_s = deadline - self.current_time()
        if left_s <= 0:
            return 0
        longest_s = self._hold_s()
        if longest_s is not None:
            return self._run(min(left_s, longest_s), deadline)
        runner = _runner()
        if runner.waiting_for_idle:  # somebody is to wake once all others are blocked, and that comes first
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
        """For how long to let the world run before looking again, `None` where the clock may jump."""
        if self.clock.held:
            return math.inf
        if _waiting(trio.lowlevel.current_statistics().io_statistics) > 1:  # one is trio's own
            return math.inf
        longest_s = self._threads_hold_s() if any_thread() else None
        # Only now: a thread that was seen to wait for an answer, or to be gone, has asked before.
        return 0 if trio.lowlevel.current_statistics().run_sync_soon_queue_size else longest_s

    def _threads_hold_s(self) -> float | None:
        standing, active = self._threads.look()[0], trio.testing.active_thread_count()
        if active and (standing is Standing.RUNNING or active > trio_hops(self._token)):
            return LOOK_AGAIN_S
        return LOOK_SOON_S if standing is Standing.RUNNING or self._threads.timers() else None

    def _nothing(self, runner: Any) -> float:
        """No deadline is left, and nothing real is outstanding."""
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

        def raise_it() -> Any:
            raise error

        main._attempt_abort(raise_it)  # noqa: SLF001  # how trio itself delivers KeyboardInterrupt
        return 0

    def _wake(self) -> None:
        if self._token is not None:
            try:
                self._token.run_sync_soon(lambda: None, idempotent=True)
            except trio.RunFinishedError:
                self._token = None


def _runner() -> Any:
    """Trio's runner. `trio.testing.MockClock` reads it for the same reason: nothing public tells who waits for idle."""
    return trio._core._run.GLOBAL_RUN_CONTEXT.runner  # noqa: SLF001


def _waiting(statistics: object) -> int:
    """How many tasks wait for a descriptor: the counters are called differently on each system."""
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
