"""The file system as the store needs it: a small protocol, and the real one. A fake of it can be full, or read-only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

__all__ = ["DISK", "Disk", "RealDisk", "write_all"]

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_writev = getattr(os, "writev", None)


class Disk(Protocol):
    """Calls that fail with OSError, as those of `os` do."""

    def create(self, path: str, mode: int) -> int:
        """Open a new file for appending, readable too; FileExistsError if there is one, or a link, of that name."""
        ...

    def write(self, descriptor: int, data: bytes) -> int:
        """Write some of the data and say how much."""
        ...

    def flush(self, descriptor: int) -> None:
        """Return when what was written has reached the device."""
        ...

    def replace(self, source: str, target: str) -> None:
        """Put a file in another's place, at once."""
        ...


def _write(descriptor: int, data: bytes) -> int:
    # An interaction that is appended goes to the system's memory, not to a device. Detectors of blocking calls, which
    # watch os.write because it may be a pipe's, take it for a wait.
    return os.write(descriptor, data) if _writev is None else _writev(descriptor, (data,))


class RealDisk:
    """The disk itself."""

    def create(self, path: str, mode: int) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | _NO_FOLLOW | _BINARY
        return os.open(path, flags, mode)

    def write(self, descriptor: int, data: bytes) -> int:
        return _write(descriptor, data)

    def flush(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def replace(self, source: str, target: str) -> None:
        Path(source).replace(target)


DISK = RealDisk()


def write_all(disk: Disk, descriptor: int, data: bytes) -> None:
    """Write all of it; one call may write less than it was given."""
    written = disk.write(descriptor, data) if len(data) <= _AT_ONCE else 0
    rest = memoryview(data)[written:]
    while rest:
        rest = rest[disk.write(descriptor, bytes(rest[:_AT_ONCE])) :]


_AT_ONCE = 16 * 1024 * 1024
