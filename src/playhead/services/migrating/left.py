"""The list of work that is left to people: where it stands, why it was not rewritten, and what to do by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Left"]


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """One thing that was not rewritten. `hand` is what a person does instead."""

    path: Path
    line: int
    what: str
    why: str
    hand: str

    def told(self, root: Path) -> str:
        """Return it as the lines of a report."""
        return f"{self.path.relative_to(root)}:{self.line}: {self.what}\n  why   {self.why}\n  do    {self.hand}"
