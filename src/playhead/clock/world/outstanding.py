"""What real things are outstanding beside an event loop, so that its clock must run with the world and not jump.

Cheap things are asked first. With only the loop's own wake-up descriptor, no executor job and no other thread,
nothing is looked at.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import selectors
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from playhead.clock.world.hops import Hops
from playhead.clock.world.threads import Standing, Threads, any_thread
from playhead.clock.world.waiting import Tasks
from playhead.realtime import monotonic

__all__ = ["Descriptors", "Hold", "Outstanding"]

IDLE_S = 0.050
"""A descriptor is idle, and holds nothing, when nothing came on it for so long."""
LOOK_AGAIN_S = 0.010
"""How long to wait before threads are looked at again: they end and park without a word."""
LOOK_SOON_S = 0.001
EAGER_LOOKS = 20
ANSWER_S = 0.005
"""For how long a task may be answered when all threads are parked: one may have been woken, and not shown it yet."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The clock runs with the world because of `reason`; look again after `again_s`, `None`: after the next event."""

    reason: str
    again_s: float | None = None


class Descriptors(selectors.DefaultSelector):
    """A selector that asks what to do when nothing is ready, and remembers when a descriptor last was."""

    def __init__(self, wait: Callable[[], list[tuple[selectors.SelectorKey, int]]], turn: Callable[[], None]) -> None:
        super().__init__()
        self.active_s = 0.0
        self._own_fd: int | None = None
        self._wait = wait
        self._turn = turn

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = super().register(fileobj, events, data)
        if self._own_fd is None:  # asyncio registers its wake-up socket first, in `_make_self_pipe`
            self._own_fd = key.fd
        self.active_s = monotonic()
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        self.active_s = monotonic()
        return super().modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            return self._wait()
        self._turn()
        return self.poll(0)

    def poll(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait in real time."""
        found = super().select(timeout)
        if found and any(key.fd != self._own_fd for key, _ in found):
            self.active_s = monotonic()
        return found

    @property
    def some(self) -> bool:
        """Whether there is any descriptor but the loop's own."""
        return len(self.get_map()) > 1

    def writing(self) -> bool:
        """Whether a descriptor waits until it can be written to."""
        return any(key.events & selectors.EVENT_WRITE for key in self.get_map().values())

    def inviting(self) -> bool:
        """Whether anyone may connect or send: a listening or a datagram socket."""
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

    def job(self, real: concurrent.futures.Future[Any], future: asyncio.Future[Any]) -> None:
        """An executor job began: it is outstanding until both its futures are done."""
        self._jobs.append((real, future))

    def progress(self) -> None:
        """Something happened; threads are looked at often again."""
        self._looks = 0
        self._quiet_since_s = None

    def hold(self) -> Hold | None:
        """Why the clock may not jump now, or `None`."""
        if self.nothing():
            return None
        hops = self.hops.waiting_jobs()
        if self._jobs:
            self._jobs = [(real, future) for real, future in self._jobs if not (real.done() and future.done())]
            # A job whose thread is parked waits for something itself, perhaps for this very loop.
            if any(real not in hops for real, _ in self._jobs) and (self.waiting_thread() or self._in_time()):
                return Hold("an executor job is running", self._again())
        some, threads = self._descriptors.some, any_thread()
        hops.update(future for real, future in self._jobs if real in hops)
        return (self._descriptor() if some else None) or self._beyond(hops, threads=threads)

    def nothing(self) -> bool:
        """Whether there is nothing real at all that would have to be looked at."""
        return not (self._jobs or self._descriptors.some or any_thread())

    def waiting_thread(self) -> bool:
        """Whether another thread may yet wake by itself."""
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
