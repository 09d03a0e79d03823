"""When and by what something is recorded: the only place of the store that looks at a clock."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from playhead.model.cassette import EDITION, Recorded
from playhead.realtime import utc_text

__all__ = ["stamp"]


def stamp(*, binds: bool = True) -> Recorded:
    """Now, in UTC to the second, and the version of this package; not `binds`: with interactions of its first
    edition."""
    return Recorded(utc_text(), _program() + EDITION * binds)


@cache
def _program() -> str:
    try:
        return f"playhead {version('playhead')}"
    except PackageNotFoundError:
        return "playhead"
