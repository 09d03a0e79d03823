"""The recordings of one method and URL, told apart by content, each line played in recorded order."""

from __future__ import annotations

from collections.abc import Callable, Hashable

__all__ = ["Queue"]

ContentAt = Callable[[int], Hashable]
"""The content key of the recording in a slot."""


class _Line:
    """The slots of equal requests, as far as they have been looked at; the first `played` of them are."""

    __slots__ = ("played", "slots")

    def __init__(self, slots: list[int], played: int) -> None:
        self.slots = slots
        self.played = played


class Queue:
    """`slots` in recorded order. They are sorted into lines only as far as a search had to go.

    Most queues hold one content alone: until another turns up, there are no lines but `_content`, which the first
    `_searched` slots have and the first `_played` were played with.
    """

    __slots__ = ("_content", "_lines", "_played", "_searched", "slots")

    def __init__(self) -> None:
        self.slots: list[int] = []
        self._content: Hashable = None
        self._played = 0
        self._searched = 0
        self._lines: dict[Hashable, _Line] | None = None

    def take(self, content: Hashable, content_at: ContentAt) -> int | None:
        """The first unplayed slot with this content; it is played from now on."""
        if self._lines is None:
            if self._played == self._searched < len(self.slots):
                self._look(content_at)
            if self._lines is None and self._content == content and self._searched:
                if self._played < self._searched:
                    slot = self.slots[self._played]
                    self._played += 1
                    return slot
                if self._searched == len(self.slots):
                    return None
        line = self._split().get(content)
        if line is None or line.played == len(line.slots):
            line = self._search(content, content_at)
            if line is None:
                return None
        slot = line.slots[line.played]
        line.played += 1
        return slot

    def knows(self, content: Hashable, content_at: ContentAt) -> bool:
        """Whether any slot, played or not, has this content."""
        return content in self._split() or self._search(content, content_at) is not None

    def last_played(self, content: Hashable) -> int | None:
        """The slot with this content that was played last."""
        if self._lines is None and self._content == content:
            return self.slots[self._played - 1] if self._played else None
        line = self._split().get(content)
        return line.slots[line.played - 1] if line is not None and line.played else None

    def _look(self, content_at: ContentAt) -> Hashable:
        """Look at one more slot; its content."""
        slot = self.slots[self._searched]
        found = content_at(slot)
        if self._searched == 0:
            self._content = found
        if self._lines is not None or found != self._content:
            self._split().setdefault(found, _Line([], 0)).slots.append(slot)
        self._searched += 1
        return found

    def _split(self) -> dict[Hashable, _Line]:
        """The lines, made of what was searched and played so far."""
        if self._lines is None:
            self._lines = {}
            if self._searched:
                self._lines[self._content] = _Line(self.slots[: self._searched], self._played)
        return self._lines

    def _search(self, content: Hashable, content_at: ContentAt) -> _Line | None:
        """Look at further slots until one has this content."""
        lines = self._split()
        while self._searched < len(self.slots):
            if self._look(content_at) == content:
                return lines[content]
        return None
