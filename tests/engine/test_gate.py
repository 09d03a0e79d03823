"""The gate as a state machine, and its laws under invented programs. Time here is a number that the tests move."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playhead.engine.gate import (
    FRUITLESS_STARTS_US,
    FRUITLESS_US,
    GO,
    PATIENCE_US,
    TURN,
    WAIT,
    Gate,
    Passage,
    Sleep,
    Ticket,
)
from playhead.model.cassette import Outline


def outline(start_us: int, last_us: int, *, session: int = 0, steady: bool = True) -> Outline:
    return Outline("GET", "http://api.test/", start_us, last_us, session, None, steady)


class Program:
    """A loop of its own: tasks are lists of events; each turn every runnable one asks or is released."""

    def __init__(self, outlines: list[Outline], speed: float | None = None) -> None:
        self.outlines = outlines
        self.gate = Gate(outlines, range(len(outlines)))
        self.gate.speed = speed
        self.company = True
        self.now_us = 0
        self.released: list[tuple[int, int]] = []

    def start(self, slot: int) -> Passage:
        passage = self.gate.enter(slot, self.now_us, self.outlines[slot].last_us)
        assert passage is not None, "it does not meet the gate"
        return passage

    def ask(self, slot: int, passage: Passage, at_us: int | None = None) -> Ticket:
        at_us = self.outlines[slot].last_us if at_us is None else at_us
        return self.gate.ask(passage, at_us, slot, self.now_us, lambda: None, lambda: self.company)[0]

    def leader(self) -> Ticket | None:
        lanes = (self.gate._lanes or {}).values()
        return min((each for lane in lanes if (each := lane.leader()) is not None), default=None)

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


def test_what_does_not_overlap_does_not_meet_the_gate() -> None:
    program = Program([outline(0, 10), outline(10, 20)])
    assert program.gate.enter(0, 0, 10) is None
    assert program.gate.enter(1, 0, 20) is None


def test_at_a_speed_it_passes_without_asking_once_it_is_due() -> None:
    program = Program([outline(0, 1_000), outline(1_000, 2_000)], speed=10)
    passage = program.start(0)
    assert not program.gate.free(passage, 1_000, 0)
    assert program.gate.free(passage, 1_000, 100)


def test_across_the_end_of_a_group_an_event_waits_for_what_is_under_way() -> None:
    program = Program([outline(0, 10_000), outline(10, 10_100), outline(10_600, 15_600)])
    first, second = program.start(0), program.start(1)
    program.drive(program.ask(0, first))
    third = program.ask(2, program.start(2))  # its program was quicker than the second's reader
    assert program.gate.verdict(third, program.now_us) is TURN
    program.drive(program.ask(1, second))
    program.drive(third)
    assert program.released == [(10_000, 0), (10_100, 1), (15_600, 2)]


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


def test_a_start_is_waited_for_as_long_as_the_recording_took_and_5_ms() -> None:
    program = Program([outline(0, 60_000), outline(30_000, 50_000)])
    held = program.drive(program.ask(0, program.start(0)))
    assert 30_000 + PATIENCE_US <= held < 30_000 + PATIENCE_US + 2_000


def test_a_pause_is_counted_from_the_last_event_too() -> None:
    program = Program([outline(0, 80_000), outline(0, 40_000), outline(70_000, 75_000)])
    last, first = program.start(0), program.start(1)
    program.drive(program.ask(1, first))
    held = program.drive(program.ask(0, last))
    assert 30_000 + PATIENCE_US <= held < 30_000 + PATIENCE_US + 2_000


def test_a_longer_pause_is_not_waited_for() -> None:
    program = Program([outline(0, 100_000), outline(60_000, 70_000)])
    assert program.drive(program.ask(0, program.start(0))) < PATIENCE_US + 2_000


def test_where_nobody_is_there_to_start_it_nothing_is_waited_for() -> None:
    program = Program([outline(0, 60_000), outline(30_000, 50_000)])
    program.company = False
    assert program.drive(program.ask(0, program.start(0))) == 0


@pytest.mark.parametrize("company", [True, False])
def test_the_answer_to_a_request_waits_for_it_on_a_listeners_stream(company: bool) -> None:
    program = Program([outline(0, 900_000, steady=False), outline(400_000, 410_000), outline(0, 450_000)])
    program.company = company
    listener = program.gate.enter(0, 0, 420_000, listening=True)
    assert listener is not None
    answer, other = program.ask(0, listener, 420_000), program.start(2)
    assert not isinstance(program.gate.verdict(answer, 0), Sleep)
    for program.now_us in range(0, 20_000, 100):
        program.gate.verdict(answer, program.now_us)
    assert program.drive(program.ask(2, other)) < PATIENCE_US  # what goes before nothing goes on
    assert isinstance(program.gate.verdict(answer, program.now_us), Sleep)
    program.now_us = 300_000
    assert isinstance(program.gate.verdict(answer, program.now_us), Sleep)
    program.gate.leave(program.start(1))
    assert program.drive(answer) < 1_000


def test_patience_with_starts_ends_for_the_whole_deck() -> None:
    pairs = [outline(at, at + 100) for at in range(0, 200_000, 1_000) for _ in (0, 1)]
    program = Program([each._replace(start_us=each.start_us + index % 2) for index, each in enumerate(pairs)])
    held = sum(program.drive(program.ask(slot, program.start(slot))) for slot in range(0, len(pairs), 2))
    assert held < FRUITLESS_STARTS_US + 100 * 500


def test_a_start_that_comes_after_all_gives_its_time_back() -> None:
    pairs = [outline(at, at + 100) for at in range(0, 200_000, 1_000) for _ in (0, 1)]
    program = Program([each._replace(start_us=each.start_us + index % 2) for index, each in enumerate(pairs)])
    held = []
    for slot in range(0, len(pairs), 2):
        held.append(program.drive(program.ask(slot, program.start(slot))))
        late = program.gate.enter(slot + 1, program.now_us, pairs[slot + 1].last_us)
        if late is not None:
            program.gate.leave(late)
    assert min(held) >= PATIENCE_US


def test_patience_with_readers_ends_for_the_whole_deck() -> None:
    program = Program([outline(0, 100), *(outline(1, at) for at in range(200, 400))])
    passages = [program.start(slot) for slot in range(201)]
    for passage in passages:
        passage.given_up = False
    held = 0
    for slot in range(1, 201):
        passages[0].given_up = False  # it was read again, and then it was not
        held += program.drive(program.ask(slot, passages[slot]))
    assert held < 2 * FRUITLESS_US + 200 * 500


def test_an_abandoned_interaction_is_not_waited_for() -> None:
    program = Program([outline(0, 100), outline(40, 50, steady=False), outline(60, 70)])
    first = program.gate.enter(0, 0, 100)
    assert first is not None
    program.gate.enter(2, 0, 70)
    assert program.gate.enter(1, 0, 50) is not None
    assert program.drive(program.ask(2, program.gate.enter(2, 0, 70) or first)) == 0


def test_sessions_have_no_order_between_them() -> None:
    program = Program([outline(0, 100), outline(40, 50, session=1)])
    assert program.gate.enter(0, 0, 100) is None
    assert program.gate.enter(1, 0, 50) is None


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


def test_in_virtual_time_what_overlapped_comes_at_its_recorded_instants() -> None:
    program = Program([outline(0, 10_000), outline(5, 12_000), outline(11_000, 13_000)], speed=1)
    program.gate.exact = True
    first, second = program.start(0), program.start(1)
    assert [program.gate.due(each, at) for each, at in ((first, 10_000), (second, 12_000))] == [10_000, 12_000]
    program.now_us = 10_000
    third = program.start(2)  # 1 ms early: when it was recorded, the program computed before it
    assert program.gate.due(third, 13_000) == 13_000


def test_a_group_is_counted_from_its_latest_start() -> None:
    program = Program([outline(3_000, 10_000), outline(3_500, 12_000)], speed=1)  # the first was held up for 3 ms
    program.gate.exact = True
    first = program.start(0)
    ticket = program.ask(0, first)
    program.now_us = 1_000
    program.start(1)  # it was to start 1 ms after the first
    assert ticket.due_us == program.gate.due(first, 10_000) == 10_000 - 3_500 + 1_000


def test_what_overlapped_with_nothing_comes_at_its_own_offset() -> None:
    program = Program([outline(0, 10_000), outline(60_000, 70_000)], speed=1)
    program.gate.exact = True
    program.gate.out(program.start(0), 10_000, None, 10_000)
    program.now_us = 10_000
    assert program.gate.due(program.start(1), 70_000) == 20_000


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
        passage = program.gate.enter(slot, 0, outlines[slot].last_us)
        if passage is not None and not program.gate.free(passage, outlines[slot].last_us, 0):
            tickets[slot] = program.ask(slot, passage)
    while (leader := program.leader()) is not None:
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
    longest_us = 0
    while slots or program.leader() is not None:
        leader = program.leader()
        if slots and (leader is None or rng.random() < 0.5):
            slot = slots.pop()
            passage = program.gate.enter(slot, program.now_us, outlines[slot].last_us)
            fate = rng.random()
            if passage is None:
                continue
            if fate < 0.2:
                program.gate.leave(passage)
            elif fate < 0.9 and not program.gate.free(passage, outlines[slot].last_us, program.now_us):
                program.ask(slot, passage)
        elif leader is not None and rng.random() < 0.2:
            program.gate.settle(leader, None, program.now_us, released=False)
        elif leader is not None:
            longest_us = max(longest_us, program.drive(leader))
    assert longest_us <= len(outlines) * (PATIENCE_US + 2_000)
