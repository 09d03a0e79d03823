"""Paths on the command line that are meant to be one cassette."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from playhead.errors import UsageError

__all__ = ["expect_file", "expect_target"]

_SUFFIXES = (".json", ".msgpack")
_FOLDERS_SEARCHED = 1000


def expect_file(path: str) -> None:
    """UsageError if the path is a folder, with a cassette in it if there is one."""
    if not Path(path).is_dir():
        return
    found = next(_cassettes_below(path), None)
    if found is None:
        raise UsageError(f"{path} is a folder, and has no cassette in it: give the path of one cassette.")
    raise UsageError(f"{path} is a folder: give one of the cassettes in it, such as {found}")


def expect_target(path: str, source: str) -> None:
    """UsageError if the path to be written is a folder, with a file in it that could be meant."""
    if Path(path).is_dir():
        other = ".json" if source.endswith(".msgpack") else ".msgpack"
        raise UsageError(f"{path} is a folder: name the file in it, such as {Path(path, Path(source).stem + other)}")


def _cassettes_below(folder: str) -> Iterator[Path]:
    for path, folders, files in islice(os.walk(folder), _FOLDERS_SEARCHED):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(path, name) for name in sorted(files) if name.endswith(_SUFFIXES))
