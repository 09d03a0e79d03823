"""The recordings of one method and URL, in a line for each content; each line is played in recorded order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from playhead.matching.lines import Choice, Line
from playhead.matching.seeking import Seeker

__all__ = ["Queue"]

ContentAt = Callable[[int], Hashable]
"""Returns the content key of the recording in a slot."""

_AHEAD = 256


class Queue:
    """The `slots` of one method and URL in recorded order, sorted into lines only as far as a search had to go.

    Most queues hold one content, played in order. Until another turns up, or a choice has to be made, there are no
    lines but `_content`, which the first `_searched` slots have and the first `_played` were played with.
    """

    __slots__ = ("_content", "_lines", "_played", "_searched", "slots")

    def __init__(self) -> None:
        self.slots: list[int] = []
        self._content: Hashable = None
        self._played = 0
        self._searched = 0
        self._lines: dict[Hashable, Line] | None = None

    def take(self, content: Hashable, content_at: ContentAt, seeker: Seeker) -> Choice | None:
        """Return the unplayed slot with this content that suits best, and count it as played."""
        slot = self._coming(content, content_at)
        if slot is not None:
            verdict = seeker.verdict(slot)
            if verdict is not None and verdict.final:
                self._played += 1
                return Choice(slot, verdict)
        elif self._is_over(content):
            return None
        choice = self.best(content, content_at, seeker)
        if choice is not None:
            self.play(content, choice.slot)
        return choice

    def take_plain(self, content: Hashable, content_at: ContentAt, is_bare: Callable[[int], bool]) -> int | None:
        """Return the first unplayed slot with this content if it needs no weighing, and count it as played."""
        slot = self._coming(content, content_at)
        if slot is not None:
            if not is_bare(slot):
                return None
            self._played += 1
            return slot
        line = None if self._is_over(content) else self._line(content, content_at)
        slot = None if line is None else line.next()
        if line is None or slot is None or not is_bare(slot):
            return None
        line.play(slot)
        return slot

    def last_plain(self, content: Hashable, is_bare: Callable[[int], bool]) -> int | None:
        """Return the slot with this content that was played last, if none is left and it needs no weighing."""
        if self._lines is None:
            slot = self.slots[-1] if self._is_over(content) and self._played == len(self.slots) else None
        else:
            line = self._lines.get(content) if self._searched == len(self.slots) else None
            slot = None if line is None or line.next() is not None else line.last
        return slot if slot is not None and is_bare(slot) else None

    @property
    def is_uniform(self) -> bool:
        """True if all slots read so far have one content."""
        return self._lines is None

    def _coming(self, content: Hashable, content_at: ContentAt) -> int | None:
        """Return the next slot if all slots read so far have this content."""
        if self._lines is None and self._played == self._searched < len(self.slots):
            self._look(content_at)
        if self._lines is None and self._played < self._searched and self._content == content:
            return self.slots[self._played]
        return None

    def _is_over(self, content: Hashable) -> bool:
        """Return True if all slots have this content. If then none is `_coming`, all of them are played."""
        return self._lines is None and self._searched == len(self.slots) and self._content == content

    def best(self, content: Hashable, content_at: ContentAt, seeker: Seeker) -> Choice | None:
        """Return the unplayed slot with this content that suits best, without counting it as played."""
        line = self._line(content, content_at)
        if line is None:
            return None
        first = line.next()
        verdict = None if first is None else seeker.verdict(first)
        if verdict is None or not verdict.final:
            self._search_on(content_at, everything=verdict is None or verdict.promising)
        return line.choose(seeker)

    def play(self, content: Hashable, slot: int) -> None:
        """Count a slot with this content as played."""
        self._split()[content].play(slot)

    def knows(self, content: Hashable, content_at: ContentAt, seeker: Seeker | None = None) -> bool:
        """Return True if any slot, played or not, has this content and suits the request."""
        line = self._split().get(content) or self._search(content, content_at)
        if line is None or seeker is None:
            return line is not None
        self._search_on(content_at, everything=True)
        return line.fits(seeker)

    def last_played(self, content: Hashable, seeker: Seeker) -> int | None:
        """Return the slot with this content that was played last, among those that suit best."""
        if self._lines is None and (self._content != content or not self._played):
            return None
        line = self._split().get(content)
        return None if line is None else line.latest(seeker)

    def contents(self, content_at: ContentAt) -> Iterable[tuple[Hashable, int]]:
        """Return each content of the queue, with one slot that has it."""
        self._search_on(content_at, everything=True)
        return [(content, line.slots[0]) for content, line in self._split().items()]

    def _look(self, content_at: ContentAt) -> Hashable:
        """Read one more slot, and return its content."""
        slot = self.slots[self._searched]
        found = content_at(slot)
        if self._searched == 0:
            self._content = found
        if self._lines is not None or found != self._content:
            self._split().setdefault(found, Line([], 0)).slots.append(slot)
        self._searched += 1
        return found

    def _split(self) -> dict[Hashable, Line]:
        """Return the lines, made of what was read and played so far."""
        if self._lines is None:
            self._lines = {}
            if self._searched:
                self._lines[self._content] = Line(self.slots[: self._searched], self._played)
        return self._lines

    def _line(self, content: Hashable, content_at: ContentAt) -> Line | None:
        """Return the line of this content, read on until it has a slot that is not played."""
        line = self._split().get(content)
        return self._search(content, content_at) if line is None or line.next() is None else line

    def _search(self, content: Hashable, content_at: ContentAt) -> Line | None:
        """Read on until a slot has this content."""
        lines = self._split()
        while self._searched < len(self.slots):
            if self._look(content_at) == content:
                return lines[content]
        return None

    def _search_on(self, content_at: ContentAt, *, everything: bool) -> None:
        """Read further slots, for one of them may suit better."""
        self._split()
        end = len(self.slots) if everything else min(self._searched + _AHEAD, len(self.slots))
        while self._searched < end:
            self._look(content_at)
