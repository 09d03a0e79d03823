"""The cassettes in a folder: which files may be one, and which are something other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.errors import PlayheadError
from playhead.store.files import inside, read_file

__all__ = ["SUFFIXES", "cassettes_below", "is_other_json", "is_recording"]

SUFFIXES = (".json", ".msgpack")
_HEAD_BYTES = 64
_SIGNS = (b'"playhead"', b"\xa8playhead")
_OF_CONTRACTS = (b'"playhead_contract"', b"\xb1playhead_contract")
"""The first name in each of our files: in JSON, and in MessagePack, where its length goes before."""


def cassettes_below(folder: Path) -> Iterator[Path]:
    """The files below a folder whose names are those of cassettes, in order; hidden folders are left out.

    A folder that cannot be looked into comes last, itself: who reads it is told why.
    """
    closed: list[OSError] = []
    for path, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(path, name) for name in sorted(files) if name.endswith(SUFFIXES))
    yield from (Path(error.filename) for error in closed)


def is_recording(path: Path, *, contracts: bool = True) -> bool:
    """Whether a file begins as a cassette or a journal does, or as a contract; what cannot be read is none."""
    try:
        with path.open("rb") as file:
            begin = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return any(sign in begin for sign in (*_SIGNS, *(_OF_CONTRACTS if contracts else ())))


def is_other_json(path: Path) -> bool:
    """Whether a file is sound JSON that never was a cassette; what is damaged may have been one."""
    if path.suffix != ".json":
        return False
    try:
        document = json.loads(read_file(inside(path), DEFAULT.size_bytes))
    except (PlayheadError, ValueError, RecursionError):
        return False
    return not (isinstance(document, dict) and "playhead" in document)
