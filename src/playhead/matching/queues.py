"""The recordings of one method and URL, told apart by content, each line played in recorded order."""

from __future__ import annotations

from collections.abc import Callable, Hashable

__all__ = ["Line", "Queue"]

ContentAt = Callable[[int], Hashable]
"""The content key of the recording in a slot."""


class Line:
    """The slots of equal requests, as far as they have been looked at; the first `played` of them are."""

    __slots__ = ("played", "slots")

    def __init__(self) -> None:
        self.slots: list[int] = []
        self.played = 0


class Queue:
    """`slots` in recorded order. They are sorted into lines only as far as a search had to go."""

    __slots__ = ("_lines", "_searched", "slots")

    def __init__(self) -> None:
        self.slots: list[int] = []
        self._searched = 0
        self._lines: dict[Hashable, Line] | None = None

    def take(self, content: Hashable, content_at: ContentAt) -> int | None:
        """The first unplayed slot with this content; it is played from now on."""
        line = None if self._lines is None else self._lines.get(content)
        if line is None or line.played == len(line.slots):
            line = self._search(content, content_at)
            if line is None:
                return None
        slot = line.slots[line.played]
        line.played += 1
        return slot

    def knows(self, content: Hashable, content_at: ContentAt) -> bool:
        """Whether any slot, played or not, has this content."""
        return content in (self._lines or ()) or self._search(content, content_at) is not None

    def last_played(self, content: Hashable) -> int | None:
        """The slot with this content that was played last."""
        line = None if self._lines is None else self._lines.get(content)
        return line.slots[line.played - 1] if line is not None and line.played else None

    def _search(self, content: Hashable, content_at: ContentAt) -> Line | None:
        """Sort further slots into lines until one has this content."""
        slots = self.slots
        lines = self._lines
        if lines is None:
            lines = self._lines = {}
        while self._searched < len(slots):
            slot = slots[self._searched]
            found = content_at(slot)
            self._searched += 1
            line = lines.get(found)
            if line is None:
                line = lines[found] = Line()
            line.slots.append(slot)
            if found == content:
                return line
        return None
