"""The events of one recording session at the gate.

A lane knows which interactions are under way, and which events ask to be let through. Different sessions have no order
between them, so each has a lane of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from playhead.engine.starts import Starts
from playhead.model.cassette import Outline
from playhead.model.collector import collector_paused

__all__ = ["Lane", "Passage", "Ticket", "lanes_of"]


@dataclass(slots=True, eq=False)
class Passage:
    """One interaction on its way through the gate: its next event that is not out yet, `None` when it has none left.

    Without a lane it has no order with others; if it is not `tracked`, nothing was under way when it started.
    """

    start_us: int
    began_us: int
    anchor_us: int  # now minus recorded instant
    lane: Lane | None
    next_us: int | None
    steady: bool = True
    tracked: bool = False
    listening: bool = False
    group: int | None = None
    given_up: bool = False


@dataclass(slots=True, eq=False)
class Ticket:
    """An event that asks for its release. `wake` is called, from whatever thread, when it should ask for a verdict."""

    due_us: int  # 0 unless the gate is exact
    at_us: int
    index: int
    passage: Passage
    wake: Callable[[], None]
    company: Callable[[], bool]
    gone: bool = False
    parked_us: int | None = None
    seen_us: int | None = None
    since_us: int = -1  # the last change that it knows of
    _turns: int = 0
    _late_turns: int = 0

    def __lt__(self, other: Ticket) -> bool:
        return (self.due_us, self.at_us, self.index) < (other.due_us, other.at_us, other.index)

    def wait(self, changed_us: int, rest_us: int, turns: int) -> int | None:
        """Return the microseconds to sleep before asking again, 0 for a turn of the loop, `None` to give up.

        `rest_us` is the time left, `changed_us` the instant of the last change. So many turns come first, and as many
        again when the time is over.
        """
        if changed_us != self.since_us:
            self.since_us, self._turns, self._late_turns = changed_us, 0, 0
        if self._turns < turns:
            self._turns += 1
            return 0
        if rest_us > 0:
            return rest_us
        self._late_turns += 1
        return 0 if self._late_turns <= turns else None


@dataclass(slots=True, eq=False)
class Lane:
    """One session: `between` has the passages that are under way and ask for nothing just now.

    `groups` tells which interactions overlapped when they were recorded, `anchors` how the instants of each group are
    to be read; `overlapping` has the passages of groups that are under way.
    """

    starts: Starts
    groups: dict[int, int]
    between: set[Passage] = field(default_factory=set)
    settle: int = 0
    changed_us: int = 0
    anchor_us: int | None = None
    anchors: dict[int, int] = field(default_factory=dict)
    overlapping: set[Passage] = field(default_factory=set)
    _tickets: list[Ticket] = field(default_factory=list)
    _parked: set[Ticket] = field(default_factory=set)

    @property
    def busy(self) -> bool:
        """True if anything is under way."""
        if not self._tickets:
            return bool(self.between or self._parked)
        return bool(self.between or self._parked) or self.leader() is not None

    def leader(self) -> Ticket | None:
        """Return the ticket of the event that was recorded first."""
        while self._tickets and self._tickets[0].gone:
            heapq.heappop(self._tickets)
        return self._tickets[0] if self._tickets else None

    def ask(self, ticket: Ticket, now_us: int) -> Ticket | None:
        """Add a ticket. Return the one to wake, if this one goes before it."""
        before = self.leader()
        self.between.discard(ticket.passage)
        heapq.heappush(self._tickets, ticket)
        self.changed_us = now_us
        return before if self._tickets[0] is ticket else None

    def share(self, group: int, anchor_us: int) -> None:
        """Read the instants of a group by this anchor from now on, in virtual time: what is under way comes later.

        The first request of a program may have been held up by its computing when it was recorded, so that the next
        one seems to come too late.
        """
        grown = self.anchors.get(group, anchor_us) < anchor_us
        self.anchors[group] = anchor_us
        if not grown:
            return
        for ticket in self._tickets:
            if ticket.passage.group == group:
                ticket.due_us = anchor_us + ticket.at_us
        heapq.heapify(self._tickets)
        for ticket in self._tickets:
            ticket.wake()

    def in_front_of(self, ticket: Ticket) -> list[Passage]:
        """Yield the interactions under way that have an earlier event for which nobody has asked yet."""
        at_us = ticket.at_us
        return [
            each
            for each in self.between
            if each.steady and not each.given_up and each.next_us is not None and each.next_us < at_us
        ]

    def stalled(self, ticket: Ticket, now_us: int, longest_us: int) -> None:
        """If the ticket could not ask again in time, nobody else could do anything either: that time does not count."""
        if ticket.seen_us is None or now_us - ticket.seen_us <= longest_us:
            return
        lost_us = now_us - ticket.seen_us - longest_us
        if self.changed_us <= ticket.seen_us:
            self.changed_us += lost_us
            ticket.since_us += lost_us
        self.starts.delay(lost_us, now_us)

    def park(self, ticket: Ticket) -> None:
        """Take the leader out of the line: what comes on a listener's stream may answer a request that was given up.

        So it is held until that has started, or until the recording would have got there; the others go on.
        """
        heapq.heappop(self._tickets)
        self._parked.add(ticket)
        ticket.parked_us = self.starts.reached_us(ticket.at_us)
        leader = self.leader()
        if leader is not None:
            leader.wake()

    def parked_for(self, ticket: Ticket, now_us: int) -> int:
        """Return the microseconds for which a parked ticket is still held; with 0 it is back in the line."""
        assert ticket.parked_us is not None
        rest_us = ticket.parked_us - now_us
        if rest_us > 0 and self.starts.late_before(ticket.at_us):
            return rest_us
        if ticket in self._parked:
            self._parked.discard(ticket)
            heapq.heappush(self._tickets, ticket)
            ticket.parked_us = 0
        return 0

    def withdraw(self, ticket: Ticket) -> None:
        """Remove a ticket."""
        ticket.gone = True
        self._parked.discard(ticket)


def lanes_of(outlines: Sequence[Outline], slots: Iterable[int]) -> dict[int, Lane]:
    """Return the lane of each session. Abandoned interactions, and bodies that were left early, are not waited for."""
    rows: dict[int, list[tuple[int, int]]] = {}
    with collector_paused():
        for slot in slots:
            outline = outlines[slot]
            rows.setdefault(outline.session, []).append((outline.start_us, slot))
        for starts in rows.values():
            starts.sort()
    return {
        session: Lane(Starts([row for row in starts if outlines[row[1]].steady]), _groups(outlines, starts))
        for session, starts in rows.items()
    }


def _groups(outlines: Sequence[Outline], starts: list[tuple[int, int]]) -> dict[int, int]:
    """Return the first slot of the group of each slot that overlaps with another one.

    Groups are maximal runs in which each starts before all earlier ones have ended.
    """
    found: dict[int, int] = {}
    first, last_us = -1, -1
    for start_us, slot in starts:
        if start_us < last_us:
            found[first] = found[slot] = first
        else:
            first = slot
        last_us = max(last_us, outlines[slot].last_us)
    return found
