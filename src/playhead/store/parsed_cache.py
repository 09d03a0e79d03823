"""The parsed form of other tools' cassettes, for reading them again quickly; under pytest in pytest's cache folder.

An entry is our own msgpack, in a file named by a digest of what was read and of the version that read it. It holds what
the recording itself holds, and is for the owner only. One that cannot be read, or is another's, is replaced.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from playhead.errors import PlayheadError
from playhead.model.cassette import Cassette
from playhead.store.disk import DISK, write_all
from playhead.store.files import new_name

__all__ = ["PARSED", "ParsedCache"]

_EDITION = b"1"
"""To be raised when other tools' files are read differently."""


class ParsedCache:
    """Parsed cassettes by content. `folder` returns where they are kept, or `None` for nowhere."""

    def __init__(self) -> None:
        self.folder: Callable[[], Path | None] = lambda: None

    def read(self, data: bytes, parse: Callable[[], Cassette]) -> Cassette:
        """Return the cassette in some bytes. Errors are those of `parse`."""
        folder = self.folder()
        if folder is None:
            return parse()
        entry = folder / hashlib.sha256(_version() + data).hexdigest()
        found = _entry(entry)
        if found is None:
            found = parse()
            with suppress(OSError, PlayheadError, ValueError, OverflowError):
                _write(entry, found)
        return found


PARSED = ParsedCache()
"""The cache of this process."""


def _entry(path: Path) -> Cassette | None:
    from playhead.codecs import msgpack

    with suppress(OSError, PlayheadError):
        data = path.read_bytes()
        name, content = data[:64], data[64:]
        if name == _name_of(path, content):
            return msgpack.decode(content, str(path))
    return None


def _write(path: Path, cassette: Cassette) -> None:
    from playhead.codecs import msgpack

    content = msgpack.encode(cassette)
    temporary = new_name(path, ".tmp")
    try:
        descriptor = DISK.create(str(temporary), 0o600)
        try:
            write_all(DISK, descriptor, _name_of(path, content) + content)
        finally:
            os.close(descriptor)
        DISK.replace(str(temporary), str(path))
    finally:
        with suppress(OSError):
            temporary.unlink()


def _name_of(path: Path, content: bytes) -> bytes:
    """Return the head of an entry: a digest of its name and content."""
    return hashlib.sha256(path.name.encode() + content).hexdigest().encode()


@cache
def _version() -> bytes:
    try:
        return _EDITION + version("playhead").encode() + b"\0"
    except PackageNotFoundError:
        return _EDITION + b"\0"
