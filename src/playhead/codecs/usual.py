"""Exchanges as they usually are, built in a tenth of the time: replay builds one for each request that it answers.

What is out of the ordinary in any way (a failure, a member of the wrong type, an unknown one) is left to `exchanges`,
which finds out what it is, and words the error.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from playhead.codecs.body import Body, body_of
from playhead.codecs.limits import Limits
from playhead.codecs.malformed import MOST
from playhead.codecs.styles import render
from playhead.codecs.timeline import ROW_KEYS
from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["usual_exchange"]

Parts = dict[str, Any]

_NO_TIMING = Timing()
_LISTS = {list}
_INTS = {int}
_NO_CHUNKS: list[Any] = []
_EXCHANGE_KEYS = frozenset({"id", "origin", "request", "response"})
_REQUEST_KEYS = frozenset({"method", "url", "headers", "body"})
_RESPONSE_KEYS = frozenset({"status", "reason", "http", "headers", "body"})


class _Unusual(Exception):
    """Something is left to `exchanges`."""


def usual_exchange(
    parts: dict[str, object], row: dict[str, object] | None, folder: str, limits: Limits
) -> Exchange | None:
    """The exchange of `parts`, a request and its whole response, and of its row in the timeline; `None` if unusual."""
    try:
        request, response, number, origin = parts["request"], parts["response"], parts["id"], parts.get("origin")
        if type(request) is not dict or type(response) is not dict:
            return None
        if type(number) is not int or not 1 <= number <= MOST:
            return None
        if not parts.keys() <= _EXCHANGE_KEYS or (origin is not None and type(origin) is not str):
            return None
        return Exchange(
            number,
            _request(request, folder, limits),
            _response(response, folder, limits),
            None,
            _NO_TIMING if row is None else _timing(row),
            origin,
        )
    except (_Unusual, KeyError, TypeError, ValueError):
        return None


def _request(parts: Parts, folder: str, limits: Limits) -> Request:
    method, url = parts["method"], parts["url"]
    if type(method) is not str or type(url) is not str or not parts.keys() <= _REQUEST_KEYS:
        raise _Unusual
    if "[" in url or "]" in url:
        raise _Unusual
    if len(parts) == 2:
        return Request(method, url)
    body, coding = _body(parts["body"], folder, limits) if "body" in parts else (b"", None)
    return Request(method, url, _headers(parts["headers"]) if "headers" in parts else (), body, coding)


def _response(parts: Parts, folder: str, limits: Limits) -> Response:
    status, reason, http = parts["status"], parts["reason"], parts["http"]
    if type(status) is not int or not 0 <= status <= MOST or type(reason) is not str or type(http) is not str:
        raise _Unusual
    if not parts.keys() <= _RESPONSE_KEYS:
        raise _Unusual
    body, coding = _body(parts["body"], folder, limits) if "body" in parts else (b"", None)
    return Response(status, reason, http, _headers(parts["headers"]) if "headers" in parts else (), body, coding)


def _headers(rows: object) -> Headers:
    if type(rows) is not list or not set(map(type, rows)) <= _LISTS:
        raise _Unusual
    return _pairs(tuple(map(tuple, rows)))


@lru_cache(maxsize=256)
def _pairs(rows: tuple[tuple[Any, ...], ...]) -> Headers:
    """The rows themselves, if they are header fields; equal ones are one object, since servers repeat theirs."""
    if "".join([name + value for name, value in rows]).isascii():
        return rows
    raise _Unusual


def _body(shown: object, folder: str, limits: Limits) -> tuple[Body, str | None]:
    if type(shown) is dict:
        if len(shown) == 1 and type(data := shown.get("bytes")) is bytes:
            return data, None
        if len(shown) == 2 and "json" in shown and type(style := shown.get("style")) is str:
            return render(shown["json"], style, limits), None
    return body_of(shown, folder, limits)


def _timing(row: Parts) -> Timing:
    chunks, numbers = row.get("chunks", _NO_CHUNKS), [0, *row.values()]
    if type(chunks) is not list:
        raise _Unusual
    if chunks is not _NO_CHUNKS:
        numbers.remove(chunks)
    for chunk in chunks:
        if type(chunk) is not list or len(chunk) != 3:
            raise _Unusual
        numbers += chunk
    numbers.sort()  # or a TypeError
    if not (ROW_KEYS.issuperset(row) and set(map(type, numbers)) <= _INTS and numbers[0] == 0 and numbers[-1] <= MOST):
        raise _Unusual
    return Timing(
        row.get("start_us", 0),
        row.get("connected_us"),
        row.get("sent_us"),
        row.get("head_us"),
        tuple([tuple.__new__(Chunk, chunk) for chunk in chunks]),
        row.get("end_us"),
        row.get("session", 0),
        row.get("pooled_us"),
        row.get("end_waited_us"),
    )
