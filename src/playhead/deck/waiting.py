"""Waits at the gate: in an asyncio or trio task, or in a thread. The gate says what to do; this does it."""

from __future__ import annotations

import asyncio
import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from playhead.clocks.running import in_loop, running_clock
from playhead.clocks.world.places import own_wait
from playhead.deck.ports import Gated
from playhead.engine.gate import GO, TURN, WAIT, Passage, Sleep, Step, Ticket
from playhead.realtime import pause, tampered

__all__ = ["Bell", "pass_async", "pass_sync", "running_bell", "sleep_forever", "wait_async"]

TRIO_TASKS = 3
"""The tasks of a trio run with nothing but its main task: that, the one around all, and the one for other threads."""
BLOCKED_S = 0.005
"""The time that a synchronous client which blocks its event loop waits for events recorded before its own."""
SYNC_TURN_S = 0.0002
"""Stands for a turn of the loop where there is none: a thread that was released gets so long to show itself."""


class Bell(Protocol):
    """Something to wait on that any thread can ring; `outlast` waits until it is done, cancelled or not."""

    def ring(self) -> None: ...

    async def wait(self, seconds: float | None) -> None: ...

    async def outlast(self, done: Callable[[], bool]) -> None: ...

    async def turn(self) -> None: ...

    def advance(self, to_us: int) -> bool: ...

    def company(self) -> bool: ...


class _AsyncioBell:
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        if threading.get_ident() == self._thread:
            self._ring()
        else:
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self._rung = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @own_wait
    async def wait(self, seconds: float | None) -> None:
        if not self._rung:
            self._waiter = self._loop.create_future()
            frozen = seconds is not None and _frozen()
            timer = None if seconds is None or frozen else self._loop.call_later(seconds, self._wake)
            try:
                with _alarm(seconds if frozen else None, self.ring):
                    await self._waiter
            finally:
                if timer is not None:
                    timer.cancel()
        self._rung = False

    @own_wait
    async def outlast(self, done: Callable[[], bool]) -> None:
        cancelled: asyncio.CancelledError | None = None
        while not done():
            try:
                await self.wait(None)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    @own_wait
    async def turn(self) -> None:
        await asyncio.sleep(0)

    def advance(self, to_us: int) -> bool:
        loop: Any = self._loop  # a `VirtualClock`, for otherwise there would be no instant to go to
        done: bool = loop.advance(to_us / 1e6)
        return done

    def company(self) -> bool:
        """Return True if another task is there that could make a request."""
        return len(asyncio.all_tasks(self._loop)) > 1


class _TrioBell:
    def __init__(self) -> None:
        import trio

        self._trio: Any = trio
        self._token = trio.lowlevel.current_trio_token()
        self._thread = threading.get_ident()
        self._rung = trio.Event()

    def ring(self) -> None:
        if threading.get_ident() == self._thread:
            self._rung.set()
        else:
            with suppress(self._trio.RunFinishedError):  # who was waited for had seen it without the bell
                self._token.run_sync_soon(self._rung.set)

    async def wait(self, seconds: float | None) -> None:
        frozen = seconds is not None and _frozen()
        limit_s = math.inf if seconds is None or frozen else seconds
        with _alarm(seconds if frozen else None, self.ring), self._trio.move_on_after(limit_s):
            await self._rung.wait()
            self._rung = self._trio.Event()

    async def outlast(self, done: Callable[[], bool]) -> None:
        with self._trio.CancelScope(shield=True):
            while not done():
                await self.wait(None)
        await self._trio.lowlevel.checkpoint_if_cancelled()

    async def turn(self) -> None:
        # The tasks of one batch run in random order: what was released has shown itself once all are blocked.
        await self._trio.testing.wait_all_tasks_blocked()

    def company(self) -> bool:
        statistics = self._trio.lowlevel.current_statistics()
        return bool(statistics.tasks_living > TRIO_TASKS)

    def advance(self, to_us: int) -> bool:  # noqa: ARG002  # nowhere: under trio every await is a checkpoint
        return False


def _frozen() -> bool:
    """Return True where a timer of the running event loop would not go off when it should.

    Something has put the clock that it looks at out of action. A virtual loop has a clock of ours.
    """
    return tampered() and running_clock() is None


