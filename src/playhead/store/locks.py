"""One writer at a time for a cassette, among threads and processes: a lock on `<cassette>.lock`, removed afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.realtime import pause
from playhead.store.files import file_error, make_folder

__all__ = ["locked"]

_PAUSE_SECONDS = 0.01
_PATIENCE_SECONDS = 60.0

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path, *, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of the cassette at `path`; PlayheadError if another holds it for longer than one is patient."""
    lock = path.with_name(path.name + ".lock")
    make_folder(path.parent)
    try:
        descriptor = _wait(lock, round(patience_seconds / _PAUSE_SECONDS))
    except OSError as error:
        raise file_error(path, "written", error) from error
    try:
        yield
    finally:
        _release(lock, descriptor)


def _wait(lock: Path, attempts: int) -> int:
    for _ in range(attempts + 1):
        descriptor = _attempt(lock)
        if descriptor is not None:
            return descriptor
        pause(_PAUSE_SECONDS)
    raise PlayheadError(f"{lock} is held by another program: wait until it has ended, or end it, then try again.")


def _attempt(lock: Path) -> int | None:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        _try_lock(descriptor)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    if _is_current(lock, descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _is_current(lock: Path, descriptor: int) -> bool:
    # Whoever held the lock before may have removed its file meanwhile; a lock on a removed file guards nothing.
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _release(lock: Path, descriptor: int) -> None:
    # Removed while still held, so that nobody can have locked it in between. Windows keeps open files: harmless.
    with suppress(OSError):
        lock.unlink()
    _unlock(descriptor)
    os.close(descriptor)
