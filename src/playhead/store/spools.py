"""A body while it is being recorded: in memory while it is small, in a file beside the cassette when it grows large."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from playhead.apart import apart
from playhead.errors import PlayheadError, UsageError
from playhead.model.http import LARGE_BODY_BYTES, BodyFile
from playhead.store.claims import claim, hold, release
from playhead.store.disk import DISK, Disk, write_all
from playhead.store.files import file_error, inside, new_name, remove
from playhead.store.held import HeldFile, Unnamed, open_unnamed
from playhead.store.lacking import BODIES, lacking

__all__ = ["PIECE_BYTES", "HeldSpool", "Spool", "finalise", "pieces_of", "spool"]

PIECE_BYTES = 1024 * 1024


class Spool:
    """Takes a body chunk by chunk, in memory that does not grow with it, and makes a file `bodies/<sha256>.bin` of it.

    What comes in is redacted. While it is written its file is hidden and for the owner only; one that is not `final` is
    for the owner only until its recording ends (see `finalise`), and claimed until something names it.
    """

    def __init__(
        self, folder: Path, *, large_bytes: int = LARGE_BODY_BYTES, disk: Disk = DISK, final: bool = True
    ) -> None:
        self.size_bytes = 0
        self._folder = folder
        self._large_bytes = large_bytes
        self._disk = disk
        self._final = final
        self._memory = bytearray()
        self._path: Path | None = None
        self._descriptor: int | None = None
        self._result: bytes | BodyFile | None = None
        self._error: PlayheadError | None = None

    def write(self, chunk: bytes) -> None:
        """Add a chunk.

        Raises `PlayheadError` if the disk refuses it. Then nothing is left of the body, and `finish` says so again.
        """
        if self._error is not None:
            raise self._error
        if self._result is not None:
            raise UsageError("A body that is finished takes no more chunks: make another spool.")
        if self._descriptor is None and self.size_bytes + len(chunk) < self._large_bytes:
            self._memory += chunk
        else:
            self._append(chunk)
        self.size_bytes += len(chunk)

    def finish(self) -> bytes | BodyFile:
        """Return the body: bytes below `large_bytes`, else the file of its SHA-256, on the device.

        It may be asked twice.
        """
        if self._error is not None:
            raise self._error
        if self._result is None:
            self._result = bytes(self._memory) if self._descriptor is None else apart(self._keep)
        return self._result

    def discard(self) -> None:
        """Forget what was written. A finished file stays: another cassette may hold the same body."""
        self._memory.clear()
        if self._result is None:
            self._drop()

    def _append(self, chunk: bytes) -> None:
        try:
            descriptor = apart(self._start) if self._descriptor is None else self._descriptor
            self._digest.update(chunk)
            write_all(self._disk, descriptor, chunk)
        except OSError as error:
            self._error = file_error(self._folder / BODIES, "written", error)
            self.discard()
            raise self._error from error

    def _start(self) -> int:
        self._descriptor = self._open()
        self._digest = hashlib.sha256(self._memory)
        write_all(self._disk, self._descriptor, bytes(self._memory))
        self._memory = bytearray()
        return self._descriptor

    def _open(self) -> int:
        self._path = new_name(inside(self._folder / BODIES) / "body", ".part")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = self._disk.create(str(self._path), 0o600)
        claim(descriptor)
        return descriptor

    def _keep(self) -> BodyFile:
        assert self._path is not None
        assert self._descriptor is not None
        sha256 = self._digest.hexdigest()
        name = f"{BODIES}/{sha256}.bin"
        kept = self._folder / name
        try:
            with lacking("flushing", self._path):
                self._disk.flush(self._descriptor)
            if self._final:
                _show(self._path)
            self._disk.replace(str(self._path), str(kept))
        except OSError as error:
            raise file_error(kept, "written", error) from error
        if self._final:
            os.close(self._descriptor)
        else:
            hold(kept, self._descriptor)
        self._descriptor, self._path = None, None
        return BodyFile(name, sha256, self.size_bytes, str(self._folder.absolute()))

    def _drop(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._path is not None:
            remove(self._path)
            self._path = None


class HeldSpool(Spool):
    """Takes a body as it was sent: nothing in it is redacted, so that its file has no name, and ends with it."""

    _unnamed: Unnamed | None = None

    def _open(self) -> int:
        self._unnamed = open_unnamed(self._folder, self._disk)
        return self._unnamed.descriptor

    def _keep(self) -> BodyFile:
        sha256 = self._digest.hexdigest()
        return HeldFile(f"{BODIES}/{sha256}.bin", sha256, self.size_bytes, file=self._unnamed)

    def _drop(self) -> None:
        self._descriptor = None
        if self._unnamed is not None:
            self._unnamed.close()


def finalise(body: BodyFile, folder: Path) -> None:
    """Let a body be read like a cassette: its recording has ended, and is redacted as a whole."""
    path = folder / body.name
    with suppress(FileNotFoundError):
        _show(path)
    release(path)


def _show(path: Path) -> None:
    # The folder was made under the user's umask: its mode says who may read what is kept in it.
    mode = path.parent.stat().st_mode & 0o666
    if mode & ~path.stat().st_mode:
        with lacking("permissions", path):
            path.chmod(mode)


def spool(folder: str | os.PathLike[str]) -> Spool:
    """Return a spool for a body of a cassette that lies in `folder`."""
    return Spool(folder if isinstance(folder, Path) else Path(folder))


def pieces_of(file: BinaryIO | io.FileIO, sizes: Sequence[int]) -> Iterator[bytes]:
    """Yield what is in a file, in one piece for each size, the rest with the last; without sizes in pieces of 1 MiB."""
    if not sizes:
        yield from iter(lambda: file.read(PIECE_BYTES), b"")
        return
    for size in sizes[:-1]:
        yield file.read(size)
    yield file.read()
