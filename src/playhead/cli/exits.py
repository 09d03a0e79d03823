"""The exit codes of all commands, as one table."""

from __future__ import annotations

from playhead.errors import CassetteMissing, FileUnreadable, PlayheadError, UsageError

__all__ = ["ERROR_EXITS", "FINDINGS", "NOTHING", "UNREADABLE", "USAGE"]

NOTHING, FINDINGS, USAGE, UNREADABLE = range(4)
"""Nothing found; findings; wrong usage; something could not be read or checked. The last one outranks findings."""

ERROR_EXITS: tuple[tuple[type[PlayheadError], int], ...] = (
    (FileUnreadable, UNREADABLE),
    (UsageError, USAGE),
    (CassetteMissing, USAGE),
    (PlayheadError, UNREADABLE),
)
