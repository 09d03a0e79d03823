"""The gate: it releases replayed events in the order in which they were recorded, at every speed.

Dividing recorded delays alone inverts up to half of all pairs of concurrent completions. So an event asks for its
release, and waits for the events recorded before it: of interactions that are under way, and of those that were
recorded as starting before it. For the next start it waits as long as the recording says that it took (see `starts`),
for the others 5 ms. The gate never deadlocks. What was waited for in vain is no longer expected, and after 20 ms lost
on events, or 250 ms on starts, it expects no more of that kind. A start that comes after all gives its time back.

An example: three requests start at 0, 3 and 6 ms, the first ends at 10 ms, the second at 8 ms. At `instant` the first
has its answer at once, but the recording has two starts before it, so it is held; the program needs 6 ms of real time
to make them. Then the second is released, and 6 turns of the event loop later, its caller having got on, the first.

Under a virtual clock the gate is exact: an event comes at its recorded instant, and equal instants in recorded order.
Nothing has to be expected then, because time itself stands still until all that can happen has happened.

Interactions of one recording session form a `Lane`; different sessions have no order between them. The gate does no
waiting itself. `verdict` tells a front-end to go, to let the loop turn, to sleep, or to wait to be woken; whoever was
released or withdrew wakes the ticket that is returned. Instants are integer microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from playhead.engine.lanes import Lane, Passage, Ticket, lanes_of
from playhead.model.cassette import Outline
from playhead.model.quick import quick

__all__ = ["GO", "TURN", "WAIT", "Gate", "Passage", "Sleep", "Step", "Ticket"]

SETTLE_TURNS = 6
"""Turns of the event loop after each release: with one, callers wrapped in `wait_for` were seen to invert."""
PATIENCE_TURNS = 12
"""So many turns without a change come before any patience ends, and again once its time is over: on a busy machine a
timer of the program may be as late as ours."""
PATIENCE_US = 5_000
FRUITLESS_US = 20_000
FRUITLESS_STARTS_US = 250_000
POLL_US = 500
STALL_US = 2_000
"""If it takes longer than this until an impatient ticket asks again, the machine was busy; that time does not count."""
VIRTUAL_PAUSE_US = 250_000
"""In virtual time, so much processor time of the program between interactions passes as it did when recorded."""


class Step(Enum):
    """The next step of the holder of a ticket."""

    GO = "go"
    TURN = "turn"
    WAIT = "wait"


GO, TURN, WAIT = Step.GO, Step.TURN, Step.WAIT


@quick
@dataclass(frozen=True, slots=True)
class Sleep:
    """Sleep so many microseconds, or until woken, and ask again."""

    us: int


class Gate:
    """The order of the events of one deck. `speed` is `None` for no waiting (instant), else how many times faster."""

    def __init__(self, outlines: Sequence[Outline], slots: Iterable[int]) -> None:
        self._outlines = outlines
        self._slots = slots
        self._lanes: dict[int, Lane] | None = None
        self._fruitless_us = 0
        self._fruitless_starts_us = 0
        self.speed: float | None = None
        self.exact = False

    def enter(self, slot: int, now_us: int, first_us: int, *, listening: bool = False) -> Passage | None:
        """Begin to play an interaction; `first_us` is its first event.

        Returns `None` if none of its events will ever have to wait, so that a sequential program hardly meets the gate.
        `listening` is true for a stream whose reader waits at its end: an answer on it may belong to other requests.
        """
        outline = self._outlines[slot]
        lane = self._lane(outline.session)
        busy = lane.busy
        self._fruitless_starts_us -= lane.starts.begin(slot, outline.start_us, now_us)
        tracked = busy or lane.starts.missing_before(outline.last_us)
        if not tracked and self.speed is None and not self.exact:
            return None
        own_us = now_us - self._scaled(outline.start_us)
        anchor_us = (self._exact_anchor if self.exact else self._anchor)(lane, slot, own_us)
        steady = outline.steady or listening
        group = lane.groups.get(slot)
        passage = Passage(outline.start_us, now_us, anchor_us, lane, first_us, steady, tracked, listening, group)
        if group is not None:
            lane.overlapping.add(passage)
        if tracked:
            lane.between.add(passage)
            lane.changed_us = now_us
        return passage

    def apart(self, slot: int, now_us: int, first_us: int) -> Passage | None:
        """Play an interaction once more: it comes when it is due, in no order with others."""
        if self.speed is None and not self.exact:
            return None
        start_us = self._outlines[slot].start_us
        lane = self._lane(self._outlines[slot].session) if self.exact else None
        return Passage(start_us, now_us, now_us - self._scaled(start_us), lane, first_us)

    def free(self, passage: Passage, at_us: int, now_us: int) -> bool:
        """Return True if an event may pass without asking: nothing else is under way, and it is due."""
        lane = passage.lane
        if self.exact or (lane is not None and (passage.tracked or lane.busy)):
            return False
        return self.speed is None or self.due(passage, at_us) <= now_us

    def ask(
        self,
        passage: Passage,
        at_us: int,
        index: int,
        now_us: int,
        wake: Callable[[], None],
        company: Callable[[], bool] = lambda: True,
    ) -> tuple[Ticket, Ticket | None]:
        """Ask for the release of an event; also returns the ticket to wake, since this one goes before it.

        `company` tells whether there is anybody who could start another interaction.
        """
        ticket = Ticket(self.due(passage, at_us) if self.exact else 0, at_us, index, passage, wake, company)
        return ticket, passage.lane.ask(ticket, now_us) if passage.lane is not None else None

    def verdict(self, ticket: Ticket, now_us: int) -> Step | Sleep:
        """Return the next step of the holder of this ticket."""
        lane = ticket.passage.lane
        if lane is None:
            return self._when_due(ticket, now_us)
        if ticket.parked_us is not None and (rest := lane.parked_for(ticket, now_us)) > 0:
            return Sleep(min(rest, STALL_US))
        if lane.leader() is not ticket:
            return WAIT
        due = self._when_due(ticket, now_us)
        if due is not GO:
            return due
        if lane.settle > 0 and not (self.exact and now_us > lane.changed_us):
            lane.settle -= 1
            return TURN
        return GO if self.exact else self._patience(ticket, lane, now_us)

    def settle(self, ticket: Ticket, next_us: int | None, now_us: int, *, released: bool) -> Ticket | None:
        """Note that the event is out (`released`), or that nobody waits for it any more. Return the ticket to wake."""
        if ticket.passage.lane is not None:
            ticket.passage.lane.withdraw(ticket)
        return self.out(ticket.passage, ticket.at_us, next_us, now_us, released=released)

    def alone(self, passage: Passage, at_us: int) -> int | None:
        """When an event comes that the gate need not look at, for it is exact and nobody asks for anything."""
        if not self.exact or any(lane.leader() is not None for lane in (self._lanes or {}).values()):
            return None
        return self.due(passage, at_us)

    def out(
        self, passage: Passage, at_us: int, next_us: int | None, now_us: int, *, released: bool = True
    ) -> Ticket | None:
        """Note that an event without a ticket is out."""
        lane = passage.lane
        if lane is None:
            return None
        lane.changed_us = now_us
        if released:
            lane.settle = SETTLE_TURNS
            lane.starts.release(at_us, now_us)
            if self.exact:
                lane.starts.forget_before(at_us)
        if next_us is None:
            return self.leave(passage)
        passage.next_us = next_us
        passage.given_up = passage.given_up and self._fruitless_us >= FRUITLESS_US
        if passage.tracked:
            lane.between.add(passage)
        return lane.leader()

    def leave(self, passage: Passage) -> Ticket | None:
        """Nothing more is expected of this interaction. Returns the ticket to wake."""
        passage.next_us = None
        if passage.lane is None:
            return None
        passage.lane.between.discard(passage)
        passage.lane.overlapping.discard(passage)
        return passage.lane.leader()

    def due(self, passage: Passage, at_us: int) -> int:
        """When an event is due: at its own offset at the recorded speed, else by the anchor that it shares.

        Offsets from each request would invert pairs when they are divided and the machine is busy.
        """
        if self.exact and passage.group is not None and passage.lane is not None:
            return passage.lane.anchors[passage.group] + at_us
        if self.speed == 1 and not self.exact:
            return passage.began_us + at_us - passage.start_us
        return passage.anchor_us + self._scaled(at_us)

    def _lane(self, session: int) -> Lane:
        if self._lanes is None:
            self._lanes = lanes_of(self._outlines, self._slots)
        return self._lanes[session]

    def _anchor(self, lane: Lane, slot: int, own_us: int) -> int:
        """Now minus the recorded instant, for an interaction that starts now and whose own would be `own_us`.

        What overlapped when it was recorded shares one.
        """
        group = lane.groups.get(slot)
        return own_us if group is None else lane.anchors.setdefault(group, own_us)

    def _exact_anchor(self, lane: Lane, slot: int, own_us: int) -> int:
        """Return the anchor in virtual time: nothing of a group comes earlier than it did after the event before it.

        So processor time that the program spent in between passes too, and the order is the recorded one. The same
        holds for an interaction that overlapped with nothing when it was recorded, but starts here before an earlier
        one has started, or while a group is under way. Otherwise what was recorded one by one may overlap here: a test
        is to see what ten at a time would take.
        """
        group, start_us = lane.groups.get(slot), self._outlines[slot].start_us
        behind_us = lane.starts.behind_us(start_us)
        before_us = lane.anchors.get(group) if group is not None else None
        if lane.anchor_us is None and behind_us <= VIRTUAL_PAUSE_US:
            own_us += behind_us  # trio starts tasks in any order: the recording began with one that has yet to start
        elif before_us is None and lane.anchor_us is not None and lane.anchor_us - own_us <= VIRTUAL_PAUSE_US:
            linked = group is not None or behind_us > 0 or bool(lane.overlapping)
            before_us = lane.anchor_us if linked else None
        anchor_us = own_us if before_us is None else max(own_us, before_us)
        if group is not None:
            lane.share(group, anchor_us)
        lane.anchor_us = anchor_us if lane.anchor_us is None or group is not None else max(lane.anchor_us, anchor_us)
        return anchor_us

    def _patience(self, ticket: Ticket, lane: Lane, now_us: int) -> Step | Sleep:
        """Return the step of a ticket that is first and due: go, unless something recorded before it may still come."""
        lane.stalled(ticket, now_us, STALL_US)
        while (until_us := self._blocked_until(ticket, lane)) is not None:
            step = ticket.wait(lane.changed_us, until_us - now_us, PATIENCE_TURNS)
            if step is not None:
                ticket.seen_us = now_us
                return Sleep(min(step, POLL_US)) if step else TURN
            self._give_up(ticket, lane, now_us)
        if ticket.passage.listening and ticket.parked_us is None and lane.starts.late_before(ticket.at_us):
            lane.park(ticket)
            return TURN
        return GO

    def _blocked_until(self, ticket: Ticket, lane: Lane) -> int | None:
        """Until when something is waited for that was recorded before this event; `None` if there is nothing."""
        if lane.starts.missing_before(ticket.at_us):
            left_us = FRUITLESS_STARTS_US - self._fruitless_starts_us
            if left_us > 0 and ticket.company():
                return min(lane.starts.expected_us(lane.changed_us), lane.changed_us + left_us)
            lane.starts.forget_before(ticket.at_us)
        if lane.in_front_of(ticket):
            return lane.changed_us + min(PATIENCE_US, FRUITLESS_US - self._fruitless_us)
        return None

    def _give_up(self, ticket: Ticket, lane: Lane, now_us: int) -> None:
        spent_us = max(0, now_us - lane.changed_us)
        lane.changed_us = now_us
        if lane.starts.missing_before(ticket.at_us):
            self._fruitless_starts_us += spent_us
            lane.starts.give_up(spent_us)
            return
        self._fruitless_us += spent_us
        for passage in lane.in_front_of(ticket):
            passage.given_up = True

    def _when_due(self, ticket: Ticket, now_us: int) -> Step | Sleep:
        if self.speed is None:
            return GO
        rest = self.due(ticket.passage, ticket.at_us) - now_us
        return GO if rest <= 0 else Sleep(rest)

    def _scaled(self, us: int) -> int:
        return us if self.speed is None or self.speed == 1 else round(us / self.speed)
