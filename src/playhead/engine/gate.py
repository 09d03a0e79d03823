"""The gate: it releases replayed events in the order in which they were recorded, at every speed.

Dividing recorded delays alone inverts up to half of all pairs of concurrent completions. So an event asks for its
release, and waits for the events recorded before it: of interactions that are under way, and of those that were
recorded as starting before it while its own was under way. The gate never deadlocks. What it waits for fruitlessly
for 5 ms, it stops expecting; and after 20 ms lost that way it expects nothing that has not started.

Under a virtual clock the gate is exact: an event comes at its recorded instant, and equal instants in recorded order.
Nothing has to be expected then, because time itself stands still until all that can happen has happened.

The gate does no waiting itself. `verdict` tells a front-end to go, to let the loop turn, to sleep, or to wait to be
woken; whoever was released or withdrew wakes the ticket that `leader` names. Instants are integer microseconds.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from playhead.model.cassette import Outline
from playhead.model.collector import collector_paused
from playhead.model.quick import quick

__all__ = ["GO", "TURN", "WAIT", "Gate", "Groups", "Passage", "Sleep", "Step", "Ticket"]

SETTLE_TURNS = 6
"""Turns of the event loop after each release: with one, callers wrapped in `wait_for` were seen to invert."""
PATIENCE_TURNS = 12
PATIENCE_US = 5_000
FRUITLESS_US = 20_000
POLL_US = 500


class Step(Enum):
    """What the holder of a ticket does next."""

    GO = "go"
    TURN = "turn"
    WAIT = "wait"


GO, TURN, WAIT = Step.GO, Step.TURN, Step.WAIT


@quick
@dataclass(frozen=True, slots=True)
class Sleep:
    """Sleep so many microseconds, or until woken, and ask again."""

    us: int


class Groups:
    """Which interactions overlap: maximal runs of a session in which each starts before all earlier ones have ended.

    Interactions of different groups have no order to keep, so a sequential program never meets the gate.
    """

    def __init__(self, outlines: Sequence[Outline], slots: Iterable[int]) -> None:
        self._group: dict[int, list[int]] = {}
        with collector_paused():
            ordered = sorted(slots, key=lambda slot: (outlines[slot].session, outlines[slot].start_us, slot))
        current: list[int] = []
        session, last_us = None, -1
        for slot in ordered:
            outline = outlines[slot]
            if current and outline.session == session and outline.start_us < last_us:
                current.append(slot)
                last_us = max(last_us, outline.last_us)
            else:
                self._close(current)
                current, session, last_us = [slot], outline.session, outline.last_us
        self._close(current)
        self.of: Callable[[int], list[int] | None] = self._group.get
        """The slots that overlap with this one, itself included, by start; `None` if there is no other."""

    def _close(self, group: list[int]) -> None:
        if len(group) > 1:
            self._group.update(dict.fromkeys(group, group))


@dataclass(slots=True)
class _Cluster:
    """The state of one group: which of its interactions have not started, and where its clock is anchored."""

    waiting: list[tuple[int, int]]  # (start_us, slot), by start
    anchor_us: int  # now minus recorded instant, at the group's first start
    first: int = 0
    started: set[int] = field(default_factory=set)

    def start(self, slot: int) -> None:
        self.started.add(slot)
        while self.first < len(self.waiting) and self.waiting[self.first][1] in self.started:
            self.first += 1

    def expected_before(self, at_us: int) -> bool:
        return self.first < len(self.waiting) and self.waiting[self.first][0] < at_us

    def give_up_before(self, at_us: int) -> None:
        self.first = max(self.first, bisect_left(self.waiting, (at_us, -1)))


@dataclass(slots=True, eq=False)
class Passage:
    """One interaction on its way through the gate: its next event that is not out yet, `None` when it has none left."""

    start_us: int
    began_us: int
    cluster: _Cluster | None
    next_us: int | None
    steady: bool = True
    given_up: bool = False


@dataclass(slots=True, eq=False)
class Ticket:
    """An event that asks for its release. `wake` is called, from whatever thread, when it should ask for a verdict."""

    due_us: int  # 0 unless the gate is exact
    at_us: int
    index: int
    passage: Passage
    wake: Callable[[], None]
    turns: int = 0
    gone: bool = False

    def __lt__(self, other: Ticket) -> bool:
        return (self.due_us, self.at_us, self.index) < (other.due_us, other.at_us, other.index)


class Gate:
    """The order of the events of one deck. `speed` is `None` for no waiting (instant), else how many times faster."""

    def __init__(self, outlines: Callable[[int], Outline], group_of: Callable[[int], list[int] | None]) -> None:
        self._outline = outlines
        self._group_of = group_of
        self._clusters: dict[int, _Cluster] = {}
        self._between: set[Passage] = set()  # under way, and asking for nothing just now
        self._tickets: list[Ticket] = []
        self._settle = 0
        self._changed_us = 0
        self._fruitless_us = 0
        self.speed: float | None = None
        self.exact = False

    def enter(self, slot: int, now_us: int, first_us: int) -> Passage:
        """An interaction starts to play; `first_us` is its first event."""
        outline = self._outline(slot)
        group = self._group_of(slot)
        if group is None:
            return Passage(outline.start_us, now_us, None, first_us)
        cluster = self._clusters.get(group[0])
        if cluster is None:
            outlines = ((self._outline(member), member) for member in group)
            members = [(outline.start_us, member) for outline, member in outlines if outline.steady]
            cluster = _Cluster(members, now_us - self._scaled(outline.start_us))
            self._clusters[group[0]] = cluster
        cluster.start(slot)
        passage = Passage(outline.start_us, now_us, cluster, first_us, outline.steady)
        self._between.add(passage)
        self._changed_us = now_us
        return passage

    def free(self, passage: Passage, at_us: int, now_us: int) -> bool:
        """Whether an event may pass without asking: nothing overlaps with it, and it is due."""
        if self.exact or passage.cluster is not None:
            return False
        return self.speed is None or self.due(passage, at_us) <= now_us

    def ask(self, passage: Passage, at_us: int, index: int, now_us: int, wake: Callable[[], None]) -> Ticket:
        """Ask for the release of an event."""
        ticket = Ticket(self.due(passage, at_us) if self.exact else 0, at_us, index, passage, wake)
        if self._ordered(passage):
            self._between.discard(passage)
            heapq.heappush(self._tickets, ticket)
            self._changed_us = now_us
        return ticket

    def verdict(self, ticket: Ticket, now_us: int) -> Step | Sleep:
        """What the holder of this ticket does now."""
        if not self._ordered(ticket.passage):
            return self._when_due(ticket, now_us)
        if self.leader() is not ticket:
            return WAIT
        due = self._when_due(ticket, now_us)
        if due is not GO:
            return due
        if self._settle > 0 and not (self.exact and now_us > self._changed_us):
            self._settle -= 1
            return TURN
        if not self.exact and self._blocked(ticket):
            if not self._spent(ticket, now_us):
                ticket.turns += 1
                return TURN if ticket.turns <= PATIENCE_TURNS else Sleep(POLL_US)
            self._give_up(ticket, now_us)
        return GO

    def settle(self, ticket: Ticket, next_us: int | None, now_us: int, *, released: bool) -> Ticket | None:
        """The event is out (`released`), or nobody waits for it any more. Returns the ticket to wake."""
        ticket.gone = True
        return self.out(ticket.passage, next_us, now_us, released=released)

    def alone(self, passage: Passage, at_us: int) -> int | None:
        """When an event comes that the gate need not look at, for it is exact and nobody asks for anything."""
        return None if not self.exact or self.leader() is not None else self.due(passage, at_us)

    def out(self, passage: Passage, next_us: int | None, now_us: int, *, released: bool = True) -> Ticket | None:
        """The same for an event that has no ticket."""
        if not self._ordered(passage):
            return None
        self._changed_us = now_us
        if released:
            self._settle = SETTLE_TURNS
        if next_us is None:
            return self.leave(passage)
        passage.next_us = next_us
        passage.given_up = passage.given_up and self._fruitless_us >= FRUITLESS_US
        self._between.add(passage)
        return self.leader()

    def leave(self, passage: Passage) -> Ticket | None:
        """Nothing more is expected of this interaction. Returns the ticket to wake."""
        passage.next_us = None
        self._between.discard(passage)
        return self.leader()

    def leader(self) -> Ticket | None:
        """The ticket of the event that was recorded first."""
        while self._tickets and self._tickets[0].gone:
            heapq.heappop(self._tickets)
        return self._tickets[0] if self._tickets else None

    def _ordered(self, passage: Passage) -> bool:
        """Whether the events of this interaction have an order with others'."""
        return self.exact or passage.cluster is not None

    def _blocked(self, ticket: Ticket) -> bool:
        cluster = ticket.passage.cluster
        if cluster is not None and self._fruitless_us < FRUITLESS_US and cluster.expected_before(ticket.at_us):
            return True
        return any(self._in_front(passage, ticket) for passage in self._between)

    @staticmethod
    def _in_front(passage: Passage, ticket: Ticket) -> bool:
        """Whether an interaction under way has an earlier event for which nobody has asked yet."""
        if passage.given_up or not passage.steady or passage.cluster is not ticket.passage.cluster:
            return False
        return passage.next_us is not None and passage.next_us < ticket.at_us

    def _spent(self, ticket: Ticket, now_us: int) -> bool:
        waited = now_us - self._changed_us
        return ticket.turns > PATIENCE_TURNS and (waited >= PATIENCE_US or self._fruitless_us + waited >= FRUITLESS_US)

    def _give_up(self, ticket: Ticket, now_us: int) -> None:
        self._fruitless_us += now_us - self._changed_us
        self._changed_us = now_us
        if ticket.passage.cluster is not None:
            ticket.passage.cluster.give_up_before(ticket.at_us)
        for passage in self._between:
            if self._in_front(passage, ticket):
                passage.given_up = True

    def _when_due(self, ticket: Ticket, now_us: int) -> Step | Sleep:
        if self.speed is None:
            return GO
        rest = self.due(ticket.passage, ticket.at_us) - now_us
        return GO if rest <= 0 else Sleep(rest)

    def due(self, passage: Passage, at_us: int) -> int:
        """When an event is due: at its own offset at the recorded speed, else by the group's one anchor.

        Offsets from each request would invert pairs when they are divided and the machine is busy.
        """
        if passage.cluster is None or self.speed == 1:
            return passage.began_us + self._scaled(at_us - passage.start_us)
        return passage.cluster.anchor_us + self._scaled(at_us)

    def _scaled(self, us: int) -> int:
        return us if self.speed is None or self.speed == 1 else round(us / self.speed)
