"""A hint is there to be copied: what the error says after `or` is read as Python, given to the deck, and it plays."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

import playhead
from playhead.errors import PlayheadError, RequestDrift
from tests.support.wire import Wire

Ask = Callable[[str], Any]
NAMES = [
    "a b", "a.b", "a-b", "1", "", 'a"b', "a'b", "a'\"b", "a[0]", "ü", "a\nb", "$", "*", "@uuid", "a\\b", "a:b", "{id}",
    "a]b", "host", "x" * 90, "a " * 45 + "b", "7c3e9b2d-813e-4145-be6d-10d9f5ebfb37", "a\u200bb",
]  # fmt: skip


def copied(error: PlayheadError) -> list[str] | None:
    """The list that stands in the notes, as a person takes it over."""
    notes = [note for note in error.__notes__ if "\n" not in note]
    assert notes == error.__notes__
    text = "\n".join(notes)
    _, found, rest = text.partition("or        ignore=")
    if not found:
        return None
    value = ast.literal_eval(rest[: rest.rindex("]") + 1])
    assert isinstance(value, list)
    return value


def hinted(path: Path, server: Wire, recorded: Ask, sent: Ask) -> list[str] | None:
    """Record, stop the service, ask for something else; the hint of the error, with which it has to play."""
    with playhead.use_cassette(path, record="all"):
        recorded(server.url)
    server.close()
    with pytest.raises(RequestDrift) as caught, playhead.use_cassette(path):
        sent(server.url)
    hint = copied(caught.value)
    if hint is not None:
        with playhead.use_cassette(path, ignore=hint):
            sent(server.url)
    return hint


def posting(body: object) -> Ask:
    return lambda url: httpx.post(f"{url}/json", json=body)


def calling(*args: object, **kwargs: object) -> Ask:
    class Real:
        def save(self, *args: object, **kwargs: object) -> None: ...

    return lambda _: playhead.current_deck().double("db", spec=Real, real=Real).save(*args, **kwargs)


WAYS: dict[str, Callable[[str, str], Ask]] = {
    "query": lambda name, value: lambda url: httpx.get(f"{url}/json", params={name: value}),
    "form": lambda name, value: lambda url: httpx.post(f"{url}/json", data={name: value}),
    "part": lambda name, value: lambda url: httpx.post(f"{url}/json", data={name: value}, files={"f": b"x"}),
    "member": lambda name, value: posting({name: value}),
    "inner member": lambda name, value: posting({"l": [{name: {"z": value}}]}),
    "argument": lambda name, value: calling({name: value}, when={name: value}),
}


@pytest.mark.parametrize(
    ("way", "name"),
    [(way, name) for way in WAYS for name in NAMES if way != "part" or "\n" not in name],  # httpx escapes that
)
def test_whatever_a_name_is_the_hint_can_be_copied(tmp_path: Path, server: Wire, way: str, name: str) -> None:
    hint = hinted(tmp_path / "a.json", server, WAYS[way](name, "1"), WAYS[way](name, "2"))
    if way == "query" and not name:
        assert hint is None
    else:
        assert hint


FRESH = count()


def day() -> str:
    return str(date(2026, 1, 1) + timedelta(next(FRESH)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda: {str(uuid4()): 1}, ["@uuid"]),
        (lambda: {"l": [{str(uuid4()): {"n": 1}}], "id": str(uuid4())}, ["@uuid"]),
        (lambda: {"days": {day(): {"id": str(uuid4())}}}, ["@uuid", "@datetime"]),
        (lambda: {"l": {str(uuid4()): next(FRESH)}}, ["body.$.l"]),
        (lambda: {"t": day()}, ["@datetime"]),
        (lambda: {"t": day().replace("-", "") + "T000000Z"}, ["@datetime"]),
        (lambda: {"t": day().replace("-", "") + "T235959.123+0100"}, ["@datetime"]),
        (lambda: {"t": f"from {day()} to {day()}/{day()}"}, ["@datetime"]),
        (lambda: {"model": f"gpt-4o-{day()}"}, ["body.$.model"]),
        (lambda: [1] * next(FRESH), ["body.$"]),
        (lambda: {"a": {"l": [next(FRESH)] * (next(FRESH) % 40)}}, ["body.$.a.l"]),
    ],
)
def test_the_hint_is_good_for_the_next_run_too(
    tmp_path: Path, server: Wire, value: Callable[[], object], expected: list[str]
) -> None:
    assert hinted(tmp_path / "a.json", server, posting(value()), posting(value())) == expected
    with playhead.use_cassette(tmp_path / "a.json", ignore=expected):
        assert httpx.post(f"{server.url}/json", json=value()).status_code == 200


def test_uuids_are_told_as_names_of_parameters_and_of_files(tmp_path: Path, server: Wire) -> None:
    def ask(url: str) -> None:
        httpx.post(f"{url}/json", params={str(uuid4()): "1"}, data={str(uuid4()): "1"})
        httpx.post(f"{url}/json", files={"f": (f"{uuid4()}.txt", b"1")})

    assert hinted(tmp_path / "a.json", server, ask, ask) == ["@uuid"]


def test_a_list_of_arguments_that_grew_is_left_out_as_a_list(tmp_path: Path, server: Wire) -> None:
    assert hinted(tmp_path / "a.json", server, calling(1, 2), calling(1, 2, 3)) == ["call.db.save.args"]
    server = Wire()
    assert hinted(tmp_path / "b.json", server, calling([1]), calling([1, 2], a=1)) == [
        "call.db.save.args[0]",
        "call.db.save.kwargs.a",
    ]


def test_the_second_part_of_a_name_is_left_out_with_the_first(tmp_path: Path, server: Wire) -> None:
    def ask(value: bytes) -> Ask:
        return lambda url: httpx.post(f"{url}/json", files=[("f", b"1"), ("f", value)])

    assert hinted(tmp_path / "a.json", server, ask(b"1"), ask(b"2")) == ["part.f"]


def test_bytes_that_are_read_as_something_else_are_left_out_as_the_body(tmp_path: Path, server: Wire) -> None:
    def ask(media: str) -> Ask:
        return lambda url: httpx.post(f"{url}/json", content=b"1", headers={"content-type": media})

    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        httpx.post(f"{server.url}/json", content=b'"a"', headers={"content-type": "application/json"})
    server.close()
    with pytest.raises(RequestDrift) as caught, playhead.use_cassette(tmp_path / "a.json"):
        httpx.post(f"{server.url}/json", content=b"a", headers={"content-type": "text/plain"})
    assert caught.value.differences == (("body", '"a" as application/json', '"a" as text/plain'),)
    assert copied(caught.value) == ["body"]


@pytest.mark.parametrize(
    ("recorded", "sent", "shown"),
    [
        ("caf\u00e9", "cafe\u0301", (r'"caf\u00e9"', r'"cafe\u0301"')),
        ("abc", "ab\u200bc", ('"abc"', r'"ab\u200bc"')),
        ("a b", "a\u00a0b", ('"a b"', r'"a\u00a0b"')),
        ("a", "\u0430", ('"a"', r'"\u0430"')),
        ("a-b", "a\u2011b", ('"a-b"', r'"a\u2011b"')),
        ("a", "a\x7f", ('"a"', r'"a\u007f"')),
        ("caf\u00e9 ab", "caf\u00e9 a\u200bb", ('"caf\u00e9 ab"', '"caf\u00e9 a\\u200bb"')),
        ("caf\u00e9", "cafe", ('"caf\u00e9"', '"cafe"')),
        ("\u4f60\u597d", "\u4f60\u4eec", ('"\u4f60\u597d"', '"\u4f60\u4eec"')),
    ],
)
def test_values_that_would_look_alike_are_escaped_where_they_differ(
    tmp_path: Path, server: Wire, recorded: str, sent: str, shown: tuple[str, str]
) -> None:
    with playhead.use_cassette(tmp_path / "a.json", record="all"):
        posting({"a": recorded})(server.url)
    server.close()
    with pytest.raises(RequestDrift) as caught, playhead.use_cassette(tmp_path / "a.json"):
        posting({"a": sent})(server.url)
    assert caught.value.differences[0][1:] == shown
    assert f"  body.$.a  recorded {shown[0]}   sent {shown[1]}" in caught.value.__notes__
