"""The record modes: the values of the option `record`."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Mode"]


class Mode(StrEnum):
    """When requests go to the service and are recorded. `engine.policy` has what that means for each request."""

    NONE = "none"
    """Replay only."""
    MISSING = "missing"
    """Record a cassette that does not exist yet."""
    NEW = "new"
    """Also record what a cassette does not have."""
    ALL = "all"
    """Record everything afresh."""

    def records(self, *, exists: bool) -> bool:
        """Return True if requests may be recorded on a cassette that does or does not exist yet."""
        return self in (Mode.ALL, Mode.NEW) or (self is Mode.MISSING and not exists)
