"""Where what is malformed becomes an error of the file, or of whoever wanted to write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playhead.codecs.malformed import Malformed
from playhead.errors import CassetteCorrupt, UnsupportedVersion, UsageError

__all__ = ["VERSION", "corrupt", "expect_version", "reading", "writing"]

VERSION = 1
"""The format version this package reads and writes."""


@contextmanager
def reading(path: str, place: str = "") -> Iterator[None]:
    """Inside, what is malformed is the fault of the file at `path`: CassetteCorrupt."""
    try:
        yield
    except Malformed as malformed:
        raise corrupt(malformed, path, place) from None


def corrupt(malformed: Malformed, path: str, place: str = "") -> CassetteCorrupt:
    """The error for what is malformed at or below `place` in the file at `path`."""
    inner = malformed.under(place) if place else malformed
    return CassetteCorrupt(path, inner.reason, place=inner.place)


@contextmanager
def writing(place: str) -> Iterator[None]:
    """Inside, what could not be read again is refused: UsageError."""
    try:
        yield
    except Malformed as malformed:
        inner = malformed.under(place)
        raise UsageError(
            f"This cassette cannot be written, because it could not be read again: {inner.reason} (at {inner.place})."
        ) from None


def expect_version(version: object, path: str) -> None:
    """UnsupportedVersion for a later version, Malformed for none."""
    if type(version) is int and version > VERSION:
        raise UnsupportedVersion(path, version)
    if type(version) is not int or version != VERSION:
        raise Malformed("it does not say `playhead: 1`", "playhead")