@contextmanager
def _alarm(seconds: float | None, ring: Callable[[], None]) -> Iterator[None]:
    """Have a thread ring after so many seconds, by no clock that a program can reach; `None`: not at all."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def running_bell() -> Bell:
    """Return a bell for this task of the running event loop."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        import trio.testing

        return _TrioBell()
    return _AsyncioBell()


@own_wait
async def pass_async(deck: Gated, passage: Passage | None, at_us: int, index: int, next_us: int | None) -> None:
    """Hold an event of this passage until it is its turn.

    `next_us` is the passage's next event, `None` for its last.
    """
    gate = deck.gate
    if passage is None or (not gate.exact and gate.free(passage, at_us, deck.now_us())):
        return
    bell = running_bell()
    if gate.exact and _alone(deck, passage, at_us, next_us, bell):
        return
    ticket = _ask(deck, passage, at_us, index, bell.ring, bell.company)
    released = False
    try:
        while (step := _verdict(deck, ticket)) is not GO:
            if step is TURN:
                await bell.turn()
            else:
                await bell.wait(step.us / 1e6 if isinstance(step, Sleep) else None)
        released = True
    finally:
        _settle(deck, ticket, next_us if released else passage.next_us, released=released)


@own_wait
async def sleep_forever() -> None:
    """Wait to be cancelled."""
    await wait_async(None)


@own_wait
async def wait_async(seconds: float | None, hand_out: Callable[[Callable[[], None]], None] | None = None) -> None:
    """Wait for so many seconds of the running loop (`None`: for good), or until somebody rings.

    `hand_out` is given what rings, before the waiting begins. Any thread may ring.
    """
    bell = running_bell()
    if hand_out is not None:
        hand_out(bell.ring)
    await bell.wait(seconds)


def pass_sync(deck: Gated, passage: Passage | None, at_us: int, index: int, next_us: int | None) -> None:
    """Like `pass_async`, for a thread.

    In virtual time no thread can wait: an event loop that this blocks is late, and a thread beside one is let through.
    """
    gate = deck.gate
    if passage is not None and gate.exact and (clock := running_clock()) is not None:
        clock.block(gate.due(passage, at_us) / 1e6)
    if passage is None or gate.exact or gate.free(passage, at_us, deck.now_us()):
        return
    rung, blocks_loop = threading.Event(), in_loop()
    ticket = _ask(deck, passage, at_us, index, rung.set, _thread_company)
    released = False
    try:
        while (step := _verdict(deck, ticket)) is not GO:
            if step is TURN:
                pause(SYNC_TURN_S)
            elif step is WAIT and blocks_loop:
                rung.wait(BLOCKED_S)  # whoever is first may be a task of the loop that this blocks
                break
            elif rung.wait(step.us / 1e6 if isinstance(step, Sleep) else None):
                rung.clear()
        released = True
    finally:
        _settle(deck, ticket, next_us if released else passage.next_us, released=released)


def _thread_company() -> bool:
    """Return True if another thread is there that could make a request; an event loop of this thread cannot, now."""
    return threading.active_count() > 1 and not in_loop()


def _ask(
    deck: Gated, passage: Passage, at_us: int, index: int, wake: Callable[[], None], company: Callable[[], bool]
) -> Ticket:
    with deck.lock:
        ticket, passed = deck.gate.ask(passage, at_us, index, deck.now_us(), wake, company)
    if passed is not None:
        passed.wake()
    return ticket


def _alone(deck: Gated, passage: Passage, at_us: int, next_us: int | None, bell: Bell) -> bool:
    """Release the event if nothing else can happen before it is due. Return True if it was."""
    with deck.lock:
        due_us = deck.gate.alone(passage, at_us)
        if due_us is None or not bell.advance(due_us):
            return False
        deck.gate.out(passage, at_us, next_us, due_us)
    return True


def _verdict(deck: Gated, ticket: Ticket) -> Step | Sleep:
    with deck.lock:
        return deck.gate.verdict(ticket, deck.now_us())


def _settle(deck: Gated, ticket: Ticket, next_us: int | None, *, released: bool) -> None:
    with deck.lock:
        leader = deck.gate.settle(ticket, next_us, deck.now_us(), released=released)
    if leader is not None:
        leader.wake()
