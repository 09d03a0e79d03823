"""The short way builds what the careful way builds, or nothing."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from playhead.codecs import exchanges
from playhead.codecs.limits import DEFAULT
from playhead.codecs.malformed import MOST, Malformed
from playhead.codecs.usual import usual_exchange
from playhead.model.cassette import Exchange

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


def careful(parts: dict[str, object], row: dict[str, object]) -> Exchange | None:
    try:
        return exchanges.careful_exchange_of(parts, row, "", DEFAULT)
    except Malformed:
        return None


def test_what_is_as_usual_is_built() -> None:
    built = usual_exchange(PARTS, ROW, "", DEFAULT)

    assert built is not None
    assert built == careful(PARTS, ROW)


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=2), st.booleans())
def test_it_never_builds_anything_that_the_careful_way_would_not(
    changes: list[tuple[tuple[object, ...], object]], deletes: bool
) -> None:
    changed = copy.deepcopy(WHOLE)
    for place, odd in changes:
        _change(changed, place, odd, deletes=deletes)
    parts, row = changed["parts"], changed["row"]
    assert isinstance(parts, dict)
    assert isinstance(row, dict)

    built = usual_exchange(parts, row, "", DEFAULT)

    assert built is None or built == careful(parts, row)


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
