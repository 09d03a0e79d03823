"""A few interactions of a cassette changed where it lies."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from playhead.codecs import json
from playhead.codecs.limits import DEFAULT
from playhead.codecs.splicing import spliced
from playhead.errors import PlayheadError
from playhead.model.cassette import Cassette
from playhead.store.cassettes import save
from playhead.store.disk import DISK, Disk
from playhead.store.files import inside, read_file, replace_file
from playhead.text.files import JSON

__all__ = ["save_changed"]


def save_changed(cassette: Cassette, path: Path, ids: Collection[int], *, disk: Disk = DISK) -> None:
    """Write a cassette that differs from the one at `path` in these interactions alone.

    In a `.json` file every byte of the others stays, whoever laid it out. Errors as for `save`.
    """
    before = read_file(inside(path), DEFAULT.size_bytes) if path.suffix == JSON else b""
    save(cassette, path, disk=disk)
    kept = _kept(before, read_file(path, DEFAULT.size_bytes), ids, cassette) if before else None
    if kept is not None:
        replace_file(path, kept, disk)


def _kept(before: bytes, after: bytes, ids: Collection[int], cassette: Cassette) -> bytes | None:
    """Return the new file in the layout of the old one; `None` if that would not read as the same cassette."""
    try:
        text = spliced(before.decode("utf-8-sig"), after.decode(), ids)
        if text is None:
            return None
        data = text.encode()
        return data if data != after and json.decode(data) == cassette else None
    except (PlayheadError, ValueError, LookupError, TypeError, RecursionError):
        return None
