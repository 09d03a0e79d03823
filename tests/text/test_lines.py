"""On which line of a file something stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs.json import encode
from playhead.text.json_text import line_of
from tests.contract.recordings import VALUES, answer, cassette_of

KEYS = st.text(max_size=5) | st.integers(0, 3) | st.just("*")


@given(VALUES, st.integers(0, 4), st.randoms(use_true_random=False))
def test_a_value_that_is_there_is_found_on_its_line(value, indent, chance):
    path: list[str | int] = []
    within = value
    while isinstance(within, dict | list) and within and chance.random() < 0.8:
        step = chance.choice(list(within) if isinstance(within, dict) else range(len(within)))
        path.append(step)
        within = within[step]
    lines = json.dumps(value, indent=indent).split("\n")
    line = lines[line_of("\n".join(lines), path) - 1].strip()
    first = json.dumps(within, indent=indent).split("\n")[0]
    label = f"{json.dumps(path[-1])}: " if path and isinstance(path[-1], str) else ""
    assert line.removesuffix(",") == label + first


@given(VALUES, st.lists(KEYS, max_size=4))
def test_the_way_to_what_is_not_there_ends_on_some_line(value, path):
    text = json.dumps(value, indent=2)
    assert 1 <= line_of(text, path) <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("interactions", 1), '"id": 2'),
        (("interactions", 1, "response", "body", "json", "b"), '"b": ['),
        (("interactions", 1, "response", "body", "json", "b", "*", "c"), '"c": 1'),
        (("interactions", 1, "response", "body", "json", "gone"), '"json": {'),
        (("interactions", 1, "response", "headers"), '"headers": ['),
    ],
)
def test_in_a_cassette_ids_and_bodies_are_not_confused(path, line):
    text = encode(cassette_of(answer("/1", {"id": 2}), answer("/2", {"a": "{", "b": [{"c": 1}]}))).decode()
    found = text.splitlines()[line_of(text, path) - 1].strip()
    if len(path) == 2:
        assert (found, text.splitlines()[line_of(text, path)].strip().rstrip(",")) == ("{", line)
    else:
        assert found.rstrip(",") == line
