"""One exchange as plain parts (objects, lists, strings, numbers), and back. What is absent or default has no key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from playhead.codecs.body import Body, Shown, body_of
from playhead.codecs.limits import DEFAULT, Limits
from playhead.codecs.malformed import MOST, Malformed, expect_known, flag, latin, mapping, rows, text, whole
from playhead.codecs.timeline import timing_of
from playhead.model.cassette import Exchange, Outline
from playhead.model.http import FAILED_AFTER, BodyFile, Failure, Headers, Request, Response
from playhead.text.urls import has_address

__all__ = [
    "exchange_of",
    "glance_at",
    "message_parts",
    "outcome_parts",
    "parts_of",
    "printable",
    "usual_outline",
]

Show = Callable[[Body], Shown]
Parts = dict[str, object]
_Built = TypeVar("_Built")

_LISTS = {list}
_EXCHANGE_KEYS = frozenset({"id", "origin", "request", "response", "failure", "abandoned"})
_REQUEST_KEYS = frozenset({"method", "url", "headers", "body"})
_RESPONSE_KEYS = frozenset({"status", "reason", "http", "headers", "body", "complete"})
_FAILURE_KEYS = frozenset({"kind", "message", "after"})


def parts_of(exchange: Exchange, show: Show) -> Parts:
    """Return the exchange without its timing. `show` decides how bodies are shown."""
    parts: Parts = {"id": exchange.id}
    if exchange.origin is not None:
        parts["origin"] = exchange.origin
    request = exchange.request
    parts["request"] = {"method": request.method, "url": request.url, **message_parts(request, show)}
    return parts | outcome_parts(exchange, show)


def outcome_parts(exchange: Exchange, show: Show) -> Parts:
    """Return the parts of the response, or of what came instead of it."""
    parts: Parts = {}
    if exchange.response is not None:
        parts["response"] = _response_parts(exchange.response, show)
    if exchange.failure is not None:
        failure = exchange.failure
        parts["failure"] = {"kind": failure.kind, "message": failure.message, "after": failure.after}
    if exchange.abandoned:
        parts["abandoned"] = True
    return parts


def exchange_of(parts: Parts, row: Parts | None, folder: str, limits: Limits = DEFAULT) -> Exchange:
    """Return the exchange of `parts` and of its `row` in the timeline.

    Raises Malformed with the place inside it. Replay builds one exchange for each request that it answers. So what most
    exchanges have is checked at once (all header fields, all instants), and piece by piece only where that fails, to
    tell what is wrong.
    """
    expect_known(parts, _EXCHANGE_KEYS, "")
    request = _part(parts, "request", _request_of, folder, limits)
    if request is None:
        raise Malformed("a request is expected", "request")
    response = _part(parts, "response", _response_of, folder, limits)
    failure = _part(parts, "failure", _failure_of, folder, limits)
    abandoned = flag(parts.get("abandoned", False), "abandoned")
    if abandoned is not (response is None and failure is None):
        raise Malformed("a response, a failure or both are expected, or abandoned")
    return Exchange(
        whole(parts.get("id"), "id", 1),
        request,
        response,
        failure,
        timing_of(row),
        None if parts.get("origin") is None else text(parts["origin"], "origin"),
    )


def glance_at(parts: Parts) -> tuple[Parts, bool]:
    """Return the request in `parts`, and True if the exchange is steady, after a quick check.

    The check finds most typing errors, so that they show when a cassette is opened and not when it is played.
    """
    expect_known(parts, _EXCHANGE_KEYS, "")
    request = mapping(parts.get("request"), "request")
    expect_known(request, _REQUEST_KEYS, "request")
    response = parts.get("response")
    if response is not None:
        outcome = mapping(response, "response")
        expect_known(outcome, _RESPONSE_KEYS, "response")
        whole(outcome.get("status"), "response.status")
        return request, parts.get("failure") is not None or outcome.get("complete") is not False
    if parts.get("failure") is None and parts.get("abandoned") is not True:
        raise Malformed("a response, a failure or both are expected, or abandoned")
    return request, parts.get("failure") is not None


def usual_outline(parts: Parts, timeline: Mapping[object, Parts]) -> Outline | None:
    """Return the outline of an exchange that has a response and an end, None for any other or where a check fails.

    Opening a cassette does this for each exchange, so it is one expression after the other without calls. `glance_at`
    and `glance` handle the rest, and say what is wrong.
    """
    request, response, number = parts.get("request"), parts.get("response"), parts.get("id")
    if type(request) is not dict or type(response) is not dict or type(number) is not int:
        return None
    row = timeline.get(number)
    if row is None:
        return None
    method, url, status, origin = request.get("method"), request.get("url"), response.get("status"), parts.get("origin")
    start, last, session = row.get("start_us", 0), row.get("end_us"), row.get("session", 0)
    if not (type(status) is type(start) is type(last) is type(session) is int and type(method) is type(url) is str):
        return None
    if not (0 < number <= MOST and 0 <= status <= MOST and start >= 0 and last >= 0 and session >= 0):
        return None
    if not (origin is None or type(origin) is str):
        return None
    if not (
        _EXCHANGE_KEYS.issuperset(parts) and _REQUEST_KEYS.issuperset(request) and _RESPONSE_KEYS.issuperset(response)
    ):
        return None
    steady = response.get("complete") is not False or parts.get("failure") is not None
    return tuple.__new__(Outline, (method, url, start, last, session, origin, steady))


def printable(exchange: Exchange) -> Exchange:
    """Return the exchange with a failure's message that can be encoded.

    Messages of the system may hold undecodable bytes.
    """
    failure = exchange.failure
    if failure is None or failure.message.isascii():
        return exchange
    message = failure.message.encode("utf-8", "backslashreplace").decode()
    return exchange if message == failure.message else replace(exchange, failure=replace(failure, message=message))


def _part(
    parts: Parts, key: str, build: Callable[[Parts, str, Limits], _Built], folder: str, limits: Limits
) -> _Built | None:
    part = parts.get(key)
    if part is None:
        return None
    try:
        return build(mapping(part, ""), folder, limits)
    except Malformed as malformed:
        raise malformed.under(key) from None


def _response_parts(response: Response, show: Show) -> Parts:
    parts: Parts = {"status": response.status, "reason": response.reason, "http": response.http}
    parts |= message_parts(response, show)
    if not response.complete:
        parts["complete"] = False
    return parts


def message_parts(message: Request | Response, show: Show) -> Parts:
    """Return the parts that requests and responses share."""
    parts: Parts = {}
    if message.headers:
        parts["headers"] = [list(pair) for pair in message.headers]
    if message.body or isinstance(message.body, BodyFile) or message.coding is not None:
        coding = {} if message.coding is None else {"coding": message.coding}
        parts["body"] = {**show(message.body), **coding}
    return parts


def _request_of(parts: Parts, folder: str, limits: Limits) -> Request:
    expect_known(parts, _REQUEST_KEYS, "")
    body, coding = _body_of(parts, folder, limits)
    method, url = text(parts.get("method"), "method"), text(parts.get("url"), "url")
    if not has_address(url):
        raise Malformed("not a URL: its brackets do not hold an IPv6 address", "url")
    return Request(method, url, _headers_of(parts.get("headers")), body, coding)


def _response_of(parts: Parts, folder: str, limits: Limits) -> Response:
    expect_known(parts, _RESPONSE_KEYS, "")
    body, coding = _body_of(parts, folder, limits)
    return Response(
        whole(parts.get("status"), "status"),
        text(parts.get("reason", ""), "reason"),
        text(parts.get("http", "HTTP/1.1"), "http"),
        _headers_of(parts.get("headers")),
        body,
        coding,
        flag(parts.get("complete", True), "complete"),
    )


def _failure_of(parts: Parts, _folder: str, _limits: Limits) -> Failure:
    expect_known(parts, _FAILURE_KEYS, "")
    after = text(parts.get("after", "start"), "after")
    if after not in FAILED_AFTER:
        raise Malformed(f"one of {', '.join(FAILED_AFTER)} is expected", "after")
    return Failure(text(parts.get("kind"), "kind"), text(parts.get("message", ""), "message"), after)


def _body_of(parts: Parts, folder: str, limits: Limits) -> tuple[Body, str | None]:
    shown = parts.get("body")
    if shown is None:
        return b"", None
    try:
        return body_of(shown, folder, limits)
    except Malformed as malformed:
        raise malformed.under("body") from None


def _headers_of(value: object) -> Headers:
    if value is None:
        return ()
    if type(value) is list and set(map(type, value)) <= _LISTS:
        try:
            usual = _ascii_pairs(tuple(map(tuple, value)))
        except (TypeError, ValueError):  # not two strings each
            usual = None
        if usual is not None:
            return usual
    return tuple(_pair(row, number) for number, row in enumerate(rows(value, "headers")))


@lru_cache(maxsize=256)
def _ascii_pairs(rows: tuple[tuple[str, str], ...]) -> Headers | None:
    """Return the rows if they are header fields of ASCII; equal ones are one object, since servers repeat theirs."""
    return rows if "".join([name + value for name, value in rows]).isascii() else None


def _pair(row: object, number: int) -> tuple[str, str]:
    place = f"headers[{number}]"
    pair = rows(row, place)
    if len(pair) != 2:
        raise Malformed("a name and a value are expected", place)
    return latin(pair[0], place), latin(pair[1], place)
