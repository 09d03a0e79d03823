"""`Format`: what there is to know of another tool's cassettes. Each tool is a module that has these names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from playhead.model.cassette import Exchange

__all__ = ["Foreign", "Format"]


class Foreign(NamedTuple):
    """The contents of a file of another tool: its exchanges, and when they were recorded, as far as it says.

    Bodies are as they stand in the file: a compressed one may still be compressed, or not any more.
    """

    exchanges: Sequence[Exchange]
    recorded_at: str = ""


class Format(Protocol):
    """A module for the cassettes of one tool."""

    NAME: str
    """The tool, as messages and `Recorded.by` call it."""

    def owns(self, document: object) -> bool:
        """Return True if the tool wrote a document, judged by its outermost parts and its first interaction."""
        ...

    def read(self, document: object) -> Foreign:
        """Return what a document holds. Raises `Unreadable`."""
        ...
