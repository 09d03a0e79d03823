"""Texts that must not be taken for secrets, and those that must not be shown.

Filters of other tools leave `REDACTED`, `**FILTERED**` or `DUMMY` in place of secrets. URLs are shown without theirs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from playhead.model.cassette import Exchange
from playhead.model.http import Headers, Request, Response
from playhead.redaction.inside import redact_url
from playhead.redaction.ledger import Ledger
from playhead.redaction.loose import find_loose
from playhead.redaction.rules import RedactionRules

__all__ = ["shown_request", "without_placeholders"]

_SIGNS = (
    "redacted", "filtered", "scrubbed", "removed", "sanitized", "censored", "dummy", "fake", "masked", "placeholder",
    "mock", "test", "example", "your", "xxx", "***", "...",
)  # fmt: skip
_SIGNS_BYTES = tuple(sign.encode() for sign in _SIGNS)
_WORDS = rf"(?:{'|'.join(_SIGNS[:-3])}|x{{3,}}|\*{{3,}}|\.{{3}})"
_FILLED = rf"[<\[({{*_%-]*(?:[a-z]{{1,12}}[_ -]){{0,3}}{_WORDS}(?:[_ -](?:[a-z]{{1,12}}|\d{{1,3}})){{0,3}}[>\])}}*_%-]*"
_VALUE = re.compile(rf"(?:(?:bearer|basic|token|bot)\s+)?{_FILLED}", re.IGNORECASE)
_IN_JSON = re.compile(rb'(:\s*)"(?:(?:bearer|basic) )?' + _FILLED.encode() + rb'"', re.IGNORECASE)

_RULES = RedactionRules()

Message = TypeVar("Message", Request, Response)


def shown_request(method: str, url: str) -> str:
    """Return a request as reports show it: without its query, and without a path that holds a secret."""
    bare = redact_url(url.partition("?")[0], _RULES, Ledger())
    if find_loose(bare.encode("utf-8", "surrogateescape"), _RULES, Ledger()):
        parts = urlsplit(bare)
        bare = f"{parts.scheme}://{parts.netloc}/..."
    return f"{method} {bare}"


def without_placeholders(exchange: Exchange) -> Exchange:
    """Return the exchange with such values emptied, to be looked through for secrets."""
    request, response = _message(exchange.request), exchange.response
    if any(sign in request.url.lower() for sign in _SIGNS):
        request = replace(request, url=_url(request.url))
    if request is exchange.request and (response is None or _message(response) is response):
        return exchange
    return replace(exchange, request=request, response=None if response is None else _message(response))


def _message(message: Message) -> Message:
    headers = _headers(message.headers)
    body = message.body
    if isinstance(body, bytes) and body and _has_sign(body):
        body = _IN_JSON.sub(rb'\1""', body)
    if headers is message.headers and body is message.body:
        return message
    return replace(message, headers=headers, body=body)


def _has_sign(body: bytes) -> bool:
    """Return True if a body may hold such a value. Searching for the words one by one is faster than one pattern."""
    folded = body.lower()
    return any(sign in folded for sign in _SIGNS_BYTES)


def _headers(headers: Headers) -> Headers:
    kept = tuple((name, value) for name, value in headers if not _VALUE.fullmatch(value))
    return headers if len(kept) == len(headers) else kept


def _url(url: str) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if not _VALUE.fullmatch(value)]
    return parts._replace(query=urlencode(query)).geturl()
