"""Files of a recording that is under way: they are locked, by which other programs see that their writer lives.

A kill lets go of the locks. Where the file system has none, the number of the process in a file's name has to do.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["claim", "hold", "is_abandoned", "is_current", "is_running", "release", "try_lock", "unlock"]

_held: dict[str, int] = {}
_OLD_SECONDS = 60.0
"""A number of a process may have been given out again, in a container it mostly is. What is older than this, and not
locked, has no writer even if there is a process of its number."""

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> None:
        """Lock an open file, or raise BlockingIOError or PermissionError if another has it."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def unlock(descriptor: int) -> None:
        """Let go of it."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_lock(descriptor: int) -> None:
        """Lock an open file, or raise BlockingIOError if another has it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(descriptor: int) -> None:
        """Let go of it."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def claim(descriptor: int) -> None:
    """Lock a file that was just made, for as long as it is open. On Windows open files cannot be removed anyway."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        try_lock(descriptor)


def hold(path: Path, descriptor: int) -> None:
    """Keep a claimed file claimed until `release`."""
    before = _held.pop(os.path.realpath(path), None)
    if before is not None:
        os.close(before)
    _held[os.path.realpath(path)] = descriptor


def release(path: Path) -> None:
    """Give up the claim of `hold`, if there is one: something that lasts names the file by now, or it is to go."""
    descriptor = _held.pop(os.path.realpath(path), None)
    if descriptor is not None:
        with suppress(OSError):  # said in so many words: a forked child has the same open file
            unlock(descriptor)
        os.close(descriptor)


def is_abandoned(path: Path, *, writer: int | None, now_s: float) -> bool:
    """Return True if the writer of a file (its process, if that is known) has been killed, as far as one can see."""
    if os.path.realpath(path) in _held:
        return False
    old = now_s - path.stat().st_mtime > _OLD_SECONDS
    if writer is not None and is_running(writer) and not old:
        return False
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        try_lock(descriptor)
    except BlockingIOError:
        return False
    except OSError:
        return old or writer is not None
    finally:
        os.close(descriptor)
    return True


def is_running(process: int) -> bool:
    """Return True if there is a process of this number on this machine, as far as one can see."""
    if sys.platform == "win32":  # there `os.kill` would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def is_current(path: Path, descriptor: int) -> bool:
    """Return True if the open file still is the one at `path`.

    Whoever held its lock before may have removed it meanwhile, and a lock on a removed file guards nothing.
    """
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
