"""For requests whose method and URL are all that counts, the short way to a recording finds what the long one does."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.call_index import CallIndex
from playhead.matching.call_rules import compile_call_rules
from playhead.matching.index import Index
from playhead.matching.rules import compile_rules
from playhead.model.call import Call, Invocation, Returned
from playhead.model.cassette import Exchange, outlines
from playhead.model.http import Headers, Request
from playhead.redaction.placeholder import marks_in, same_kind
from playhead.redaction.presented import split_credential

BASE = "https://api.test"
KEYS = ("REDACTED-key-1", "REDACTED-key-2", "k1", "k2")


def _bearer(token: str) -> Headers:
    return (("authorization", f"Bearer {token}"),)


def _requests(keys: Sequence[str]) -> st.SearchStrategy[Request]:
    key = st.sampled_from(keys)
    urls = st.sampled_from(["/a", "/b?x=1&y=2", "/b?y=2&x=1"]) | key.map(lambda each: f"/c?key={each}")
    headers = st.just(()) | key.map(_bearer)
    body = st.sampled_from([b"", b"", b"one"]) | key.map(lambda each: b"key=" + each.encode())
    return st.builds(lambda url, fields, sent: Request("GET", BASE + url, fields, sent), urls, headers, body)


def _index(requests: Sequence[Request]) -> Index:
    rules = compile_rules(same_kind=same_kind, marks_in=marks_in, split=split_credential)
    known = outlines([Exchange(number + 1, request) for number, request in enumerate(requests)])
    return Index(known, requests.__getitem__, rules)


def _long(index: Index, request: Request) -> tuple[int | None, bool]:
    found = index.seek(request)
    return (index.last_played(request), True) if found is None else (found.slot, False)


def _short(index: Index, request: Request) -> tuple[int | None, bool]:
    slot = index.seek_plain(request)
    if slot is not None:
        return slot, False
    again = index.last_plain(request)
    return _long(index, request) if again is None else (again, True)


@given(recorded=st.lists(_requests(KEYS[:2]), max_size=6), sent=st.lists(_requests(KEYS), max_size=12))
def test_the_short_way_finds_what_the_long_way_finds(recorded: list[Request], sent: list[Request]) -> None:
    short, long = _index(recorded), _index(recorded)
    for request in sent:
        assert _short(short, request) == _long(long, request)
        assert short.unplayed() == long.unplayed()


def test_a_plain_request_needs_no_long_way() -> None:
    requests = [Request("GET", f"{BASE}/{each}") for each in "aab"]
    index = _index(requests)
    assert [index.seek_plain(each) for each in requests] == [0, 1, 2]
    assert index.seek_plain(requests[0]) is None
    assert [index.last_plain(each) for each in requests] == [1, 1, 2]


def test_credentials_and_placeholders_are_left_to_the_long_way() -> None:
    index = _index([Request("GET", f"{BASE}/a", _bearer(KEYS[0])), Request("GET", f"{BASE}/c?key={KEYS[0]}")])
    assert index.seek_plain(Request("GET", f"{BASE}/a", _bearer("k1"))) is None
    assert index.seek_plain(Request("GET", f"{BASE}/c?key=k1")) is None
    assert index.unplayed() == [0, 1]


@given(recorded=st.lists(st.integers(0, 2), max_size=6), asked=st.lists(st.integers(0, 3), max_size=12))
def test_calls_that_are_on_the_cassette_as_they_come_are_found_without_being_redacted(
    recorded: list[int], asked: list[int]
) -> None:
    calls = [Call("users", "get", (number,), {}) for number in recorded]
    known = outlines([Invocation(place + 1, call, Returned(None)) for place, call in enumerate(calls)])
    rules = compile_call_rules((), same_kind=same_kind, marks_in=marks_in)
    index = CallIndex(known, calls.__getitem__, rules, range(len(calls)))
    redacted: list[Call] = []

    def stored(call: Call) -> Call:
        redacted.append(call)
        return call

    left = {number: deque(at for at, each in enumerate(recorded) if each == number) for number in range(4)}
    last: dict[int, int] = {}
    for number in asked:
        call = Call("users", "get", (number,), {})
        found = index.take(call, partial(stored, call), again=True)
        if left[number]:
            last[number] = left[number].popleft()
            assert found == (last[number], False, False)
        else:
            assert found == (last.get(number), True, False)
    assert {call.args[0] for call in redacted} == set(asked) - set(recorded)
    assert index.unplayed() == sorted(slot for slots in left.values() for slot in slots)
