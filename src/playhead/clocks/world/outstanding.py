"""The real things outstanding beside an asyncio loop, for whose sake its clock must run with the world.

Those are executor jobs, descriptors and threads, looked at in this order. Where there is none of them, no task and no
frame is looked at, which keeps jumps cheap.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import selectors
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from playhead.clocks.world.hops import Hops
from playhead.clocks.world.threads import Standing, Threads, any_thread
from playhead.clocks.world.waiting import Tasks
from playhead.realtime import monotonic

__all__ = ["Descriptors", "Hold", "Outstanding"]

IDLE_S = 0.050
"""Time without events after which descriptors are idle, and do not hold the clock."""
LOOK_AGAIN_S = 0.010
"""Time before threads are looked at again: nothing tells the loop that one has ended or gone idle."""
LOOK_SOON_S = 0.001
"""This time for the first looks, because most jobs are short."""
EAGER_LOOKS = 20
ANSWER_S = 0.005
"""Wait for an answer when every thread looks idle: a thread may have been woken without having run yet."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason why the clock must run with the world.

    Look again after `again_s`; `None` means after the next event.
    """

    reason: str
    again_s: float | None = None


class Descriptors(selectors.DefaultSelector):
    """A selector that asks the loop's clock before it waits, and notes when a descriptor was last active.

    Args:
        wait: Called in place of waiting, when no callback is ready; returns the events.
        turn: Called before a look without waiting, when a callback is ready.
    """

    def __init__(self, wait: Callable[[], list[tuple[selectors.SelectorKey, int]]], turn: Callable[[], None]) -> None:
        super().__init__()
        self.active_s = 0.0
        self._own_fd: int | None = None
        self._wait = wait
        self._turn = turn

    def register(self, fileobj: Any, events: int, data: object = None) -> selectors.SelectorKey:  # noqa: ANN401  # a descriptor or what has one
        key = super().register(fileobj, events, data)
        if self._own_fd is None:  # asyncio registers its wake-up socket first, in `_make_self_pipe`
            self._own_fd = key.fd
        self.active_s = monotonic()
        return key

    def modify(self, fileobj: Any, events: int, data: object = None) -> selectors.SelectorKey:  # noqa: ANN401  # a descriptor or what has one
        self.active_s = monotonic()
        return super().modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            return self._wait()
        self._turn()
        return self.poll(0)

    def poll(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait in real time, and return the events."""
        found = super().select(timeout)
        if found and any(key.fd != self._own_fd for key, _ in found):
            self.active_s = monotonic()
        return found

    @property
    def some(self) -> bool:
        """True if there is any descriptor but the loop's own."""
        return len(self.get_map()) > 1

    def writing(self) -> bool:
        """Return True if a descriptor is watched until it can be written to."""
        return any(key.events & selectors.EVENT_WRITE for key in self.get_map().values())

    def inviting(self) -> bool:
        """Return True if anyone may connect or send: there is a listening socket or one for datagrams."""
        return any(key.fd != self._own_fd and _invites(key.fd) for key in self.get_map().values())


class Outstanding:
    """The real things beside one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, descriptors: Descriptors) -> None:
        self.hops = Hops()
        self.threads = Threads(self.hops.waits)
        self._tasks = Tasks(loop)
        self._descriptors = descriptors
        self._jobs: list[tuple[concurrent.futures.Future[Any], asyncio.Future[Any]]] = []
        self._looks = 0
        self._quiet_since_s: float | None = None

    def job(self, real: concurrent.futures.Future[object], future: asyncio.Future[Any]) -> None:
        """Note an executor job that has begun. It is outstanding until both its futures are done."""
        self._jobs.append((real, future))

    def progress(self) -> None:
        """Note that something has happened, after which threads are looked at often again."""
        self._looks = 0
        self._quiet_since_s = None

    def hold(self) -> Hold | None:
        """Return the reason why the clock may not jump now, or `None`."""
        if self.nothing():
            return None
        hops = self.hops.waiting_jobs()
        if self._jobs:
            self._jobs = [(real, future) for real, future in self._jobs if not (real.done() and future.done())]
            # A job in a parked thread waits for something itself, perhaps for this loop.
            if any(real not in hops for real, _ in self._jobs) and (self.waiting_thread() or self._in_time()):
                return Hold("an executor job is running", self._again())
        some, threads = self._descriptors.some, any_thread()
        hops.update(future for real, future in self._jobs if real in hops)
        return (self._descriptor() if some else None) or self._beyond(hops, threads=threads)

    def nothing(self) -> bool:
        """Return True if there is nothing real at all: no job, descriptor or thread."""
        return not (self._jobs or self._descriptors.some or any_thread())

    def waiting_thread(self) -> bool:
        """Return True if another thread may wake without this loop's doing."""
        return any_thread() and self.threads.look()[0] is not Standing.PARKED

    def _descriptor(self) -> Hold | None:
        if self._descriptors.writing():
            return Hold("a socket is waiting to write", None)
        idle_s = monotonic() - self._descriptors.active_s
        return Hold("a socket was active just now", IDLE_S - idle_s) if idle_s < IDLE_S else None

    def _beyond(self, hops: Collection[object], *, threads: bool) -> Hold | None:
        standing, which = self.threads.look() if threads else (Standing.PARKED, "")
        if standing is Standing.RUNNING:
            return Hold(f"thread {which} is running", self._again())
        if threads and self.threads.timers():
            return Hold("a threading.Timer is running", LOOK_AGAIN_S)
        task = self._tasks.waits_for_world(hops)
        if task is None:
            return None
        if not self._descriptors.some and standing is Standing.PARKED:
            return Hold(f"{task} may be answered by a thread", LOOK_SOON_S) if self._in_time() else None
        return Hold(f"{task} waits for something real", LOOK_AGAIN_S if threads else None)

    def _in_time(self) -> bool:
        if self._quiet_since_s is None:
            self._quiet_since_s = monotonic()
        return monotonic() - self._quiet_since_s < ANSWER_S

    def _again(self) -> float:
        self._looks += 1
        return LOOK_SOON_S if self._looks < EAGER_LOOKS else LOOK_AGAIN_S


def _invites(fd: int) -> bool:
    try:
        with socket.fromfd(fd, socket.AF_INET, socket.SOCK_STREAM) as sock:
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_DGRAM:
                return True
            return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:  # not a socket
        return False
