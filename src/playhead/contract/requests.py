"""Classify requests: the endpoint of each, and the shape of the question, so that equal questions are compared.

The shape of a question is a short text. Two requests with the same text should be answered in the same way. Values do
not matter, except those that select what is returned (`stream`, `model`, `fields`, and every true or false).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from playhead.contract.looks import data_key, look_of
from playhead.contract.operations import action_of, operation_of
from playhead.model.http import Headers
from playhead.text.hosts import is_loopback, service_host
from playhead.text.urls import DEFAULT_PORTS

__all__ = ["Key", "choices_of", "form_fields", "is_selector", "key_of", "query_fields", "question_of"]

_SELECTORS = frozenset(
    (
        "model",
        "mode",
        "view",
        "fields",
        "include",
        "exclude",
        "expand",
        "embed",
        "format",
        "select",
        "projection",
        "stream",
        "output",
        "alt",
        "prettyPrint",
        "response_format",
        "api-version",
        "version",
        "type",
        "kind",
        "detail",
        "part",
        "encoding_format",
        "modalities",
        "tool_choice",
    )
)
_CHOOSING_HEADERS = frozenset(
    ("accept", "api-version", "x-api-version", "stripe-version", "x-github-api-version", "anthropic-version",
     "anthropic-beta", "openai-beta", "notion-version", "prefer", "x-goog-fieldmask")
)  # fmt: skip
_DEEPEST = 4
_MOST_ITEMS = 50
_MOST_TEXT = 64
_NUMBERS = frozenset((int, float))


class Key(NamedTuple):
    """An endpoint: method, host, path template, and the operation where one path has several (GraphQL, SOAP, AWS)."""

    method: str
    host: str
    path: str
    operation: str = ""

    def __str__(self) -> str:
        operation = f" {self.operation}" if self.operation else ""
        return f"{self.method} {self.host}{self.path}{operation}"


def key_of(method: str, url: str, json: object, headers: Headers = ()) -> Key:
    """Return the endpoint of a request. Path segments that look like ids are folded.

    Args:
        method: The method of the request.
        url: Its URL.
        json: Its parsed body.
        headers: Its headers, which name the operation in some protocols.
    """
    parts = urlsplit(url)
    query = dict(_pairs(parts.query))
    return Key(
        method.upper(),
        _host(parts.scheme, parts.netloc),
        _template(parts.path),
        action_of(headers, query, json) or operation_of(json, query),
    )


@lru_cache(maxsize=4096)
def _template(path: str) -> str:
    return "/".join(look_of(segment) or segment for segment in path.split("/")) or "/"


@lru_cache(maxsize=256)
def _host(scheme: str, netloc: str) -> str:
    parts = SplitResult(scheme, netloc, "", "", "")
    name = parts.hostname or ""
    if is_loopback(name):
        return service_host(name)
    try:
        port = "" if parts.port is None else str(parts.port)
    except ValueError:  # no number: a cassette written by hand
        return parts.netloc
    return name if port in ("", DEFAULT_PORTS.get(parts.scheme)) else f"{name}:{port}"


def query_fields(url: str) -> dict[str, object]:
    """Return the query of a URL as an object of strings; of a repeated name, the last value."""
    return dict(_pairs(urlsplit(url).query))


@lru_cache(maxsize=1024)
def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def form_fields(body: bytes) -> dict[str, object]:
    """Return a form body (application/x-www-form-urlencoded) as an object of strings."""
    return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))


def question_of(query: dict[str, object], body: object, media: str, headers: Headers = ()) -> str:
    """Return the shape of a question.

    Args:
        query: The query parameters.
        body: The parsed body, or `None` if it is neither JSON nor a form.
        media: The media type of the body.
        headers: The request headers, of which those count that select what is returned.
    """
    text = f"{_object(query, 1)} {media} {_skeleton(body, _DEEPEST)}{_choices(headers)}"
    if isinstance(body, dict) and "query" in body and isinstance(body["query"], str):
        text += "".join(body["query"].split())  # GraphQL: the text of the query selects the fields
    return text if len(text) <= _MOST_TEXT else blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _choices(headers: Headers) -> str:
    return "".join(f" {name}={value}" for name, value in choices_of(headers))


def choices_of(headers: Headers) -> list[tuple[str, str]]:
    """Return the headers of a request that choose what is returned, sorted."""
    chosen = {(name.lower(), value) for name, value in headers if name.lower() in _CHOOSING_HEADERS and value != "*/*"}
    return sorted(chosen)


def _skeleton(value: object, depth: int) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return _object(value, depth) if depth else "object"
    if isinstance(value, list):
        if value and _NUMBERS.issuperset(map(type, value[:_MOST_ITEMS])) and depth:
            return "[number]"  # an embedding has thousands
        inner = {_skeleton(item, depth - 1) for item in value[:_MOST_ITEMS]} if depth else ()
        return f"[{'|'.join(sorted(inner))}]"
    return "null" if value is None else "string"


def _object(value: dict[str, object], depth: int) -> str:
    return "{" + ",".join(sorted(set(_members(value, depth)))) + "}"


def _members(value: dict[str, object], depth: int) -> Iterator[str]:
    for name, item in value.items():
        label = "*" if data_key(name) else name
        chosen = _chosen(name, item)
        yield f"{label}:{_skeleton(item, depth - 1)}" if chosen is None else f"{label}={chosen}"


def _chosen(name: str, item: object) -> str | None:
    """Return what a parameter selects, or `None` if it does not."""
    if isinstance(item, str):
        return item if is_selector(name) or item.lower() in ("true", "false") else None
    if isinstance(item, list) and item and is_selector(name) and all(isinstance(each, str) for each in item):
        return ",".join(sorted(item))
    return None


def is_selector(name: str) -> bool:
    """Return True for the name of a parameter whose values select what is returned: `expand`, `expand[]`, `$expand`."""
    return name.removeprefix("$").removesuffix("[]") in _SELECTORS
