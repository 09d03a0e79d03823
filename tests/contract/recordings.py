"""Recordings written by hand: an interaction in a line, a suite in a list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from playhead.contract.comparison import Comparison, compare
from playhead.contract.contract import fold_all
from playhead.contract.fold import fold
from playhead.contract.identity import hash_of
from playhead.contract.shape import Shape
from playhead.contract.tally import Mark
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Failure, Request, Response

JSON = "application/json"


def answer(
    url="/users/1", body=None, *, status=200, method="GET", sent=None, media=JSON, headers=(), complete=True, raw=None
) -> Exchange:
    """Return an exchange with the service api.test; bodies are JSON values."""
    payload = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    request_body = b"" if sent is None else json.dumps(sent).encode()
    target = url if "://" in url else f"http://api.test{url}"
    typed = (("content-type", media), *headers) if media else tuple(headers)
    return Exchange(
        1,
        Request(method, target, headers=(("content-type", JSON),) if request_body else (), body=request_body),
        Response(status, headers=typed, body=payload, complete=complete),
    )


def failure(url="/users/1", kind="ReadTimeout", method="GET") -> Exchange:
    return Exchange(1, Request(method, f"http://api.test{url}"), None, Failure(kind))


def times(count: int, body, *, first=1, **options) -> list[Exchange]:
    """Return answers about `count` users, from number `first` on: the same body for each, with an `id` of its own."""
    return [answer(f"/users/{n}", named(body, n), **options) for n in range(first, first + count)]


def named(body, number: int):
    """Return the body with another id, if it has one: two answers with one id are about one entity."""
    return {**body, "id": number} if isinstance(body, dict) and "id" in body else body


def compared(old: Iterable[Exchange], new: Iterable[Exchange]) -> Comparison:
    return compare(fold_all(old), fold_all(new))


def told(old: Iterable[Exchange], new: Iterable[Exchange]) -> list[tuple[str, str, str]]:
    """Return the findings as (severity, rule, place)."""
    return [(each.severity.value, each.rule, each.place) for each in compared(old, new).findings]


def shape_of(values: Iterable[object]) -> Shape:
    """Return the shape of answers to so many requests, each told apart by its value alone, so that order is none."""
    shape = Shape()
    for value in values:
        fold(shape, value, Mark(hash_of(repr(value))))
    return shape


KEYS = st.sampled_from(["id", "name", "email", "type", "role", "2024-01-01", "cus_9s6XKzkNRiz8i3", "notes.md"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.just(2**60)
    | st.sampled_from([0.0, 90.0, 1.5])
    | st.sampled_from(["", "a", "b", "user", "order", "2024-01-01", "ada@example.org"])
    | st.text(max_size=60)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
URLS = st.sampled_from(["/users", "/users/1", "/users/2?page=1", "/users/me", "/orders/ada", "/orders/bob", "/health"])
EXCHANGES = st.builds(
    answer,
    URLS,
    VALUES,
    status=st.sampled_from([200, 200, 201, 204, 302, 304, 404, 422, 429, 500]),
    method=st.sampled_from(["GET", "POST"]),
    sent=st.none() | VALUES,
    media=st.sampled_from([JSON, JSON, "text/html", "application/json; charset=utf-8", ""]),
    complete=st.booleans(),
) | st.builds(failure, URLS)
SUITES = st.lists(EXCHANGES, max_size=10)


def cassette_of(*exchanges: Exchange) -> Cassette:
    return Cassette(tuple(replace(exchange, id=number) for number, exchange in enumerate(exchanges, 1)))
