"""When and by what something is recorded: the only place of the store that looks at a clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from playhead.model.cassette import Recorded

__all__ = ["stamp"]


def stamp() -> Recorded:
    """Now, in UTC to the second, and the version of this package."""
    return Recorded(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _program())


@cache
def _program() -> str:
    try:
        return f"playhead {version('playhead')}"
    except PackageNotFoundError:
        return "playhead"
