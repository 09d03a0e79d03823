"""Recordings are found by request, played in recorded order, each once, and lent to those that have drifted."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import UsageError
from playhead.matching.differences import Difference
from playhead.matching.found import Near
from playhead.matching.index import Index
from playhead.matching.key import Rules, compile_rules, key_of
from playhead.model.cassette import Exchange, outlines
from playhead.model.http import Request
from tests.matching.strategies import Meant, meant_requests, seeds

JSON = (("content-type", "application/json"),)


class Tape:
    """Recorded requests, and how often each was looked at."""

    def __init__(
        self, requests: Sequence[Request], ignore: Iterable[str] = (), slots: Iterable[int] | None = None
    ) -> None:
        self.requests = requests
        self.loads = 0
        rules = compile_rules(ignore)
        exchanges = [Exchange(number + 1, request) for number, request in enumerate(requests)]
        self.index = Index(outlines(exchanges), self.load, rules, slots=slots)

    def load(self, slot: int) -> Request:
        self.loads += 1
        return self.requests[slot]


def told(near: Near | None) -> tuple[int, tuple[Difference, ...]] | None:
    return None if near is None else (near.slot, near.differences)


def get(url: str) -> Request:
    return Request("GET", url if "://" in url else "https://api.test" + url)


def post(body: bytes, path: str = "/things") -> Request:
    return Request("POST", "https://api.test" + path, JSON, body)


@given(recorded=st.lists(meant_requests(), max_size=8), data=st.data())
def test_equal_requests_get_their_recordings_in_recorded_order(recorded: list[Meant], data: st.DataObject) -> None:
    requests = [meant.spelled(number) for number, meant in enumerate(recorded)]
    tape = Tape(requests)
    queues: dict[object, deque[int]] = defaultdict(deque)
    for slot, request in enumerate(requests):
        queues[key_of(request, Rules())].append(slot)
    asked = data.draw(st.lists(st.sampled_from(recorded) | meant_requests(), max_size=16) if recorded else st.just([]))
    for meant in asked:
        request = meant.spelled(data.draw(seeds))
        queue = queues[key_of(request, Rules())]
        assert tape.index.known(request) == any(key_of(each, Rules()) == key_of(request, Rules()) for each in requests)
        expected = queue.popleft() if queue else None
        assert tape.index.take(request) == expected
        if expected is not None:
            assert tape.index.last_played(request) == expected
    assert tape.index.unplayed() == sorted(slot for queue in queues.values() for slot in queue)
    assert tape.index.unplayed_count == len(tape.index.unplayed())


@given(slots=st.permutations(range(4)), size=st.integers(0, 4))
def test_only_the_chosen_slots_take_part_in_the_chosen_order(slots: list[int], size: int) -> None:
    spellings = [get("/a"), get("/%61"), get("/a#x"), get("/a")]
    tape = Tape(spellings, slots=slots[:size])
    assert [tape.index.take(get("/a")) for _ in range(4)] == [*slots[:size], *[None] * (4 - size)]


def test_an_empty_cassette_knows_nothing() -> None:
    index = Tape([]).index
    assert index.take(get("/a")) is None
    assert not index.known(get("/a"))
    assert index.last_played(get("/a")) is None
    assert index.lend(get("/a")) is None
    assert index.nearest(get("/a")) is None


def test_a_program_that_asks_as_recorded_has_each_recording_looked_at_once() -> None:
    tape = Tape([post(b'{"n":%d}' % number) for number in range(50)])
    for number in range(50):
        assert tape.index.take(post(b'{"n": %d}' % number)) == number
    assert tape.loads == 50


def test_identical_requests_are_not_searched_again() -> None:
    tape = Tape([post(b"1")] * 50 + [post(b"2")] * 50)
    assert tape.index.take(post(b"2")) == 50
    assert [tape.index.take(post(b"2")) for _ in range(49)] == list(range(51, 100))
    assert [tape.index.take(post(b"1")) for _ in range(50)] == list(range(50))
    assert tape.loads == 100
    assert tape.index.take(post(b"1")) is None
    assert tape.index.last_played(post(b"1")) == 49


def test_knowing_does_not_play() -> None:
    tape = Tape([get("/a"), get("/b")])
    assert tape.index.known(get("/a"))
    assert tape.index.unplayed() == [0, 1]
    assert tape.index.last_played(get("/a")) is None
    assert tape.index.take(get("/a")) == 0
    assert tape.index.known(get("/a"))


def test_a_drifted_request_is_lent_the_nearest_recording() -> None:
    tape = Tape([post(b'{"a":1,"b":1}'), post(b'{"a":2,"b":2}'), post(b'{"a":2,"b":3}')])
    near = tape.index.lend(post(b'{"a":2,"b":4}'))
    assert told(near) == (1, (("body.$.b", "2", "4"),))
    assert tape.index.unplayed() == [0, 2]


def test_a_lent_recording_stays_available_to_its_exact_request() -> None:
    tape = Tape([post(b"1")])
    near = tape.index.lend(post(b"2"))
    assert near is not None
    assert near.slot == 0
    assert tape.index.lend(post(b"3")) is None
    assert tape.index.take(post(b"1")) == 0
    assert tape.index.unplayed_count == 0


def test_nothing_is_lent_that_was_played_or_is_another_path_method_or_host() -> None:
    tape = Tape([post(b"1"), post(b"1", "/other"), get("/things"), get("https://other.test/things")])
    assert tape.index.take(post(b"1")) == 0
    assert tape.index.lend(post(b"2")) is None


def test_a_drift_of_the_query_is_found_among_the_same_path() -> None:
    tape = Tape([get("/a?page=1&size=10"), get("/a?page=2&size=10"), get("/b")])
    assert told(tape.index.lend(get("/a?page=2&size=20"))) == (1, (("query.size", '"10"', '"20"'),))


def test_many_drifted_requests_are_each_lent_one_in_order() -> None:
    tape = Tape([post(b'{"n":%d}' % number) for number in range(600)])
    lent = [tape.index.lend(post(b'{"n":-1}')) for _ in range(600)]
    assert [near.slot for near in lent if near] == list(range(600))


def test_the_nearest_of_all_is_told_played_or_not() -> None:
    tape = Tape([get("/users/42"), get("/orders"), post(b"1", "/users")])
    assert tape.index.take(get("/users/42")) == 0
    near = tape.index.nearest(get("/users/7"))
    assert told(near) == (0, (("path", '"/users/42"', '"/users/7"'),))
    again = tape.index.nearest(get("/users/42"))
    assert told(again) == (0, ())
    elsewhere = tape.index.nearest(get("https://other.test/orders"))
    assert told(elsewhere) == (1, (("host", '"https://api.test"', '"https://other.test"'),))


def test_a_drifted_request_is_not_lent_a_body_of_another_kind() -> None:
    form = Request("POST", "https://api.test/things", (("content-type", "application/x-www-form-urlencoded"),), b"a=1")
    fields = b'{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11}'
    tape = Tape([form, get("/things"), post(b"{}")])
    near = tape.index.lend(post(fields))
    assert near is not None
    assert near.slot == 2
    same = Tape([Request("POST", form.url, (("content-type", "text/plain"),), b"a"), post(b'"a"')])
    near = same.index.lend(post(b'"b"'))
    assert near is not None
    assert near.slot == 1


def test_nothing_is_told_as_nearest_that_is_not_alike() -> None:
    tape = Tape([get("/orders"), get("https://other.test/orders/new")])
    assert tape.index.nearest(Request("POST", "https://third.test/login")) is None
    near = tape.index.nearest(Request("POST", "https://other.test/login"))
    assert near is not None
    assert near.slot == 1


def test_the_nearest_is_weighed_as_drift_is() -> None:
    tape = Tape([post(b"1", "/orders/7/lines"), get("/cart"), get("https://other.test/orders/7/lines")])
    near = tape.index.nearest(get("/orders/7/lines"))
    assert near is not None
    assert [place for place, _, _ in near.differences] == ["method", "body"]
    tape = Tape([get("/b/x?p=1"), get("/a/y?q=1&r=1"), get("/a/x/z")])
    near = tape.index.nearest(get("/a/x"))
    assert near is not None
    assert near.slot == 2


def test_ignored_places_find_and_are_not_told() -> None:
    tape = Tape([get("/users/1?at=1&x=1"), get("/users/2?at=2&x=2")], ["query.at", "GET /users/{id}: path.id"])
    assert tape.index.take(get("/users/3?at=3&x=2")) == 1
    assert told(tape.index.lend(get("/users/3?at=3&x=2"))) == (0, (("query.x", '"1"', '"2"'),))


class TestLoopbackPorts:
    def test_one_service_may_have_any_port(self) -> None:
        tape = Tape([get("http://127.0.0.1:8000/a"), get("http://127.0.0.1:8000/b")])
        assert tape.index.take(get("http://127.0.0.1:41234/a")) == 0
        assert tape.index.take(get("http://127.0.0.1:52345/b")) == 1

    def test_a_live_port_belongs_to_the_recorded_one_that_alone_knows_its_request(self) -> None:
        tape = Tape(
            [get(f"http://localhost:{port}{path}") for port, path in [(1, "/a"), (2, "/b"), (1, "/c"), (2, "/c")]]
        )
        assert tape.index.take(get("http://localhost:52/b")) == 1
        assert tape.index.take(get("http://localhost:52/c")) == 3
        assert tape.index.take(get("http://localhost:51/c")) == 2
        assert tape.index.take(get("http://localhost:51/a")) == 0

    def test_a_live_port_keeps_its_service_though_another_was_recorded_on_it(self) -> None:
        tape = Tape(
            [get(f"http://localhost:{port}{path}") for port, path in [(1, "/a"), (2, "/b"), (1, "/c"), (2, "/c")]]
        )
        assert tape.index.take(get("http://localhost:1/b")) == 1
        assert tape.index.take(get("http://localhost:1/c")) == 3

    def test_a_service_that_could_be_any_of_several_is_asked_for(self) -> None:
        tape = Tape([get("http://localhost:1/c"), get("http://localhost:2/c")])
        with pytest.raises(UsageError, match="origins"):
            tape.index.take(get("http://localhost:51/c"))

    def test_ports_that_have_not_changed_need_no_guess(self) -> None:
        tape = Tape([get("http://localhost:1/c"), get("http://localhost:2/c")])
        assert tape.index.take(get("http://localhost:2/c")) == 1
        assert tape.index.take(get("http://localhost:1/c")) == 0
        assert tape.index.take(get("http://localhost:1/c")) is None

    def test_a_request_that_no_service_knows_is_no_guess_either(self) -> None:
        tape = Tape([get("http://localhost:1/a?x=1"), get("http://localhost:2/b")])
        assert tape.index.take(get("http://localhost:51/a?x=2")) is None
        assert not tape.index.known(get("http://localhost:51/a?x=2"))
        assert told(tape.index.lend(get("http://localhost:51/a?x=2"))) == (0, (("query.x", '"1"', '"2"'),))

    def test_bodies_tell_services_apart_too(self) -> None:
        one, two = (Request("POST", f"http://localhost:{port}/rpc", JSON, b'{"m":%d}' % port) for port in (1, 2))
        tape = Tape([one, two])
        assert tape.index.take(Request("POST", "http://localhost:77/rpc", JSON, b'{"m": 2}')) == 1
        assert tape.index.take(Request("POST", "http://localhost:78/rpc", JSON, b'{"m": 1}')) == 0
