"""Exchanges as they usually are, built in a tenth of the time: replay builds one for each request that it answers.

What is out of the ordinary in any way (a failure, a member of the wrong type, an unknown one) is left to `exchanges`,
which finds out what it is, and words the error.
"""

from __future__ import annotations

from typing import Any

from playhead.codecs.body import Body, body_of
from playhead.codecs.limits import Limits
from playhead.codecs.malformed import MOST
from playhead.codecs.styles import render
from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["usual_exchange"]

Parts = dict[str, Any]

_NO_TIMING = Timing()
_LISTS = {list}
_INTEGERS = {int}
_REQUEST_KEYS = frozenset({"method", "url", "headers", "body"})
_RESPONSE_KEYS = frozenset({"status", "reason", "http", "headers", "body"})
_ROW_KEYS = frozenset({"id", "start_us", "connected_us", "sent_us", "head_us", "chunks", "end_us", "session"})


class _Unusual(Exception):
    """Something is left to `exchanges`."""


def usual_exchange(
    parts: dict[str, object], row: dict[str, object] | None, folder: str, limits: Limits
) -> Exchange | None:
    """The exchange of `parts`, a request and its whole response, and of its row in the timeline; `None` if unusual."""
    try:
        request, response, number, origin = parts["request"], parts["response"], parts["id"], parts.get("origin")
        if type(request) is not dict or type(response) is not dict or type(number) is not int or number < 1:
            return None
        if len(parts) > 3 and (len(parts) > 4 or type(origin) is not str):
            return None
        return Exchange(
            number,
            _request(request, folder, limits),
            _response(response, folder, limits),
            None,
            _NO_TIMING if row is None else _timing(row),
            origin if type(origin) is str else None,
        )
    except (_Unusual, KeyError, TypeError, ValueError):
        return None


def _request(parts: Parts, folder: str, limits: Limits) -> Request:
    method, url = parts["method"], parts["url"]
    if type(method) is not str or type(url) is not str or not parts.keys() <= _REQUEST_KEYS:
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
    headers: Headers = tuple([(name, value) for name, value in rows])
    if not "".join([name + value for name, value in headers]).isascii():
        raise _Unusual
    return headers


def _body(shown: object, folder: str, limits: Limits) -> tuple[Body, str | None]:
    if type(shown) is dict:
        if len(shown) == 1 and type(data := shown.get("bytes")) is bytes:
            return data, None
        if len(shown) == 2 and "json" in shown and type(style := shown.get("style")) is str:
            return render(shown["json"], style, limits), None
    return body_of(shown, folder, limits)


def _timing(row: Parts) -> Timing:
    chunks = row.get("chunks", [])
    if type(chunks) is not list or not row.keys() <= _ROW_KEYS or not set(map(type, chunks)) <= _LISTS:
        raise _Unusual
    instants = [value for value in row.values() if value is not chunks]
    for chunk in chunks:
        instants += chunk
    if set(map(type, instants)) != _INTEGERS or min(instants) < 0 or max(instants) > MOST:
        raise _Unusual
    return Timing(
        row.get("start_us", 0),
        row.get("connected_us"),
        row.get("sent_us"),
        row.get("head_us"),
        tuple(map(Chunk._make, chunks)),
        row.get("end_us"),
        row.get("session", 0),
    )
