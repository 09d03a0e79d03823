"""A suggestion helps: without it a request differs, with it in `ignore` it is the recorded one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.call_index import call_differences
from playhead.matching.call_rules import compile_call_rules
from playhead.matching.json_path import above, parse_steps, shown_step
from playhead.matching.key import compile_rules
from playhead.matching.near_miss import compare, differences
from playhead.matching.reading import read
from playhead.matching.suggestions import suggested
from playhead.model.call import Call
from tests.matching.strategies import Json, Meant, json_values, meant_requests, names, seeds, texts

PLAIN = compile_rules()
UUIDS = ("6f1c2d3e-0000-4000-8000-00000000000a", "07ab2d3e-0000-4000-8000-00000000000b")


@given(one=meant_requests(), other=meant_requests(), seed=seeds)
def test_what_is_suggested_leaves_no_difference(one: Meant, other: Meant, seed: int) -> None:
    recorded, sent = one.spelled(seed), other.spelled(seed + 1)
    found = compare(read(recorded, PLAIN), read(sent, PLAIN))
    hint = suggested(found)
    if hint:
        assert differences(recorded, sent, compile_rules(hint)) == ()
    elif found:
        beyond = [place for place, _, _ in found if place in ("method", "path") or place.startswith("query.")]
        assert beyond


@given(st.lists(json_values, max_size=3), st.lists(json_values, max_size=3), st.dictionaries(texts, json_values))
def test_the_same_holds_for_calls(one: list[Json], other: list[Json], kwargs: dict[str, Json]) -> None:
    recorded, made = Call("db", "save", tuple(one), {}), Call("db", "save", tuple(other), kwargs)
    rules = compile_call_rules((), same_kind=str)
    hint = suggested(call_differences(recorded, made, rules))
    with_hint = compile_call_rules(hint, same_kind=str)
    assert with_hint.key(recorded) == with_hint.key(made)


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        ([("path", '"/a"', '"/b"'), ("query.a", '"1"', '"2"')], ()),
        ([("query.", '"1"', '"2"'), ("query.a", '"1"', '"2"')], ()),
        ([("query.a ", '"1"', '"2"')], ()),
        ([("form.a ", '"1"', '"2"'), ("form.b", '"1"', '"2"')], ("body",)),
        ([("host", f'"https://{UUIDS[0]}.test"', f'"https://{UUIDS[1]}.test"')], ("host",)),
        ([("call.the.db.save.args[0]", "1", "2")], ()),
        ([("body.$.l[1]", "1", "nothing"), ("body.$.l[0].a", "1", "2")], ("body.$.l",)),
        ([(f'query.{UUIDS[0]}', '"1"', "nothing"), (f'query.{UUIDS[1]}', "nothing", '"1"')], ("@uuid",)),
        ([(f'header.{UUIDS[0]}', '"1"', "nothing")], (f"header.{UUIDS[0]}",)),
        ([("body.$.id", *(f'"{each}"' for each in UUIDS))], ("@uuid",)),
        ([("query.at", '"2026-11-30T12:00:00Z"', '"2026-12-01T13:00:00Z"')], ("@datetime",)),
        ([("body.$.id", *(f'"{each}"' for each in UUIDS)), ("query.a", '"1"', '"2"')], ("@uuid", "query.a")),
        ([("body.$.id", f'"{UUIDS[0]}"', '"1"')], ("body.$.id",)),
        ([(f'body.$.jobs["{UUIDS[0]}"]', "1", "nothing")], ("body.$.jobs",)),
    ],
)  # fmt: skip
def test_what_cannot_be_left_out_gives_way(found: list[tuple[str, str, str]], hint: tuple[str, ...]) -> None:
    assert suggested(found) == hint


@given(st.lists(names | st.integers(0, 9), max_size=4), names | st.integers(0, 9))
def test_the_place_above_is_that_without_the_last_step(steps: list[str | int], last: str | int) -> None:
    path = "$" + "".join(map(shown_step, steps))
    assert parse_steps(path) == tuple(steps)
    assert above(path + shown_step(last)) == path
