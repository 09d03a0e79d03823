"""Conversion of Malformed into errors for the user: of a file that is read, or of a cassette that cannot be written."""

from __future__ import annotations

from playhead.codecs.malformed import Malformed
from playhead.errors import CassetteCorrupt, UnsupportedVersion, UsageError

__all__ = ["VERSION", "corrupt", "expect_version", "reading", "writing"]

VERSION = 1
"""The format version that this package reads and writes."""


class reading:  # noqa: N801  # reads as the context manager that it is, and costs a third of a generator
    """Context manager in which Malformed becomes CassetteCorrupt for the file at `path`."""

    __slots__ = ("_path", "_place")

    def __init__(self, path: str, place: str = "") -> None:
        self._path = path
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Malformed):
            raise corrupt(error, self._path, self._place) from None


def corrupt(malformed: Malformed, path: str, place: str = "") -> CassetteCorrupt:
    """Return the error for Malformed parts at or below `place` in the file at `path`."""
    inner = malformed.under(place) if place else malformed
    return CassetteCorrupt(path, inner.reason, place=inner.place)


class writing:  # noqa: N801  # likewise
    """Context manager in which Malformed becomes UsageError: what is written could not be read again."""

    __slots__ = ("_place",)

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Malformed):
            inner = error.under(self._place)
            raise UsageError(
                "This cassette cannot be written, because it could not be read again: "
                f"{inner.reason} (at {inner.place})."
            ) from None


def expect_version(version: object, path: str) -> None:
    """Raise UnsupportedVersion for a later version, Malformed for none."""
    if type(version) is int and version > VERSION:
        raise UnsupportedVersion(path, version)
    if type(version) is not int or version != VERSION:
        raise Malformed("it does not say `playhead: 1`", "playhead")
