"""Tasks that outlive the deck under which they were started.

Interception stays until they have ended, so that a request of theirs is told instead of reaching the network. It
touches nothing else: whatever was not started under a closed deck goes through. Only asyncio's tasks of the running
loop are known; trio's end with their nursery.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playhead.fronts.registry import context_deck

if TYPE_CHECKING:
    from playhead.fronts.deck import Deck

__all__ = ["after_late_tasks"]


def after_late_tasks(deck: Deck, stop: Callable[[], None]) -> Callable[[], None]:
    """`stop`, to be called when the deck closes; with tasks of the deck still under way, when the last has ended."""
    # Before 3.12 a task does not show its context: then whatever has come meanwhile may have been started under it.
    before = weakref.WeakSet(_tasks()) if sys.version_info < (3, 12) else ()

    def stop_in_the_end() -> None:
        late = [task for task in _tasks() if task not in before and _may_be_of(task, deck)]
        left = {id(task) for task in late}

        def ended(task: int) -> None:
            left.discard(task)
            if not left:
                stop()

        for task in late:
            task.add_done_callback(lambda done: ended(id(done)))
            weakref.finalize(task, ended, id(task)).atexit = False  # a loop that is closed ends no task
        if not late:
            stop()

    return stop_in_the_end


def _tasks() -> list[asyncio.Task[Any]]:
    """The tasks of the running loop that are under way, but for the one that asks."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return []
    return [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task(loop)]


def _may_be_of(task: asyncio.Task[Any], deck: Deck) -> bool:
    return sys.version_info < (3, 12) or context_deck(task.get_context()) is deck
