"""Waits for what outlives its deck: tasks, timers of a loop, threads, and jobs of pools.

Interception stays until they have ended, and what they have started meanwhile, so that a request of theirs is told
instead of reaching the network. It touches nothing else: whatever was not started under a closed deck goes through. Of
tasks and timers, those of event loops of asyncio are known, and the tasks of the trio run. Timers of loops that do not
show them (uvloop) are not.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING, Any

from playhead.deck.context import context_session
from playhead.deck.session import Session

if TYPE_CHECKING:
    import trio


__all__ = ["after_what_is_late"]


def after_what_is_late(deck: Session, stop: Callable[[], None]) -> Callable[[], None]:
    """Return a function for when the deck closes: it calls `stop` once the last work of the deck has ended."""
    # Before 3.12 a task does not show its context: then whatever has come meanwhile may have been started under it.
    before = weakref.WeakSet[asyncio.Task[Any]](_tasks(_loops()) if sys.version_info < (3, 12) else ())

    def stop_in_the_end() -> None:
        late = _Late(deck, before, stop)
        late.look()
        for task in _trio_tasks():
            late.add_trio(task)
        late.stop_if_over()

    return stop_in_the_end


class _Late:
    """Everything that is still under way. It may end, and start something, in any thread."""

    def __init__(self, deck: Session, before: weakref.WeakSet[asyncio.Task[object]], stop: Callable[[], None]) -> None:
        self._deck = deck
        self._before = before
        self._stop: Callable[[], None] | None = stop
        self._left: set[int] = set()
        self._lock = RLock()  # what is collected while it is held ends in this very thread
        self._watch: trio.abc.Instrument | None = None

    def look(self) -> None:
        """Add what has been started and not yet ended."""
        for strand in list(self._deck.strands):
            if self._adds(strand):
                strand.add_done_callback(self._ended)
        for loop in _loops():
            self._look_in(loop)

    def _look_in(self, loop: asyncio.AbstractEventLoop) -> None:
        asking = asyncio.current_task() if _running() else None
        for task in _tasks([loop]):
            if task is not asking and task not in self._before and _may_be_of(task, self._deck) and self._adds(task):
                _tell_end(loop, task, self._ended)
        for timer in list(getattr(loop, "_scheduled", ())):
            context = getattr(timer, "_context", None)
            if context is not None and not timer.cancelled() and context_session(context) is self._deck:
                self._adds(timer)

    def add_trio(self, task: trio.lowlevel.Task) -> None:
        """Add a task of trio's, if it is of the deck; then trio tells of others."""
        if context_session(task.context) is self._deck and self._adds(task) and self._watch is None:
            self._watch = _watch(self)

    def _adds(self, what: object) -> bool:
        """Return True for what is new.

        That it is gone is an end as well: a loop that closes ends no task and calls no timer.
        """
        number = id(what)
        with self._lock:
            if number in self._left:
                return False
            self._left.add(number)
        with suppress(TypeError):  # trio's tasks end in any case
            weakref.finalize(what, self.ended, number).atexit = False
        return True

    def _ended(self, what: object) -> None:
        self.ended(id(what))

    def ended(self, number: int) -> None:
        """Note that something has ended, and look for what it has started."""
        with self._lock:
            if number not in self._left:
                return
            self._left.discard(number)
            others = bool(self._left)
        if not others:
            self.look()
            self.stop_if_over()

    def stop_if_over(self) -> None:
        """Stop if nothing is left; once."""
        with self._lock:
            if self._left or self._stop is None:
                return
            stop, self._stop = self._stop, None
            if self._watch is not None:
                _leave(self._watch)
        stop()


def _running() -> list[asyncio.AbstractEventLoop]:
    try:
        return [asyncio.get_running_loop()]
    except RuntimeError:
        return []


def _loops() -> list[asyncio.AbstractEventLoop]:
    """Return the running loop, and those that have tasks. asyncio tells of tasks one loop at a time."""
    known: Any = getattr(asyncio.tasks, "_scheduled_tasks", None) or getattr(asyncio.tasks, "_all_tasks", ())
    with suppress(RuntimeError):  # a task has come meanwhile, in another thread
        loops = {task.get_loop() for task in list(known)}
        return [loop for loop in {*loops, *_running()} if not loop.is_closed()]
    return _running()


def _tasks(loops: list[asyncio.AbstractEventLoop]) -> list[asyncio.Task[object]]:
    """Return the tasks of these loops that are under way."""
    return [task for loop in loops for task in asyncio.all_tasks(loop)]


def _tell_end(loop: asyncio.AbstractEventLoop, task: asyncio.Task[object], ended: Callable[[object], None]) -> None:
    """Have the end of a task told, whichever thread its loop runs in."""
    if _running() == [loop]:
        task.add_done_callback(ended)
    else:
        with suppress(RuntimeError):  # closed meanwhile: then the task is collected
            loop.call_soon_threadsafe(task.add_done_callback, ended)


def _may_be_of(task: asyncio.Task[object], deck: Session) -> bool:
    return sys.version_info < (3, 12) or context_session(task.get_context()) is deck


def _trio_tasks() -> Iterator[trio.lowlevel.Task]:
    """Yield the tasks of the trio run that are under way."""
    module: Any = sys.modules.get("trio")
    if module is None or not module.lowlevel.in_trio_run():
        return
    asking = module.lowlevel.current_task()
    ahead = [module.lowlevel.current_root_task()]
    while ahead:
        task = ahead.pop()
        ahead += [child for nursery in task.child_nurseries for child in nursery.child_tasks]
        if task is not asking:
            yield task


def _watch(late: _Late) -> trio.abc.Instrument:
    """Have trio tell when a task begins and when one has ended, until the last late one has."""
    import trio

    class Watch(trio.abc.Instrument):
        def task_spawned(self, task: trio.lowlevel.Task) -> None:
            late.add_trio(task)

        def task_exited(self, task: trio.lowlevel.Task) -> None:
            late.ended(id(task))

    watch = Watch()
    trio.lowlevel.add_instrument(watch)
    return watch


def _leave(watch: trio.abc.Instrument) -> None:
    import trio

    with suppress(RuntimeError, KeyError):  # the run is over, or this is another thread
        trio.lowlevel.remove_instrument(watch)
