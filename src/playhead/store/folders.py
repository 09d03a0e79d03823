"""The cassettes in a folder, told from other files by their names and first bytes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from playhead.codecs.limits import DEFAULT
from playhead.errors import PlayheadError
from playhead.store.files import inside, read_file
from playhead.text.files import (
    CASSETTE_KEY,
    CASSETTES,
    HEAD_BYTES,
    JSON,
    OTHERS,
    YAML,
    begins_as_contract,
    begins_as_recording,
)

__all__ = ["cassettes_below", "is_other_json", "is_recording"]

_LOOK_BYTES = 4096
_INTERACTIONS = re.compile(rb"""(?:^|[{,]\s*)["']?(?:http_)?interactions["']?:""", re.MULTILINE)
"""Stands near the beginning of every tool's cassette in YAML."""


def cassettes_below(folder: Path) -> Iterator[Path]:
    """Return the files below a folder whose names are those of cassettes, in order. Hidden folders are left out.

    Of other tools' cassettes those are among them that begin as such, and in whose place there is none of ours.
    A folder that cannot be looked into comes last, itself: whoever reads it is told why.
    """
    closed: list[OSError] = []
    for path, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        there = set(files)
        yield from (
            Path(path, name)
            for name in sorted(files)
            if name.endswith(CASSETTES) or (name.endswith(OTHERS) and _stands_for_itself(Path(path, name), there))
        )
    yield from (Path(error.filename) for error in closed)


def _stands_for_itself(path: Path, there: set[str]) -> bool:
    """Return True for a cassette of another tool that none of ours has replaced."""
    if any(path.with_suffix(suffix).name in there for suffix in CASSETTES):
        return False
    try:
        with path.open("rb") as file:
            return path.suffix not in YAML or _INTERACTIONS.search(file.read(_LOOK_BYTES)) is not None
    except OSError:
        return True  # whoever reads it is told why


def is_recording(path: Path, *, contracts: bool = True) -> bool:
    """Return True for a file that begins like a cassette, a journal or (with `contracts`) a contract."""
    try:
        with path.open("rb") as file:
            begin = file.read(HEAD_BYTES)
    except OSError:
        return False
    return begins_as_recording(begin) or (contracts and begins_as_contract(begin))


def is_other_json(path: Path) -> bool:
    """Return True for valid JSON that never was a cassette. A damaged file may have been one."""
    if path.suffix != JSON:
        return False
    try:
        document = json.loads(read_file(inside(path), DEFAULT.size_bytes))
    except (PlayheadError, ValueError, RecursionError):
        return False
    return not (isinstance(document, dict) and CASSETTE_KEY in document)
