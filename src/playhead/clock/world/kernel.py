"""What the kernel knows about a thread that Python does not: whether it was woken, and whether it has run since.

A thread that was handed something looks parked to Python until it has got the GIL again. Linux only; elsewhere nothing
is known, and the answers are those of a thread that sleeps.
"""

from __future__ import annotations

import os
import sys
import threading

from playhead.realtime import clock_gettime

__all__ = ["runnable", "used_s"]

_PER_THREAD_CLOCK = 6
"""CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED: the low bits of a Linux clock number (linux/posix-timers.h)."""


def runnable(thread: threading.Thread | None) -> bool:
    """Whether a thread was woken and has yet to run. From Python 3.13 a `SimpleQueue` hands over without a trace."""
    native_id = _native_id(thread)
    if native_id is None:
        return False
    try:
        file = os.open(f"/proc/self/task/{native_id}/stat", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.read(file, 512).rpartition(b")")[2][1:2] == b"R"
    except OSError:  # it has ended
        return False
    finally:
        os.close(file)


def used_s(thread: threading.Thread | None) -> float:
    """The processor time of a thread. If it has grown the thread was woken, even if it looks as it did before.

    After a blocking call has returned, a thread may lose the GIL before its next instruction, and then only this tells.
    Read by the kernel's clock number, which is harmless for a thread that has ended (pthread_getcpuclockid is not).
    """
    native_id = _native_id(thread)
    if native_id is None:
        return 0.0
    try:
        return clock_gettime((~native_id << 3) | _PER_THREAD_CLOCK)
    except OSError:
        return 0.0


def _native_id(thread: threading.Thread | None) -> int | None:
    return thread.native_id if thread is not None and sys.platform.startswith("linux") else None
