"""Bodies on their way, as they were sent: in files that have no name, so that a kill leaves nothing of them.

Nothing in them is redacted. They end with the process that made them, whichever way that ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playhead.model.http import BodyFile
from playhead.store.disk import Disk
from playhead.store.files import inside, new_name
from playhead.store.lacking import BODIES

__all__ = ["HeldFile", "Unnamed", "open_unnamed"]


class Unnamed:
    """An open file without a name. It is gone when it is closed, or when nobody holds it any more."""

    __slots__ = ("_path", "descriptor")

    def __init__(self, descriptor: int, path: Path | None) -> None:
        self.descriptor = descriptor
        self._path = path
        """Its name, where the system cannot take that from a file that is open (Windows)."""

    def close(self) -> None:
        """Let go of it. Closing twice is fine."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class HeldFile(BodyFile):
    """A large body in a file without a name; `name` is the one that it would have beside a cassette."""

    file: Unnamed | None = field(default=None, compare=False)

    def pieces(self, sizes: Sequence[int], most_bytes: int) -> Iterator[bytes]:
        """Yield the body in one piece for each size, the rest with the last.

        Without sizes the pieces have `most_bytes`.
        """
        assert self.file is not None
        at = 0
        for size in [*sizes[:-1], None] if sizes else [most_bytes] * -(-self.size_bytes // most_bytes):
            wanted = self.size_bytes - at if size is None else size
            piece = _read_at(self.file.descriptor, at, wanted)
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the file: nobody reads it any more."""
        if self.file is not None:
            self.file.close()


def open_unnamed(folder: Path, disk: Disk) -> Unnamed:
    """Open a new file for appending, on the disk of `folder`. Raises `OSError` if there cannot be one."""
    path = new_name(inside(folder / BODIES) / "body", ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = disk.create(str(path), 0o600)
    try:
        path.unlink()
    except OSError:
        return Unnamed(descriptor, path)
    return Unnamed(descriptor, None)


def _read_at(descriptor: int, at: int, size: int) -> bytes:
    pieces = []
    while size > 0:
        if hasattr(os, "pread"):
            piece = os.pread(descriptor, size, at)
        else:
            os.lseek(descriptor, at, os.SEEK_SET)
            piece = os.read(descriptor, size)
        if not piece:
            break
        pieces.append(piece)
        at, size = at + len(piece), size - len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
