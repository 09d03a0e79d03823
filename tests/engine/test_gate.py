"""The gate as a state machine, and its laws under invented programs. Time here is a number that the tests move."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.engine.gate import FRUITLESS_US, GO, PATIENCE_US, TURN, WAIT, Gate, Groups, Passage, Sleep, Ticket
from playhead.model.cassette import Outline


def outline(start_us: int, last_us: int, *, session: int = 0, steady: bool = True) -> Outline:
    return Outline("GET", "http://api.test/", start_us, last_us, session, None, steady)


class Program:
    """A loop of its own: tasks are lists of events; each turn every runnable one asks or is released."""

    def __init__(self, outlines: list[Outline], speed: float | None = None) -> None:
        self.outlines = outlines
        groups = Groups(outlines, range(len(outlines)))
        self.gate = Gate(outlines.__getitem__, groups.of)
        self.gate.speed = speed
        self.now_us = 0
        self.released: list[tuple[int, int]] = []

    def start(self, slot: int) -> Passage:
        return self.gate.enter(slot, self.now_us, self.outlines[slot].last_us)

    def ask(self, slot: int, passage: Passage) -> Ticket:
        return self.gate.ask(passage, self.outlines[slot].last_us, slot, self.now_us, lambda: None)

    def drive(self, ticket: Ticket, most_us: int = 1_000_000) -> int:
        """Do as the gate says until this ticket may go; how long it was held."""
        began = self.now_us
        while (step := self.gate.verdict(ticket, self.now_us)) is not GO:
            assert step is not WAIT, "only the leader is driven"
            self.now_us += step.us if isinstance(step, Sleep) else 10
            assert self.now_us - began < most_us, "the gate holds for ever"
        self.released.append((ticket.at_us, ticket.index))
        self.gate.settle(ticket, None, self.now_us, released=True)
        return self.now_us - began


def test_what_does_not_overlap_passes_without_asking() -> None:
    program = Program([outline(0, 10), outline(10, 20)])
    passage = program.start(1)
    assert program.gate.free(passage, 20, 0)


def test_an_event_waits_for_one_that_was_recorded_before_it() -> None:
    program = Program([outline(0, 100), outline(1, 50)])
    late, early = program.start(0), program.start(1)
    ticket = program.ask(0, late)
    assert program.gate.verdict(ticket, 0) is TURN  # the other is under way, and has not asked
    first = program.ask(1, early)
    assert program.gate.verdict(ticket, 0) is WAIT
    program.drive(first)
    program.drive(ticket)
    assert program.released == [(50, 1), (100, 0)]


def test_an_event_waits_for_an_interaction_that_will_start_before_it() -> None:
    program = Program([outline(0, 100), outline(40, 50)])
    ticket = program.ask(0, program.start(0))
    assert program.gate.verdict(ticket, 0) is TURN
    first = program.ask(1, program.start(1))
    program.drive(first)
    program.drive(ticket)
    assert program.released == [(50, 1), (100, 0)]


def test_what_never_comes_is_waited_for_only_so_long() -> None:
    program = Program([outline(0, 100), outline(40, 50)])
    held = program.drive(program.ask(0, program.start(0)))
    assert PATIENCE_US <= held < PATIENCE_US + 2_000


def test_patience_ends_for_the_whole_deck() -> None:
    pairs = [outline(at, at + 100) for at in range(0, 200_000, 1_000) for _ in (0, 1)]
    program = Program([each._replace(start_us=each.start_us + index % 2) for index, each in enumerate(pairs)])
    held = sum(program.drive(program.ask(slot, program.start(slot))) for slot in range(0, len(pairs), 2))
    assert held < 2 * FRUITLESS_US + 100 * 500


def test_an_abandoned_interaction_is_not_waited_for() -> None:
    program = Program([outline(0, 100), outline(40, 50, steady=False)])
    assert program.drive(program.ask(0, program.start(0))) == 0


def test_sessions_have_no_order_between_them() -> None:
    program = Program([outline(0, 100), outline(40, 50, session=1)])
    assert program.gate.free(program.start(0), 100, 0)


def test_one_that_withdraws_lets_the_others_go() -> None:
    program = Program([outline(0, 100), outline(1, 50)])
    late, early = program.start(0), program.start(1)
    ticket, first = program.ask(0, late), program.ask(1, early)
    assert program.gate.settle(first, None, 0, released=False) is ticket
    assert program.drive(ticket) == 0


def test_speed_divides_the_timeline_of_a_group_by_one_anchor() -> None:
    program = Program([outline(0, 10_000), outline(1, 20_000)], speed=10)
    first, second = program.start(0), program.start(1)
    tickets = [program.ask(0, first), program.ask(1, second)]
    assert program.drive(tickets[0]) == 1_000
    program.drive(tickets[1])
    assert 2_000 <= program.now_us < 2_100


def test_recorded_speed_counts_from_each_request() -> None:
    program = Program([outline(5_000, 15_000)], speed=1)
    passage = program.start(0)
    assert not program.gate.free(passage, 15_000, 0)
    assert program.drive(program.ask(0, passage)) == 10_000


spans = st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 1_000)), min_size=1, max_size=12)


@given(spans)
@settings(max_examples=150, deadline=None)
def test_a_program_that_issues_as_recorded_completes_as_recorded(
    raw: list[tuple[int, int]],
) -> None:
    outlines = [outline(start, start + length) for start, length in raw]
    program = Program(outlines)
    order = sorted(range(len(outlines)), key=lambda slot: (outlines[slot].start_us, slot))
    tickets = {}
    for slot in order:
        passage = program.start(slot)
        if not program.gate.free(passage, outlines[slot].last_us, 0):
            tickets[slot] = program.ask(slot, passage)
    while (leader := program.gate.leader()) is not None:
        program.drive(leader)
    assert program.released == sorted(program.released)
    assert len(program.released) == len(tickets)


@given(spans, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_whatever_a_program_does_nothing_is_held_for_ever(raw: list[tuple[int, int]], rng: random.Random) -> None:
    outlines = [outline(start, start + length, steady=rng.random() > 0.2) for start, length in raw]
    program = Program(outlines)
    slots = [slot for slot in range(len(outlines)) if rng.random() > 0.3]
    rng.shuffle(slots)
    while slots or program.gate.leader() is not None:
        leader = program.gate.leader()
        if slots and (leader is None or rng.random() < 0.5):
            slot = slots.pop()
            passage = program.start(slot)
            fate = rng.random()
            if fate < 0.2:
                program.gate.leave(passage)
            elif fate < 0.9 and not program.gate.free(passage, outlines[slot].last_us, program.now_us):
                program.ask(slot, passage)
        elif leader is not None and rng.random() < 0.2:
            program.gate.settle(leader, None, program.now_us, released=False)
        elif leader is not None:
            assert program.drive(leader) <= PATIENCE_US + 2_000
