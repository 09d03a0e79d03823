"""The time and program of a recording. Only this module of the store reads a clock."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from playhead.model.cassette import EDITION, Recorded
from playhead.realtime import utc_text

__all__ = ["program", "stamp"]


def stamp(*, binds: bool = True, tool: str = "") -> Recorded:
    """Return the time in UTC to the second, and the version of this package.

    Without `binds`, the version is that of the first edition: some interactions are still from it. A `tool` from which
    some of them were taken over comes first.
    """
    return Recorded(utc_text(), (f"{tool}, " if tool else "") + program() + EDITION * binds)


@cache
def program() -> str:
    """Return the name and version of this package."""
    try:
        return f"playhead {version('playhead')}"
    except PackageNotFoundError:
        return "playhead"
