"""Check paths on the command line that must be one cassette."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from playhead.errors import UsageError
from playhead.text.files import CASSETTES, JSON, MSGPACK

__all__ = ["expect_file", "expect_target"]

_FOLDERS_SEARCHED = 1000


def expect_file(path: str) -> None:
    """Raise UsageError if the path is a folder; the message names a cassette in it, if there is one."""
    if not Path(path).is_dir():
        return
    found = next(_cassettes_below(path), None)
    if found is None:
        raise UsageError(f"{path} is a folder without cassettes: pass the path of one cassette.")
    raise UsageError(f"{path} is a folder: pass one of its cassettes, such as {found}")


def expect_target(path: str, source: str) -> None:
    """Raise UsageError if the path to write to is a folder; the message suggests a file in it."""
    if Path(path).is_dir():
        other = JSON if source.endswith(MSGPACK) else MSGPACK
        raise UsageError(f"{path} is a folder: name a file in it, such as {Path(path, Path(source).stem + other)}")


def _cassettes_below(folder: str) -> Iterator[Path]:
    for path, folders, files in islice(os.walk(folder), _FOLDERS_SEARCHED):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(path, name) for name in sorted(files) if name.endswith(CASSETTES))
