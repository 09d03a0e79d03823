"""Exchanges are built of sound parts alone, and errors say which part is not sound."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playhead.codecs.body import show_readable
from playhead.codecs.exchanges import exchange_of, parts_of
from playhead.codecs.malformed import MOST, Malformed
from playhead.codecs.timeline import row_of
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

PARTS: dict[str, object] = {
    "id": 7,
    "origin": "tests/test_users.py::test_get",
    "request": {
        "method": "POST",
        "url": "http://api.test/users",
        "headers": [["content-type", "application/json"]],
        "body": {"json": {"name": "Ada"}, "style": "compact"},
    },
    "response": {
        "status": 201,
        "reason": "Created",
        "http": "HTTP/1.1",
        "headers": [["content-type", "text/plain"], ["x-one", "1"]],
        "body": {"text": ["a", "b"]},
    },
}
ROW: dict[str, object] = {
    "id": 7,
    "start_us": 1,
    "sent_us": 2,
    "head_us": 3,
    "chunks": [[4, 3, 1]],
    "end_us": 5,
    "end_waited_us": 2,
    "session": 1,
}

ODD = st.sampled_from(
    [None, True, False, 0, -1, 1.5, MOST + 1, "", "ab", "\u0100", b"x", [], [1], ["a"], ["a", "b"], [["a", "b"], "cd"],
     [["a", 1]], [["a", "b", "c"]], [[1, 2, 3]], [[1, 2]], [[1, 2, True]], {}, {"json": 1, "style": "odd"},
     {"json": [1], "style": "spaced"}, {"bytes": b"x"}, {"bytes": "x"}, {"text": ["x"], "coding": "gzip"}]
)  # fmt: skip


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [place for key, inner in value.items() for place in _places(inner, (*path, key))]
        found.append((*path, "unknown"))
    if isinstance(value, list):
        found += [place for at, inner in enumerate(value) for place in _places(inner, (*path, at))]
    return found


WHOLE: dict[str, object] = {"parts": PARTS, "row": ROW}
PLACES = [place for place in _places(WHOLE) if len(place) > 1]


def test_each_part_comes_to_its_place() -> None:
    assert exchange_of(PARTS, ROW, "") == Exchange(
        id=7,
        origin="tests/test_users.py::test_get",
        request=Request(
            "POST", "http://api.test/users", (("content-type", "application/json"),), b'{"name":"Ada"}'
        ),
        response=Response(
            201, "Created", "HTTP/1.1", (("content-type", "text/plain"), ("x-one", "1")), b"a\nb"
        ),
        failure=None,
        timing=Timing(
            start_us=1, sent_us=2, head_us=3, chunks=(Chunk(4, 3, 1),), end_us=5, end_waited_us=2, session=1
        ),
    )  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=2), st.booleans())
def test_odd_parts_are_refused_or_belong_there(changes: list[tuple[tuple[object, ...], object]], deletes: bool) -> None:
    changed = copy.deepcopy(WHOLE)
    for place, odd in changes:
        _change(changed, place, odd, deletes=deletes)
    parts, row = changed["parts"], changed["row"]
    assume(isinstance(parts, dict) and isinstance(row, dict))
    assert isinstance(parts, dict)
    assert isinstance(row, dict)

    try:
        built = exchange_of(parts, row, "")
    except Malformed:
        return

    _expect_sound(built)
    assert exchange_of(parts_of(built, show_readable), row_of(built.timing), "") == built


def _expect_sound(exchange: Exchange) -> None:
    request, response, timing = exchange.request, exchange.response, exchange.timing
    assert type(exchange.id) is int
    assert exchange.id >= 1
    assert {type(exchange.origin), type(request.method), type(request.url)} <= {str, type(None)}
    for message in (request, response):
        if message is not None:
            assert all(
                type(each) is str and max(each, default="") <= "\xff" for pair in message.headers for each in pair
            )
            assert {len(pair) for pair in message.headers} <= {2}
            assert type(message.body) is bytes
    if response is not None:
        assert [type(each) for each in (response.status, response.reason, response.http)] == [int, str, str]
        assert 0 <= response.status <= MOST
    instants = [timing.start_us, timing.connected_us, timing.sent_us, timing.head_us, timing.end_us, timing.pooled_us]
    numbers = [
        *instants,
        timing.end_waited_us,
        timing.session,
        *(number for chunk in timing.chunks for number in chunk),
    ]
    assert all(number is None or (type(number) is int and 0 <= number <= MOST) for number in numbers)
    assert all(type(chunk) is Chunk for chunk in timing.chunks)


@pytest.mark.parametrize(
    ("place", "odd", "error"),
    [
        (("parts", "request", "headers", 0, 1), 1, "request.headers[0]"),
        (("parts", "request", "headers", 0), ["a"], "request.headers[0]"),
        (("parts", "request", "headers", 0, 0), "\u0100", "request.headers[0]"),
        (("parts", "request", "url"), "http://[x]y/", "request.url"),
        (("parts", "request", "body", "style"), "odd", "request.body.style"),
        (("parts", "response", "status"), -1, "response.status"),
        (("parts", "response", "unknown"), 1, "response"),
        (("parts", "id"), 0, "id"),
        (("row", "sent_us"), True, "timeline.sent_us"),
        (("row", "session"), None, "timeline.session"),
        (("row", "chunks", 0), [1, 2], "timeline.chunks"),
        (("row", "chunks", 0, 1), MOST + 1, "timeline.chunks"),
        (("row", "unknown"), 1, "timeline"),
    ],
)  # fmt: skip
def test_an_error_says_where(place: tuple[object, ...], odd: object, error: str) -> None:
    changed = copy.deepcopy(WHOLE)
    _change(changed, place, odd, deletes=False)
    parts, row = changed["parts"], changed["row"]
    assert isinstance(parts, dict)
    assert isinstance(row, dict)

    with pytest.raises(Malformed) as caught:
        exchange_of(parts, row, "")

    assert caught.value.place == error


def _change(value: object, place: tuple[object, ...], odd: object, *, deletes: bool) -> None:
    for step in place[:-1]:
        if not (isinstance(value, dict) and step in value) and not (
            isinstance(value, list) and step in range(len(value))
        ):
            return
        value = value[step]
    if isinstance(value, dict) and (not deletes or place[-1] not in value):
        value[place[-1]] = odd
    elif isinstance(value, dict):
        del value[place[-1]]
    elif isinstance(value, list) and place[-1] in range(len(value)):
        value[place[-1]] = odd
