"""The key of a request, by which its recording is found: equal for equal requests, and for no others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from playhead.matching.content import read_content
from playhead.matching.rules import Rules, Scope, compile_rules
from playhead.matching.values import marked
from playhead.model.http import Request, header_values
from playhead.text.hosts import is_loopback, service_host
from playhead.text.media_types import content_type
from playhead.text.multipart import without_boundary
from playhead.text.urls import Target, normalised_path, parameters, split_url

__all__ = [
    "BodyKey",
    "Bucket",
    "Query",
    "Rules",
    "bucket_of",
    "checked_headers",
    "compile_rules",
    "content_key",
    "key_of",
    "portless_bucket",
    "scope_of",
]

Query = tuple[tuple[str, str], ...]
"""Sorted names and values; a value begins with `=`, and is empty where no `=` stood."""


class Bucket(NamedTuple):
    """The part of a key that method and URL give."""

    method: str
    scheme: str
    host: str
    port: str
    path: str
    query: Query


class BodyKey:
    """The `content_key` of a body where nothing else counts. It is read only when it has to be.

    A recording nearly always has the bytes that are sent, and then nobody has to know what they mean.
    """

    __slots__ = ("_given", "_key", "_request", "_rules")

    def __init__(self, request: Request, rules: Rules) -> None:
        self._request = request
        self._rules = rules
        self._given = content_type(request.headers), request.body
        self._key: Hashable = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BodyKey) and (self._given == other._given or self._read() == other._read())

    def __hash__(self) -> int:
        return hash(self._read())

    def _read(self) -> Hashable:
        if self._key is None:
            self._key = content_key(self._request, self._rules.always, self._rules)
        return self._key


def bucket_of(method: str, url: str, rules: Rules) -> tuple[Bucket, bool]:
    """Return the part of the key that method and URL give, and True if its host is loopback, whose port varies."""
    target = split_url(rules.same_kind(url))
    path = normalised_path(target.path)
    scope = rules.scope(method, target, path)
    if scope.parts or scope.marks:
        path = marked(_without_parts(path, target, scope), scope.marks)
    query = _query(target.query, scope) if target.query else ()
    if scope.host:
        return Bucket(method, "", "", "", path, query), False
    host = service_host(target.host)
    return Bucket(method, target.scheme, host, target.port, path, query), is_loopback(target.host)


def portless_bucket(method: str, url: str, rules: Rules) -> Bucket:
    """Return the part of the key that method and URL give, without a loopback port."""
    bucket, on_loopback = bucket_of(method, url, rules)
    return bucket._replace(port="") if on_loopback else bucket


def scope_of(method: str, url: str, rules: Rules) -> Scope:
    """Return what is ignored and checked for a method and a URL."""
    if not rules.scoped:
        return rules.always
    target = split_url(rules.same_kind(url))
    return rules.scope(method, target, normalised_path(target.path))


def content_key(request: Request, scope: Scope, rules: Rules) -> Hashable:
    """Return the part of the key that checked headers and the body give; `None` for a request that has neither."""
    if not scope.headers:
        return None if request.body == b"" else read_content(request, scope, rules.same_kind).key()
    return read_content(request, scope, rules.same_kind).key(), checked_headers(request, scope, rules)


def key_of(request: Request, rules: Rules) -> Hashable:
    """Return the whole key: method, scheme, host, port (not on loopback), path, query, checked headers and body."""
    scope = scope_of(request.method, request.url, rules)
    return portless_bucket(request.method, request.url, rules), content_key(request, scope, rules)


def checked_headers(request: Request, scope: Scope, rules: Rules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the checked headers with all their values, as they are compared."""
    return tuple(
        (name, tuple(_comparable(value, scope, rules) for value in header_values(request.headers, name)))
        for name in scope.headers
    )


def _comparable(value: str, scope: Scope, rules: Rules) -> str:
    return marked(without_boundary(rules.same_kind(value)), scope.marks).strip()


def _query(query: str, scope: Scope) -> Query:
    pairs = [(name, "" if value is None else "=" + value) for name, value in parameters(query)]
    if scope.query:
        pairs = [pair for pair in pairs if pair[0] not in scope.query]
    if scope.marks:
        pairs = [(marked(name, scope.marks), marked(value, scope.marks)) for name, value in pairs]
    pairs.sort()
    return tuple(pairs)


def _without_parts(path: str, target: Target, scope: Scope) -> str:
    """Return the path with ignored parts replaced by their names."""
    spans: dict[tuple[int, int], str] = {}
    for pattern, name in scope.parts:
        found = pattern.find(target, path)
        if found is not None:
            spans[found.span(name)] = name
    for (start, end), name in sorted(spans.items(), reverse=True):
        path = f"{path[:start]}{{{name}}}{path[end:]}"
    return path
