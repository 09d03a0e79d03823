"""Finds a request on the other cassettes of a suite: a test was renamed, or its marker names another file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from playhead.errors import PlayheadError
from playhead.model.cassette import outlines
from playhead.store.cassettes import load
from playhead.store.folders import cassettes_below
from playhead.text.hosts import is_loopback, service_host

__all__ = ["elsewhere"]

FOLDER = "cassettes"
MOST_FILES = 1000
MOST_BYTES = 4 * 1024 * 1024
"""Larger files, and further ones, are not looked into: a failing test should not take long to say so."""

Asked = tuple[str, ...]


def elsewhere(method: str, url: str, cassette: Path) -> tuple[Path, int] | None:
    """Return the first other cassette that has a request, by method and URL, and the number of its recording.

    Reads files: not to be called in an event loop.
    """
    wanted = _asked(method, url)
    for _, path in zip(range(MOST_FILES), cassettes_below(_suite_of(cassette)), strict=False):
        if path != cassette:
            found = _recorded_in(path).get(wanted)
            if found is not None:
                return path, found
    return None


def _suite_of(cassette: Path) -> Path:
    """Return the outermost folder called cassettes above a cassette, else the cassette's own folder."""
    return next((each for each in reversed(cassette.parents) if each.name == FOLDER), cassette.parent)


def _recorded_in(path: Path) -> dict[Asked, int]:
    try:
        state = path.stat()
    except OSError:
        return {}
    return _read(path, state.st_mtime_ns, state.st_size) if state.st_size <= MOST_BYTES else {}


@lru_cache(maxsize=MOST_FILES)
def _read(path: Path, _changed_ns: int, _size_bytes: int) -> dict[Asked, int]:
    """Return the requests on a cassette, with the position of each from 1."""
    found: dict[Asked, int] = {}
    try:
        for position, each in enumerate(outlines(load(path).interactions), 1):
            found.setdefault(_asked(each.method, each.url), position)
    except PlayheadError:
        return {}
    return found


def _asked(method: str, url: str) -> Asked:
    """Return method and URL, without the port of a service on loopback."""
    split = urlsplit(url)
    name = split.hostname or ""
    host = service_host(name) if is_loopback(name) else split.netloc
    return method, split.scheme, host, split.path, split.query
