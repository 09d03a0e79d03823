"""Interactions of vcrpy as ours and back: a request object and a response mapping, an exchange of the model.

vcrpy's filters, matchers and hooks see its own objects. What the model says of them is what gets redacted, journalled,
compared and replayed.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from vcr.request import Request as VcrRequest

from playhead.codecs.coding import redo
from playhead.formats import vcrpy
from playhead.formats.parts import Unreadable
from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Headers, Request, Response
from playhead.store.bodies import iter_body
from playhead.store.foreign import as_stored

__all__ = ["changed", "exchange_of", "request_of", "sent_request", "vcr_response"]

Pair = tuple[Any, Any]
"""A request and a response of vcrpy. Its hooks may put anything in their place."""

_ANSWERED = {"status": {"code": 200, "message": None}}
_NOT_OURS = (AttributeError, KeyError, TypeError, ValueError, Unreadable)
"""Raised by reading an object that a hook has put in the place of a request or a response."""


def sent_request(request: Request) -> Any:
    """Return a request of a client as vcrpy would have seen it: header names in lower case, equal ones joined."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    return VcrRequest(request.method, request.url, _bytes_of(request.body), headers)


def vcr_response(response: Response) -> dict[str, Any]:
    """Return a response as vcrpy keeps it, with its body as it was on the wire."""
    headers: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in response.headers:
        headers[name.lower()].append(value)
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": dict(headers),
        "body": {"string": _bytes_of(response.body)},
    }


def request_of(request: Any) -> Request | None:
    """Return a request of vcrpy as the model has it; `None` for what only a hook knows how to read."""
    exchange = exchange_of(0, request, _ANSWERED)
    return None if exchange is None else exchange.request


def exchange_of(number: int, request: Any, response: Any) -> Exchange | None:
    """Return an interaction of vcrpy as the model has it, its bodies decoded; `None` if it is none."""
    try:
        fields = {
            "method": request.method,
            "uri": request.uri,
            "headers": dict(request.headers.items()),
            "body": _whole(request.body_bytes),
        }
        document = {"version": 1, "interactions": [{"request": fields, "response": response}]}
        (exchange,) = vcrpy.read(document).exchanges
        return as_stored(Exchange(number, exchange.request, exchange.response))
    except _NOT_OURS:
        return None


def changed(request: Any, response: Any, before: Exchange, after: Exchange) -> Pair:
    """Return the pair with what differs between two exchanges, of which the first was made from it."""
    if after.request != before.request:
        request = _changed_request(request, before.request, after.request)
    if after.response is not None and before.response is not None and after.response != before.response:
        response = _changed_response(response, before.response, after.response)
    return request, response


def _changed_request(request: Any, before: Request, after: Request) -> Any:
    made = copy.copy(request)
    made.uri = after.url
    if after.headers != before.headers:
        made.headers = _with_names_of(request.headers, after.headers)
    if after.body != before.body:
        made.body = _like(request.body, _encoded(after.coding, _bytes_of(after.body)))
    return made


def _with_names_of(given: Mapping[Any, Any], headers: Headers) -> dict[Any, str]:
    """Return header fields under the names that they were given: `urllib` takes bytes too, which filters tell apart."""
    names = {name.decode("latin-1"): name for name in given if isinstance(name, bytes)}
    return {names.get(name, name): value for name, value in headers}


def _like(given: Any, body: bytes) -> Any:
    """Return new bytes in the form in which a body was given: an iterator of pieces, values of JSON, or as they are."""
    if isinstance(given, Iterator):
        return [body]
    if isinstance(given, dict | list):
        with suppress(ValueError):
            return json.loads(body)
    return body


def _changed_response(response: Mapping[str, Any], before: Response, after: Response) -> dict[str, Any]:
    made = dict(response)
    headers = after.headers
    if after.body != before.body:
        body = _encoded(after.coding, _bytes_of(after.body))
        headers = _with_length(headers, len(body))
        _put_body(made, body)
    if headers != before.headers:
        made["headers"] = _regrouped(response.get("headers"), headers)
    if after.reason != before.reason and isinstance(made.get("status"), dict):
        made["status"] = {**made["status"], "message": after.reason}
    return made


def _put_body(made: dict[str, Any], body: bytes) -> None:
    if isinstance(made.get("body"), dict):
        old = made["body"].get("string")
        made["body"] = {**made["body"], "string": _as_text(body) if isinstance(old, str) else body}
    elif "content" in made and "body" not in made:
        made["content"] = _as_text(body) if isinstance(made["content"], str) else body
    else:
        made["body"] = {"string": body}


def _regrouped(given: Any, headers: Headers) -> Any:
    """Return header fields in the form that they were given in: pairs, or a mapping to lists or single values."""
    if isinstance(given, list | tuple):
        return [list(pair) for pair in headers]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in headers:
        found[name].append(value)
    single = {name for name, value in (given or {}).items() if not isinstance(value, list | tuple)}
    return {name: values[0] if name in single and len(values) == 1 else values for name, values in found.items()}


def _with_length(headers: Headers, size_bytes: int) -> Headers:
    return tuple((name, str(size_bytes) if name.lower() == "content-length" else value) for name, value in headers)


def _encoded(coding: str | None, body: bytes) -> bytes:
    return body if coding is None or not body else b"".join(redo(coding, [body]))


def _whole(body: Any) -> Any:
    """Return the pieces of a body as one; other bodies as they are."""
    if isinstance(body, Iterable) and not isinstance(body, bytes | bytearray | str | dict | list):
        body = list(body)
    if isinstance(body, list) and body and all(isinstance(each, bytes | str) for each in body):
        return b"".join(each.encode() if isinstance(each, str) else each for each in body)
    return bytes(body) if isinstance(body, bytearray) else body


def _bytes_of(body: bytes | BodyFile) -> bytes:
    return body if isinstance(body, bytes) else b"".join(iter_body(body, ()))


def _as_text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")
