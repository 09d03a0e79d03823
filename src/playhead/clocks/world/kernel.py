"""The kernel's view of a thread: has it been woken, and has it run since?

To Python, a thread that was handed something looks idle until it has the GIL again. This works on Linux only; elsewhere
the answers are those for a thread that sleeps.
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
    """Return True if a thread has been woken and has yet to run.

    Needed since Python 3.13, where an item handed to a thread in `SimpleQueue.get` is nowhere to be seen in Python.
    """
    native_id = _native_id(thread)
    if native_id is None:
        return False
    try:
        file = os.open(f"/proc/self/task/{native_id}/stat", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.read(file, 512).rpartition(b")")[2][1:2] == b"R"
    except OSError:  # the thread has ended
        return False
    finally:
        os.close(file)


def used_s(thread: threading.Thread | None) -> float:
    """Return the processor time of a thread, in seconds. If it has grown, the thread has been woken meanwhile.

    A thread whose blocking call has returned may lose the GIL before its next instruction, and then stands where it
    stood before. Only the processor time shows that.
    """
    native_id = _native_id(thread)
    if native_id is None:
        return 0.0
    # `time.pthread_getcpuclockid` would crash for a thread that has ended; a clock by number only fails.
    try:
        return clock_gettime((~native_id << 3) | _PER_THREAD_CLOCK)
    except OSError:
        return 0.0


def _native_id(thread: threading.Thread | None) -> int | None:
    return thread.native_id if thread is not None and sys.platform.startswith("linux") else None
