"""One writer at a time for a cassette, among threads and processes: a lock on `<cassette>.lock`, removed afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from playhead.errors import PlayheadError
from playhead.realtime import pause
from playhead.store.claims import is_current, is_running, try_lock, unlock
from playhead.store.files import file_error, make_folder
from playhead.store.lacking import lacking

__all__ = ["locked"]

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)

_PAUSE_SECONDS = 0.01
_PATIENCE_SECONDS = 60.0
_SPENT = b"released"
"""The text of a claim that has been let go of, where it cannot be removed."""


class _Held(NamedTuple):
    """A lock that is held: the descriptor of its file, and the files to be removed with it."""

    descriptor: int
    files: tuple[Path, ...]


@contextmanager
def locked(path: Path, *, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[float]:
    """Hold the lock of the cassette at `path`; PlayheadError if another holds it for longer than one is patient.

    Gives the time by the clock of the file system, in seconds, or an earlier one if that sets no times. Where it has no
    locks, a file that only one can have made stands in for one.
    """
    lock = path.with_name(path.name + ".lock")
    make_folder(path.parent)
    try:
        held = _wait(lock, round(patience_seconds / _PAUSE_SECONDS))
    except OSError as error:
        raise file_error(path, "written", error) from error
    try:
        with suppress(OSError):  # a time that is too early has fewer files taken for abandoned
            os.utime(held.files[-1])
        yield os.fstat(held.descriptor).st_mtime
    finally:
        _release(held)


def _wait(lock: Path, attempts: int) -> _Held:
    for _ in range(attempts + 1):
        held = _attempt(lock)
        if held is not None:
            return held
        pause(_PAUSE_SECONDS)
    raise PlayheadError(f"{lock} is held by another program: wait until it has ended, or end it, then try again.")


def _attempt(lock: Path) -> _Held | None:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o666)
    try:
        with lacking("locks", lock):
            try_lock(descriptor)
            if not is_current(lock, descriptor):
                os.close(descriptor)
                return None
            return _Held(descriptor, (lock,))
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        with suppress(OSError):
            lock.unlink()
        raise
    os.close(descriptor)
    return _attempt_without_locks(lock)


def _attempt_without_locks(lock: Path) -> _Held | None:
    claim = _first_unspent(lock)
    try:
        descriptor = os.open(claim, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o666)
    except FileExistsError:
        _drop_claim_of_the_dead(claim)
        return None
    held = _Held(descriptor, (lock, claim))
    try:
        os.write(descriptor, str(os.getpid()).encode())
    except OSError:
        _release(held)
        raise
    return held


def _first_unspent(lock: Path) -> Path:
    """Return the claim to make: `<cassette>.lock.held`.

    It has a number where those before it could not be removed. A spent claim is not taken again: only making a file
    keeps two programs from doing so at once.
    """
    for number in count(1):
        claim = lock.with_name(f"{lock.name}.held{'' if number == 1 else f'-{number}'}")
        try:
            spent = claim.read_bytes() == _SPENT
        except OSError:
            return claim
        if not spent:
            return claim
    raise AssertionError("unreachable")


def _drop_claim_of_the_dead(claim: Path) -> None:
    with suppress(OSError):
        holder = claim.read_text()
        if holder.isdigit() and not is_running(int(holder)):
            _drop_claim(claim)


def _drop_claim(claim: Path) -> None:
    try:
        claim.unlink()
    except OSError:
        claim.write_bytes(_SPENT)


def _release(held: _Held) -> None:
    # Removed while still held, so that nobody can have locked it in between. Windows keeps open files: harmless.
    lock, *claims = held.files
    with suppress(OSError):
        lock.unlink()
    with suppress(OSError):  # closing lets go of it too
        unlock(held.descriptor)
    os.close(held.descriptor)
    for claim in claims:  # held until it is gone; some systems do not remove a file that is open
        with suppress(OSError):
            _drop_claim(claim)
