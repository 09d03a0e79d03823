"""Laws of the gate for interactions of many events, for starts in any order, and for virtual time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.gate import GO, PATIENCE_US, SETTLE_TURNS, STALL_US, TURN, VIRTUAL_PAUSE_US, Passage, Sleep, Ticket
from playhead.engine.starts import SLACK_US
from playhead.model.cassette import Outline
from tests.engine.test_gate import Program, outline

spans = st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 1_000)), min_size=1, max_size=8)
bodies = st.lists(st.tuples(st.integers(0, 300), st.lists(st.integers(1, 300), min_size=1, max_size=4)), max_size=5)


def outlines_of(raw: Sequence[tuple[int, int]]) -> list[Outline]:
    return [outline(start, start + length) for start, length in raw]


class Readers(Program):
    """A program that reads several events of each interaction, and asks for one when the last is out."""

    def __init__(self, events: Sequence[tuple[int, Sequence[int]]]) -> None:
        super().__init__([outline(start, instants[-1]) for start, instants in events])
        self.left = [list(instants) for _, instants in events]
        self.waiting: dict[Ticket, tuple[int, Passage]] = {}

    def begin(self, slot: int) -> None:
        passage = self.gate.enter(slot, self.now_us, self.left[slot][0])
        if passage is not None:
            self.next(slot, passage)

    def next(self, slot: int, passage: Passage) -> None:
        if self.left[slot]:
            self.waiting[self.ask(slot, passage, self.left[slot].pop(0))] = slot, passage

    def release(self, ticket: Ticket) -> None:
        slot, passage = self.waiting.pop(ticket)
        self.released.append((ticket.at_us, slot))
        self.gate.settle(ticket, next(iter(self.left[slot]), None), self.now_us, released=True)
        self.next(slot, passage)


@given(bodies)
def test_all_events_come_as_recorded_and_none_is_waited_for_twice(raw: list[tuple[int, list[int]]]) -> None:
    events = [(start, [start + sum(steps[: at + 1]) for at in range(len(steps))]) for start, steps in raw]
    program = Readers(events)
    for slot in sorted(range(len(events)), key=lambda slot: (events[slot][0], slot)):
        program.begin(slot)
    while (leader := program.leader()) is not None:
        while (step := program.gate.verdict(leader, 0)) is not GO:
            assert step is TURN, "everything has started, and everybody asks"
        program.release(leader)
    assert program.released == sorted(program.released)


def test_what_is_read_on_is_waited_for_until_its_last_event() -> None:
    program = Program([outline(0, 200), outline(1, 400)])
    body, other = program.start(0), program.start(1)
    program.gate.settle(program.ask(0, body, 100), 200, 0, released=True)
    ticket = program.ask(1, other)
    assert PATIENCE_US <= program.drive(ticket) < PATIENCE_US + 2_000
    program = Program([outline(0, 200), outline(1, 400)])
    body, other = program.start(0), program.start(1)
    program.gate.settle(program.ask(0, body, 100), None, 0, released=True)
    assert program.drive(program.ask(1, other)) < 1_000


def test_an_event_that_was_withdrawn_may_be_asked_for_again() -> None:
    program = Program([outline(0, 200), outline(1, 400)])
    body, other = program.start(0), program.start(1)
    program.gate.settle(program.ask(0, body, 200), 200, 0, released=False)  # it asked, and was cancelled
    assert PATIENCE_US <= program.drive(program.ask(1, other)) < PATIENCE_US + 2_000


def test_one_that_was_given_up_is_waited_for_again_once_it_goes_on() -> None:
    program = Program([outline(0, 300), outline(1, 400)])
    slow = program.gate.enter(0, 0, 100)
    other = program.gate.enter(1, 0, 200)
    assert slow is not None
    assert other is not None
    ticket = program.ask(1, other, 200)
    assert program.drive(ticket) >= PATIENCE_US
    program.gate.settle(program.ask(0, slow, 100), 300, program.now_us, released=True)
    assert program.drive(program.ask(1, other, 400)) >= PATIENCE_US


@pytest.mark.parametrize("listening", [False, True])
def test_a_body_that_was_left_early_is_waited_for_if_its_reader_listens(listening: bool) -> None:
    program = Program([outline(0, 100, steady=False), outline(1, 200)])
    program.gate.enter(0, 0, 100, listening=listening)
    held_us = program.drive(program.ask(1, program.start(1)))
    assert (held_us >= PATIENCE_US) is listening


def test_an_abandoned_interaction_that_does_not_start_is_not_waited_for() -> None:
    program = Program([outline(0, 100), outline(0, 90), outline(40, 50, steady=False)])
    last, first = program.start(0), program.start(1)
    assert program.drive(program.ask(1, first)) + program.drive(program.ask(0, last)) < 1_000


@pytest.mark.parametrize("second", [outline(40, 50), outline(0, 50)], ids=["start", "event"])
def test_while_the_machine_stands_still_no_patience_is_lost(second: Outline) -> None:
    program = Program([outline(0, 100), second])
    first = program.start(0)
    if second.start_us == 0:
        program.start(1)
    ticket = program.ask(0, first)
    while (step := program.gate.verdict(ticket, program.now_us)) is TURN:
        program.now_us += 10
    assert isinstance(step, Sleep)
    program.now_us += 1_000_000
    assert program.drive(ticket) >= PATIENCE_US - STALL_US - 1_000


def test_a_start_is_waited_for_until_the_whole_program_is_as_far() -> None:
    program = Program([outline(0, 100), outline(30_000, 35_000), outline(38_000, 70_000), outline(40_000, 60_000)])
    assert program.gate.enter(0, 0, 100) is None
    program.now_us = 33_000  # 3 ms late; then an answer was there at once, and a chain of requests got ahead
    assert program.gate.enter(1, program.now_us, 35_000) is None
    held_us = program.drive(program.ask(2, program.start(2)))
    assert 43_000 + PATIENCE_US <= 33_000 + held_us < 43_000 + PATIENCE_US + 2_000


def test_what_comes_on_a_listeners_stream_comes_when_the_recording_would_have_got_there() -> None:
    program = Program([outline(0, 900_000, steady=False), outline(400_000, 410_000)])
    listener = program.gate.enter(0, 0, 420_000, listening=True)
    assert listener is not None
    held_us = program.drive(program.ask(0, listener, 420_000))
    assert 420_000 + SLACK_US <= held_us < 420_000 + SLACK_US + 3_000


@pytest.mark.parametrize("exact", [False, True])
def test_the_callers_of_a_release_have_turns_of_the_loop_to_get_on(exact: bool) -> None:
    program = Program([outline(0, 100), outline(1, 50)], speed=1 if exact else None)
    program.gate.exact = exact
    late, early = program.start(0), program.start(1)
    tickets = program.ask(1, early), program.ask(0, late)
    program.now_us = 50
    program.gate.settle(tickets[0], None, 50, released=True)
    turns = 0
    program.now_us = 100
    while program.gate.verdict(tickets[1], program.now_us) is TURN:
        turns += 1
    assert turns == (0 if exact else SETTLE_TURNS)  # in virtual time, nothing was left to do when it moved on
    assert program.gate.verdict(tickets[1], program.now_us) is GO


@given(spans, st.randoms(use_true_random=False))
def test_once_all_have_started_in_whatever_order_nothing_is_waited_for(raw: list[tuple[int, int]], rng) -> None:  # type: ignore[no-untyped-def]
    program = Program(outlines_of(raw))
    order = list(range(len(raw)))
    rng.shuffle(order)
    for slot in order:
        passage = program.gate.enter(slot, 0, program.outlines[slot].last_us)
        if passage is not None:
            program.ask(slot, passage)
    while (leader := program.leader()) is not None:
        assert program.drive(leader) <= 10 * SETTLE_TURNS
    assert program.released == sorted(program.released)


def test_at_recorded_speed_events_count_from_their_own_requests_and_else_from_the_first_of_their_group() -> None:
    for speed, due_us in ((1, 20_000), (10, 1_500)):
        program = Program([outline(0, 10_000), outline(5_000, 15_000)], speed=speed)
        program.start(0)
        program.now_us = 10_000 // speed  # twice as late as recorded
        assert program.gate.due(program.start(1), 15_000) == due_us


def test_one_that_is_played_again_comes_at_its_own_offset_in_no_order() -> None:
    for speed, exact, due_us in ((10, False, 1_700), (1, False, 8_000), (1, True, 8_000)):
        program = Program([outline(3_000, 10_000), outline(3_500, 12_000)], speed=speed)
        program.gate.exact = exact
        program.now_us = 1_000
        again = program.gate.apart(0, 1_000, 10_000)
        assert again is not None
        assert program.gate.due(again, 10_000) == due_us
        assert program.drive(program.ask(0, again)) == due_us - 1_000
    assert Program([outline(3_000, 10_000)]).gate.apart(0, 0, 10_000) is None


def virtual(raw: Sequence[tuple[int, int]]) -> Program:
    program = Program(outlines_of(raw), speed=1)
    program.gate.exact = True
    return program


@given(spans)
def test_in_virtual_time_a_program_that_starts_as_recorded_has_its_events_at_the_recorded_instants(
    raw: list[tuple[int, int]],
) -> None:
    program = virtual(raw)
    starts = sorted(range(len(raw)), key=lambda slot: (raw[slot][0], slot))
    released: list[tuple[int, int]] = []
    while starts or program.leader() is not None:
        leader = program.leader()
        step = program.gate.verdict(leader, program.now_us) if leader is not None else Sleep(1_000_000)
        if leader is not None and step is GO:
            released.append((program.now_us, leader.index))
            program.gate.settle(leader, None, program.now_us, released=True)
        elif isinstance(step, Sleep) and starts and raw[starts[0]][0] <= program.now_us + step.us:
            slot = starts.pop(0)
            program.now_us = raw[slot][0]
            program.ask(slot, program.start(slot))
        elif isinstance(step, Sleep):
            program.now_us += step.us
    assert released == sorted((each.last_us, slot) for slot, each in enumerate(program.outlines))


@given(st.lists(st.tuples(st.integers(0, VIRTUAL_PAUSE_US), st.integers(0, 1_000)), min_size=2), st.data())
def test_in_virtual_time_what_overlapped_keeps_its_instants_in_whatever_order_it_starts(
    raw: list[tuple[int, int]], data: st.DataObject
) -> None:
    program = virtual([(start, VIRTUAL_PAUSE_US + 1 - start + more) for start, more in raw])
    first_us = min(start for start, _ in raw)
    for slot in data.draw(st.permutations(range(len(raw)))):
        program.ask(slot, program.start(slot))
    while (leader := program.leader()) is not None:
        assert leader.due_us == leader.at_us - first_us
        program.drive(leader)
    assert program.released == sorted(program.released)


def test_in_virtual_time_one_that_starts_before_an_earlier_one_has_ended_comes_after_it() -> None:
    program = virtual([(0, 400), (100, 350), (500, 100)])
    assert [program.gate.due(program.start(slot), at_us) for slot, at_us in enumerate((400, 450, 600))] == [
        400,
        450,
        600,
    ]


def test_in_virtual_time_one_that_starts_before_an_earlier_one_has_started_comes_after_it() -> None:
    program = virtual([(0, 50), (100, 200), (400, 100)])
    assert [program.gate.due(program.start(slot), at_us) for slot, at_us in ((0, 50), (2, 500))] == [50, 500]


def test_in_virtual_time_a_late_start_moves_its_own_group_alone() -> None:
    program = virtual([(0, 10_000), (10, 12_000), (40_000, 10_000), (40_500, 11_500)])
    tickets = [program.ask(slot, program.start(slot)) for slot in (0, 2)]
    program.now_us = 1_000
    program.start(1)
    assert [ticket.due_us for ticket in tickets] == [10_990, 50_000]


def test_in_virtual_time_what_has_not_started_by_a_later_event_is_not_expected_any_more() -> None:
    program = virtual([(0, 200), (100, 50), (400, 100)])
    first = program.start(0)
    program.now_us = 200
    program.gate.settle(program.ask(0, first), None, 200, released=True)
    program.now_us = 210
    assert program.gate.due(program.start(2), 500) == 310


def test_in_virtual_time_an_event_that_nobody_competes_with_needs_no_ticket() -> None:
    program = virtual([(0, 400), (100, 350)])
    first, second = program.start(0), program.start(1)
    assert program.gate.alone(first, 400) == 400
    ticket = program.ask(1, second)
    assert program.gate.alone(first, 400) is None
    program.gate.settle(ticket, None, 0, released=False)
    assert program.gate.alone(first, 400) == 400
    program.gate.exact = False
    assert program.gate.alone(first, 400) is None


def test_in_virtual_time_a_longer_pause_is_the_programs_own() -> None:
    program = virtual([(0, 50), (VIRTUAL_PAUSE_US + 1, 100)])
    assert program.gate.due(program.start(1), VIRTUAL_PAUSE_US + 101) == 100
    program = virtual([(0, 50), (100, 100), (VIRTUAL_PAUSE_US + 1, 100)])
    program.start(0)
    assert program.gate.due(program.start(2), VIRTUAL_PAUSE_US + 101) == 100
