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
    """What the stages of one body go by, and the edits they have made, by their places in the whole."""

    rules: RedactionRules
    ledger: Ledger
    edits: list[Edit]


class Stage(Protocol):
    """Takes bytes, and gives bytes as soon as they are sure."""

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        ...

    def finish(self) -> bytes:
        """Return the rest."""
        ...


class PlainStage:
    """Gives what it takes."""

    def feed(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""
