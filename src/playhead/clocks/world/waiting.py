"""The wait of each task: must something outside the loop end it?

The answer is read off the await chain of a suspended task (`cr_await`, `ag_await`) without running anything. The
innermost frame of a known kind (see `places`) decides; a task that awaits a bare future waits for the world.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from types import AsyncGeneratorType, CoroutineType, FrameType, GeneratorType
from typing import Any

from playhead.clocks.world.places import Place, place_of

__all__ = ["Tasks", "await_frames", "waiter_of"]

_SUSPENDED = (CoroutineType, AsyncGeneratorType, GeneratorType, asyncio.Future)
_LONGEST_CHAIN = 500
_REGISTRY = "_all_tasks" if sys.version_info < (3, 12) else "_scheduled_tasks"
"""The weak set of the tasks of all loops."""


class Tasks:
    """The tasks of one loop.

    A verdict is kept for as long as its task waits for the same future.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._among_tasks: dict[int, weakref.ref[Any]] = {}
        self._outside: tuple[weakref.ref[Any], weakref.ref[Any]] | None = None

    def waits_for_world(self, hops: Collection[object] = ()) -> str | None:
        """Return the name of a task that something outside the loop must wake, or `None`.

        Args:
            hops: Futures of jobs whose threads wait for the loop themselves, and which therefore do not count.
        """
        if self._outside is not None and not hops:
            task, waiter = self._outside[0](), self._outside[1]()
            if task is not None and waiter is not None and waiter_of(task) is waiter:
                return str(task.get_name())
            self._outside = None
        return self._search(hops)

    def _search(self, hops: Collection[object]) -> str | None:
        known, tasks = self._among_tasks, _tasks_of(self._loop)
        # Of a thousand tasks few have gone on since the last search. `object` makes what no task waits for.
        for task in [each for each in tasks if known.get(id(each), object)() is not each._fut_waiter]:  # type: ignore[attr-defined]  # noqa: SLF001  # see `waiter_of`
            known.pop(id(task), None)
            waiter = waiter_of(task)
            if waiter is None or task.get_loop() is not self._loop:
                continue
            if from_world(task, waiter, hops):
                self._outside = (weakref.ref(task), weakref.ref(waiter))
                return task.get_name()
            if not hops and not isinstance(waiter, asyncio.Task) and not hasattr(waiter, "_children"):
                known[id(task)] = weakref.ref(waiter)
        if len(known) > 2 * len(tasks):  # most are of tasks that have ended
            self._among_tasks = {id(each): known[id(each)] for each in tasks if id(each) in known}
        return None


def _tasks_of(loop: asyncio.AbstractEventLoop) -> Collection[asyncio.Task[object]]:
    """Return the tasks of a loop, perhaps among those of others: `asyncio.all_tasks` takes four times as long."""
    if sys.version_info < (3, 14):  # then tasks are kept elsewhere
        with suppress(RuntimeError):  # a task has come meanwhile, in another thread
            return list(getattr(asyncio.tasks, _REGISTRY))
    return asyncio.all_tasks(loop)


def waiter_of(task: asyncio.Task[object]) -> asyncio.Future[object] | None:
    """Return the future that a suspended task waits for, or `None` for a task that is about to run."""
    waiter: asyncio.Future[Any] | None = task._fut_waiter  # type: ignore[attr-defined]  # noqa: SLF001  # there is no public way
    return None if waiter is None or waiter.done() else waiter


def from_world(task: asyncio.Task[object], waiter: asyncio.Future[object], hops: Collection[object]) -> bool:
    """Return True if something outside the loop must end this wait, as far as the await chain shows."""
    if waiter in hops:
        return False
    innermost: FrameType | None = None
    place = Place.NEUTRAL
    for frame in await_frames(task.get_coro()):
        innermost, place = frame, place_of(frame.f_code)
        if place is Place.WORLD:
            return True
    if place is Place.PRIMITIVE:
        return False
    if place is Place.ANY_OF and innermost is not None:
        return any(_future_from_world(each, hops) for each in _awaited(innermost))
    return _future_from_world(waiter, hops)


def _awaited(frame: FrameType) -> Iterable[object]:
    held = frame.f_locals
    some = held.get("fs", held.get("fut"))
    return list(some) if isinstance(some, (set, frozenset, list, tuple)) else [some]


def _future_from_world(future: object, hops: Collection[object]) -> bool:
    """Return True for a bare future: not a task, nor the future of a `gather` or `shield`, which stands for tasks."""
    if not asyncio.isfuture(future) or isinstance(future, asyncio.Task) or future.done() or future in hops:
        return False
    children = getattr(future, "_children", None)
    if children is not None:
        return any(_future_from_world(each, hops) for each in children)
    # `_inner_done_callback` and `_outer_done_callback` of `shield`: a task stands behind the future.
    names = [getattr(callback, "__qualname__", "") for callback, _ in getattr(future, "_callbacks", None) or ()]
    return not any("shield." in name for name in names)


def await_frames(coroutine: object) -> Iterator[FrameType]:
    """Yield the frames of an await chain, outermost first."""
    here: object = coroutine
    for _ in range(_LONGEST_CHAIN):
        if here is None or isinstance(here, asyncio.Future):
            return
        frame = _first(here, "cr_frame", "ag_frame", "gi_frame")
        if isinstance(frame, FrameType):
            yield frame
        if hasattr(here, "cr_await") or isinstance(here, _SUSPENDED):
            here = _first(here, "cr_await", "ag_await", "gi_yieldfrom")
        else:
            # A `coroutine_wrapper` or `async_generator_asend`, which shows only the collector what it awaits.
            here = next((each for each in gc.get_referents(here) if isinstance(each, _SUSPENDED)), None)


def _first(owner: object, *names: str) -> object:
    return next((value for name in names if (value := getattr(owner, name, None)) is not None), None)
