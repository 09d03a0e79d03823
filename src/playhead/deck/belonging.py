"""Makes the work of threads belong to a deck: a context variable does not reach them by itself.

A thread belongs to the deck that it was started under, and what is given to a pool to the deck of whoever gave it.
(`asyncio.to_thread`, anyio and trio hand the context on themselves.) So does what outlives the deck, see `lingering`.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import nullcontext
from functools import partial
from typing import Any

from playhead.deck.context import ambient_session, of_context, restore, use_in_context
from playhead.deck.session import Session
from playhead.deck.suspension import is_suspended, suspended

__all__ = ["belonging_apply", "belonging_start", "belonging_submit", "belonging_tasks"]

_POOLS = ("concurrent.futures", "anyio", "trio", "multiprocessing", "asgiref")
"""Packages whose threads work for whoever asks, one job after another."""


def belonging_start(original: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    """Wrap `Thread.start`: a thread belongs to the deck that it is started under."""

    def start(self: threading.Thread) -> None:
        deck = _of_starter()
        if deck is None or self.ident is not None or _of_pool(self):
            original(self)
            return
        ended: Future[None] = Future()
        _keep(deck, ended)
        _run_within(deck, self, ended)
        try:
            original(self)
        except BaseException:
            ended.set_result(None)
            raise

    return start


def belonging_submit(original: Callable[..., Future[object]]) -> Callable[..., Future[object]]:
    """Wrap `ThreadPoolExecutor.submit`: a job belongs to the deck of whoever submits it."""

    def submit(self: object, fn: Callable[..., object], /, *args: object, **named: object) -> Future[object]:
        deck = of_context()
        if deck is None:
            return original(self, fn, *args, **named)
        job = original(self, _job, deck, is_suspended(), fn, *args, **named)
        _keep(deck, job)
        return job

    return submit


def belonging_apply(original: Callable[..., object]) -> Callable[..., object]:
    """Wrap `Pool.apply_async` of multiprocessing, for pools of threads."""

    def apply_async(self: object, func: Callable[..., object], *args: object, **named: object) -> object:
        return original(self, _for_pool(self, func), *args, **named)

    return apply_async


def belonging_tasks(original: Callable[..., object]) -> Callable[..., object]:
    """Wrap the generator that `Pool.map` and its like make their jobs with."""

    def guarded_task_generation(
        self: object, result_job: object, func: Callable[..., object], iterable: object
    ) -> object:
        return original(self, result_job, _for_pool(self, func), iterable)

    return guarded_task_generation


def _for_pool(pool: object, func: Callable[..., object]) -> Callable[..., object]:
    """Return a function for a pool of threads to call. It counts as under way until the pool has let go of it."""
    from multiprocessing.pool import ThreadPool  # loaded, or there would be no pool

    deck = of_context()
    if deck is None or not isinstance(pool, ThreadPool):
        return func
    job, ended = partial(_job, deck, is_suspended(), func), Future[None]()
    _keep(deck, ended)
    weakref.finalize(job, ended.set_result, None).atexit = False
    return job


def _of_starter() -> Session | None:
    """Return the deck of the context, or for a thread that a fixture starts, that of the running test."""
    own = of_context()
    if own is not None or threading.current_thread() is not threading.main_thread():
        return own
    return ambient_session()


def _of_pool(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    modules = (type(thread).__module__, getattr(target, "__module__", None) or "")
    return any(module.startswith(_POOLS) for module in modules)


def _run_within(deck: Session, thread: threading.Thread, ended: Future[None]) -> None:
    run, behind = thread.run, is_suspended()

    def run_on_deck() -> None:
        try:
            _job(deck, behind, run)
        finally:
            vars(thread).pop("run", None)
            ended.set_result(None)

    thread.run = run_on_deck  # type: ignore[method-assign]  # of this thread alone


def _job(deck: Session, behind: bool, fn: Callable[..., object], /, *args: object, **named: object) -> object:
    """Run a function on a deck, or (`behind`) as a part of what is recorded of a double."""
    token = use_in_context(deck)
    try:
        with suspended() if behind else nullcontext():
            return fn(*args, **named)
    finally:
        restore(token)


def _keep(deck: Session, strand: Future[Any]) -> None:
    deck.strands.add(strand)
    strand.add_done_callback(deck.strands.discard)
