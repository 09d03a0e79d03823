"""What outlives the deck under which it was started: tasks, threads, and jobs of pools.

Interception stays until they have ended, so that a request of theirs is told instead of reaching the network. It
touches nothing else: whatever was not started under a closed deck goes through. Of tasks, those of the running event
loop are known, asyncio's or trio's.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from playhead.fronts.registry import context_deck

if TYPE_CHECKING:
    import trio

    from playhead.fronts.deck import Deck

__all__ = ["after_what_is_late"]


def after_what_is_late(deck: Deck, stop: Callable[[], None]) -> Callable[[], None]:
    """`stop`, to be called when the deck closes; with work of the deck still under way, when the last has ended."""
    # Before 3.12 a task does not show its context: then whatever has come meanwhile may have been started under it.
    before = weakref.WeakSet(_tasks()) if sys.version_info < (3, 12) else ()

    def stop_in_the_end() -> None:
        tasks = [task for task in _tasks() if task not in before and _may_be_of(task, deck)]
        trios = [task for task in _trio_tasks() if context_deck(task.context) is deck]
        strands = list(deck.strands)
        late = _Late([*tasks, *trios, *strands], stop)
        for task in tasks:
            task.add_done_callback(late.ended)
            weakref.finalize(task, late.ended_id, id(task)).atexit = False  # a loop that is closed ends no task
        for strand in strands:
            strand.add_done_callback(late.ended)
        if trios:
            _watch(late)

    return stop_in_the_end


class _Late:
    """Counts down what is still under way. It may end in any thread."""

    def __init__(self, what: list[object], stop: Callable[[], None]) -> None:
        self._left = {id(each) for each in what}
        self._stop = stop
        self._lock = Lock()
        if not what:
            stop()

    def ended(self, what: object) -> None:
        self.ended_id(id(what))

    def ended_id(self, number: int) -> None:
        with self._lock:
            last = self._left == {number}
            self._left.discard(number)
        if last:
            self._stop()

    @property
    def over(self) -> bool:
        return not self._left


def _tasks() -> list[asyncio.Task[Any]]:
    """The tasks of the running loop that are under way, but for the one that asks."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return []
    return [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task(loop)]


def _may_be_of(task: asyncio.Task[Any], deck: Deck) -> bool:
    return sys.version_info < (3, 12) or context_deck(task.get_context()) is deck


def _trio_tasks() -> Iterator[trio.lowlevel.Task]:
    """The same of a trio run."""
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


def _watch(late: _Late) -> None:
    """Have trio tell when a task has ended, until the last late one has."""
    import trio

    class Watch(trio.abc.Instrument):
        def task_exited(self, task: trio.lowlevel.Task) -> None:
            late.ended(task)
            if late.over:
                trio.lowlevel.remove_instrument(self)

    trio.lowlevel.add_instrument(Watch())
