"""Calls are found by what is called and by their arguments, which are compared by value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from playhead.matching.call_index import CallIndex, FoundCall
from playhead.matching.call_rules import compile_call_rules
from playhead.model.call import Call, Invocation, Plain, Returned
from playhead.model.cassette import outlines
from playhead.redaction.placeholder import marks_in, same_kind


def call(*args: Plain, method: str = "get", on: str | None = None, double: str = "db", **kwargs: Plain) -> Call:
    return Call(double, method, args, kwargs, on)


def index_of(calls: Sequence[Call], ignore: Sequence[str] = ()) -> CallIndex:
    known = outlines([Invocation(number + 1, each, Returned(None)) for number, each in enumerate(calls)])
    rules = compile_call_rules(ignore, same_kind=same_kind, marks_in=marks_in)
    return CallIndex(known, calls.__getitem__, rules, range(len(calls)))


@pytest.mark.parametrize(
    ("recorded", "made", "equal"),
    [
        (call(1), call(1.0), True),
        (call(1e30), call(10**30), False),
        (call(1e16), call(10**16), True),
        (call({"a": [1.0, 2], "b": None}), call({"b": None, "a": [1, 2.0]}), True),
        (call(1), call(True), False),
        (call("1"), call(1), False),
        (call(1), call(a=1), False),
        (call(a=1, b=2), call(b=2, a=1), True),
        (call(1, method="get"), call(1, method="put"), False),
        (call(1), call(1, double="cache"), False),
    ],
)
def test_arguments_are_equal_by_value(recorded: Call, made: Call, equal: bool) -> None:
    index = index_of([recorded])
    assert index.known(made) is equal
    assert index.take(made).slot == (0 if equal else None)


def test_a_call_on_another_object_of_its_kind_finds_the_recording_once_the_own_ones_are_played() -> None:
    index = index_of([call(1, on="connection-1"), call(1, on="connection-2"), call(1, on="cursor-1")])
    assert [index.take(call(1, on="connection-2")).slot for _ in range(3)] == [1, 0, None]
    assert index.take(call(1)).slot is None
    assert index.unplayed() == [2]


def test_the_slots_of_an_object_are_those_of_its_calls() -> None:
    calls = [call(1), call(1, on="connection-1"), call(2, method="put"), call(1, double="cache")]
    index = index_of(calls)
    assert list(index.slots_of("db", None)) == [0, 2]
    assert list(index.slots_of("db", "connection-1")) == [1]
    assert list(index.slots_of("db", "connection-2")) == []
    assert list(index.paths) == ["db.get", "db[connection-1].get", "db.put", "cache.get"]


def test_a_drifted_call_is_lent_the_nearest_recording_that_is_not_played() -> None:
    calls = [call(1, 1), call(2, 2), call(2, 3)]
    index = index_of(calls)
    near = index.lend(call(2, 4))
    assert near is not None
    assert (near.slot, near.differences) == (1, (("call.db.get.args[1]", "2", "4"),))
    again = index.lend(call(2, 4))
    assert again is not None
    assert again.slot == 2
    assert index.take(call(2, 3)).slot == 2
    nearest = index.nearest(call(2, 4))
    assert nearest is not None
    assert nearest.slot == 1
    assert index.unplayed() == [0]
    assert index.nearest(call(2, method="put")) is None


def test_a_call_is_not_lent_one_of_an_object_when_it_is_on_the_double_itself() -> None:
    index = index_of([call(1, on="connection-1")])
    assert index.lend(call(2)) is None
    near = index.lend(call(2, on="connection-7"))
    assert near is not None
    assert near.slot == 0


@pytest.mark.parametrize("on", [None, "connection-1"])
def test_a_call_whose_recordings_are_all_played_gets_the_last_one_again(on: str | None) -> None:
    index = index_of([call(1, on=on), call(2, on=on), call(1, on=on)])
    found = [index.take(call(1, on=on), again=True) for _ in range(3)]
    assert found == [FoundCall(0), FoundCall(2), FoundCall(2, repeated=True)]
    assert index.take(call(1, on=on)).slot is None
    assert index.take(call(3, on=on), again=True).slot is None


def test_a_recording_of_another_object_is_played_before_an_own_one_is_played_again() -> None:
    index = index_of([call(1, on="connection-1"), call(1, on="connection-2")])
    found = [index.take(call(1, on="connection-1"), again=True) for _ in range(3)]
    assert found == [FoundCall(0), FoundCall(1), FoundCall(0, repeated=True)]


@pytest.mark.parametrize("redacts", [False, True])
def test_secrets_in_arguments_find_the_recordings_of_their_numbers(redacts: bool) -> None:
    def login(key: str) -> Call:
        return call("ada", {"keys": [key], "n": 1})

    index = index_of([login("REDACTED-key-1"), login("REDACTED-key-2"), login("REDACTED-key-1")])
    numbers = {"one": 101, "two": 102, "three": 103}  # in this run
    index.weighing.reveal = {number: key for key, number in numbers.items()}.get
    found = [
        index.take(login(key), partial(login, f"REDACTED-key-{numbers[key]}") if redacts else None, again=True)
        for key in ("one", "two", "two", "one", "one", "three")
    ]
    assert [each.slot for each in found] == [0, 1, 1, 2, 2, None]
    assert [each.repeated for each in found[:5]] == [False, False, True, False, True]
    near = index.nearest(call("ada", {"keys": ["one"], "n": 2}))
    assert near is not None
    assert [place for place, _, _ in near.differences] == ["call.db.get.args[1].n"]


@pytest.mark.parametrize(
    ("ignore", "found"),
    [
        ("call.db.get.args[1]", True),
        ("call.*.get.args[1]", True),
        ("call.db.*.args[1]", True),
        ("call.cache.get.args[1]", False),
        ("call.cache.*.args[1]", False),
        ("call.*.put.args[1]", False),
        ("call.db.get.args[0]", False),
        ("call.db.get.returned", False),
    ],
)
def test_ignored_arguments_are_not_compared_in_the_calls_that_are_named(ignore: str, found: bool) -> None:
    index = index_of([call(1, 1)], [ignore])
    assert (index.take(call(1, 2)).slot == 0) is found


@pytest.mark.parametrize(
    ("ignore", "keeps"),
    [
        ("call.db.get.returned", False),
        ("call.*.*.returned", False),
        ("call.db.put.returned", True),
        ("call.db.get.args[0]", True),
    ],
)
def test_a_result_is_left_out_of_the_calls_that_are_named(ignore: str, keeps: bool) -> None:
    rules = compile_call_rules([ignore], same_kind=same_kind)
    assert rules.keeps_result(call(1)) is keeps
