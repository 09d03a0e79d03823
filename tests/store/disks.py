"""Disks that fail, as real ones do."""

from __future__ import annotations

import errno
import os

from playhead.store.disk import RealDisk


class FullDisk(RealDisk):
    """Has room for so many bytes, and says so with a short write first, as disks do."""

    def __init__(self, room_bytes: int) -> None:
        self.room_bytes = room_bytes

    def write(self, descriptor: int, data: bytes) -> int:
        if self.room_bytes <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(descriptor, data[: self.room_bytes])
        self.room_bytes -= written
        return written


class ReadOnlyDisk(RealDisk):
    """Makes no files."""

    def create(self, path: str, mode: int) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)


class FailingDisk(RealDisk):
    """Fails at one of its calls."""

    def __init__(self, call: str) -> None:
        self.call = call

    def flush(self, descriptor: int) -> None:
        self._fail("flush")
        super().flush(descriptor)

    def replace(self, source: str, target: str) -> None:
        self._fail("replace")
        super().replace(source, target)

    def _fail(self, call: str) -> None:
        if call == self.call:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


class SlowDisk(RealDisk):
    """Writes a few bytes at a time."""

    def write(self, descriptor: int, data: bytes) -> int:
        return super().write(descriptor, data[:7])
