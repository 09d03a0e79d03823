"""Every place that differs is named, with both values, in words that fit a note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.hints import difference_rows
from playhead.errors import NOTE_COLUMNS, NoMatch, UsageError
from playhead.matching.differences import one_line, shorten
from playhead.matching.key import compile_rules, key_of
from playhead.matching.near_miss import differences, distance
from playhead.matching.places import parse_place
from playhead.model.http import BodyFile, Request
from tests.matching.strategies import Meant, meant_requests, seeds

PLAIN = compile_rules()
JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)


def get(url: str) -> Request:
    return Request("GET", "https://api.test" + url)


def post(body: bytes | BodyFile, headers: tuple[tuple[str, str], ...] = JSON) -> Request:
    return Request("POST", "https://api.test/things", headers, body)


def multipart(*parts: str) -> Request:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return post(body.encode(), (("Content-Type", "multipart/form-data; boundary=b"),))


@given(one=meant_requests(), other=meant_requests(), seed=seeds)
def test_there_are_differences_exactly_if_the_keys_differ(one: Meant, other: Meant, seed: int) -> None:
    recorded, sent = one.spelled(seed), other.spelled(seed + 1)
    found = differences(recorded, sent, PLAIN)
    assert (found == ()) == (key_of(recorded, PLAIN) == key_of(sent, PLAIN))
    assert (distance(recorded, sent, PLAIN) == 0) == (found == ())
    assert len({place for place, _, _ in found}) == len(found)


@given(one=meant_requests(), other=meant_requests(), seed=seeds)
def test_the_two_values_of_a_place_look_different_and_fit_a_note(one: Meant, other: Meant, seed: int) -> None:
    for place, was, now in differences(one.spelled(seed), other.spelled(seed), PLAIN):
        assert was != now
        error = NoMatch("").with_notes(difference_rows([(place, was, now)]))
        assert all(len(note) <= NOTE_COLUMNS for note in error.__notes__)
        assert all(any(value in note for note in error.__notes__) for value in (was, now))


@given(before=st.text(max_size=90), old=st.text(max_size=90), new=st.text(max_size=90), after=st.text(max_size=90))
def test_two_long_values_look_different_wherever_they_differ(before: str, old: str, new: str, after: str) -> None:
    was, now = shorten("body.$.a", one_line(before + old + after), one_line(before + new + after))
    assert (was != now) == (old != new)


@given(one=meant_requests(), other=meant_requests(), seed=seeds)
def test_ignoring_every_named_place_leaves_nothing(one: Meant, other: Meant, seed: int) -> None:
    recorded, sent = one.spelled(seed), other.spelled(seed)
    places = [place for place, _, _ in differences(recorded, sent, PLAIN)]
    beyond = {"method", "path"} & set(places) or any(_is_no_place(place) for place in places)
    if not beyond:
        assert differences(recorded, sent, compile_rules(places)) == ()


def _is_no_place(place: str) -> bool:
    try:
        parse_place(place)
    except UsageError:
        return True
    return place.startswith("body.") or place == "header.content-type" or place != place.strip()


@pytest.mark.parametrize(
    ("recorded", "sent", "expected"),
    [
        (get("/users/42"), get("/users/7"), [("path", '"/users/42"', '"/users/7"')]),
        (get("/a?p=1&q=1"), get("/a?p=2"), [("query.p", '"1"', '"2"'), ("query.q", '"1"', "nothing")]),
        (get("/a?p=1&p=2"), get("/a?p=1"), [("query.p", '["1", "2"]', '"1"')]),
        (get("/a?p"), get("/a?p="), [("query.p", "nothing", '""')]),
        (get("/a"), Request("PUT", "https://api.test/a"), [("method", '"GET"', '"PUT"')]),
        (get("/a"), Request("GET", "http://api.test:81/a"), [("host", '"https://api.test"', '"http://api.test:81"')]),
        (
            post(b'{"a":[{"b":1}],"c":null,"gone":{"x":1}}'),
            post(b'{"a":[{"b":2},3],"c":0,"odd name":true}'),
            [
                ("body.$.a[0].b", "1", "2"),
                ("body.$.a[1]", "nothing", "3"),
                ("body.$.c", "null", "0"),
                ("body.$.gone", '{"x": 1}', "nothing"),
                ('body.$["odd name"]', "nothing", "true"),
            ],
        ),
        (post(b"1"), post(b"true"), [("body.$", "1", "true")]),
        (post(b'{"a":1}'), post(b""), [("body", '{"a": 1}', "nothing")]),
        (post(b"a=1&b=2", FORM), post(b"a=1&b=3", FORM), [("form.b", '"2"', '"3"')]),
        (post(b"one", ()), post(b"two", ()), [("body", '"one"', '"two"')]),
        (post(b"\xff\x00", ()), post(b"\xff\x01", ()), [("body", "2 bytes ff00", "2 bytes ff01")]),
        (
            post(b'"a"'),
            post(b'"a"', (("content-type", "text/plain"),)),
            [("body", '"a"', r'"\"a\""')],
        ),
        (
            multipart('content-disposition: form-data; name="a"\r\n\r\n1'),
            multipart('content-disposition: form-data; name="a"\r\n\r\n2', "x: y\r\n\r\n3"),
            [("part.a", '"1"', '"2"'), ("part[1]", "nothing", '"3"')],
        ),
    ],
)
def test_places_are_named_as_they_are_ignored(
    recorded: Request, sent: Request, expected: list[tuple[str, str, str]]
) -> None:
    assert list(differences(recorded, sent, PLAIN)) == expected


def test_a_number_that_is_read_as_text_is_told_by_the_content_type() -> None:
    found = differences(post(b"1"), post(b"1", (("content-type", "text/plain; charset=utf-8"),)), PLAIN)
    assert [place for place, _, _ in found] in (["header.content-type"], ["body"])


def test_parts_in_another_order_are_told() -> None:
    one, two = (f'content-disposition: form-data; name="{name}"\r\n\r\n1' for name in "ab")
    assert differences(multipart(one, two), multipart(two, one), PLAIN) == (("body", '["a", "b"]', '["b", "a"]'),)


def test_a_part_that_has_another_head_is_told() -> None:
    head = 'content-disposition: form-data; name="a"; filename="%s"\r\n\r\n1'
    assert [place for place, _, _ in differences(multipart(head % "x"), multipart(head % "y"), PLAIN)] == ["part.a"]


def test_checked_headers_are_told() -> None:
    rules = compile_rules(check=["header.x-version"])
    one, two = (Request("GET", "https://api.test/", (("X-Version", value),)) for value in "12")
    assert differences(one, two, rules) == (("header.x-version", '"1"', '"2"'),)
    assert differences(one, get("/"), rules) == (("header.x-version", '"1"', "nothing"),)


def test_a_large_body_is_told_by_its_digest() -> None:
    one, two = (BodyFile("x", digest * 64, 9_000_000) for digest in "ab")
    assert [place for place, _, _ in differences(post(one), post(two), PLAIN)] == ["body"]


def test_a_long_value_is_cut_around_what_differs() -> None:
    long = "x" * 200
    ((_, was, now),) = differences(post(f'"{long}1{long}"'.encode()), post(f'"{long}2{long}"'.encode()), PLAIN)
    assert "x1x" in was
    assert "x2x" in now


def test_values_of_a_deep_body_are_told_as_one_place_below_a_hundred_levels() -> None:
    one, two = (b"[" * 300 + digit + b"]" * 300 for digit in (b"1", b"2"))
    assert len(differences(post(one), post(two), PLAIN)) == 1
