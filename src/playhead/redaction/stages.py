"""The steps of redacting a stream: what they share, and the one that changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from playhead.redaction.edits import Edit
from playhead.redaction.ledger import Ledger
from playhead.redaction.rules import RedactionRules

__all__ = ["Notes", "PlainStage", "Stage"]


@dataclass(frozen=True, slots=True)
class Notes:
    """State that the stages of one body share: rules, ledger, and the edits so far, placed in the whole."""

    rules: RedactionRules
    ledger: Ledger
    edits: list[Edit]


class Stage(Protocol):
    """Takes bytes, and returns bytes as soon as they are certain."""

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        ...

    def finish(self) -> bytes:
        """Return what is left."""
        ...


class PlainStage:
    """Returns what it takes."""

    def feed(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""
