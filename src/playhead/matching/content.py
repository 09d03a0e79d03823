"""A request body as it is compared: JSON by value, forms as multisets, multipart by its parts, else bytes.

Bodies of 8 MiB and more are compared by their SHA-256, whether they are in memory or in a file of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from hashlib import sha256

from playhead.matching.json_path import without
from playhead.matching.json_value import canonical, parse
from playhead.matching.rules import Scope
from playhead.matching.values import marked, marked_json
from playhead.model.http import LARGE_BODY_BYTES, BodyFile, Headers, Request
from playhead.text.media_types import FORM, content_type, essence, is_json, is_multipart
from playhead.text.multipart import boundary_of, fields_of, part_name, whole_parts
from playhead.text.urls import parameters

__all__ = ["NOTHING", "Content", "Part", "read_content"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a multipart body: its header fields, the `name` of its content disposition, and its content."""

    headers: Headers
    name: str
    content: Content


@dataclass(frozen=True, slots=True)
class Content:
    """A body as a value of its kind, ready to be compared.

    The kinds are `"json"` (a JSON value and its canonical text), `"form"` (sorted names and values), `"multipart"` (a
    tuple of `Part`), `"bytes"`, `"file"` (the SHA-256) and `"nothing"` (no body, or an ignored one).
    """

    kind: str
    value: object = None
    text: str = ""

    def key(self) -> Hashable:
        """Return a key that is equal for equal bodies alone; `None` for no body."""
        if self.kind == "nothing":
            return None
        if self.kind == "json":
            return "json", self.text
        if self.kind == "multipart" and isinstance(self.value, tuple):
            return "multipart", tuple((part.headers, part.content.key()) for part in self.value)
        return self.kind, self.value


NOTHING = Content("nothing")


def read_content(request: Request, scope: Scope, same_kind: Callable[[str], str]) -> Content:
    """Read the body of a request, without what is ignored and with placeholders by kind."""
    body = request.body
    if scope.body or body == b"":
        return NOTHING
    if isinstance(body, BodyFile):
        return Content("file", body.sha256)
    if len(body) >= LARGE_BODY_BYTES:
        return Content("file", sha256(body).hexdigest())
    text = body.decode("latin-1")
    kinds = same_kind(text)
    if kinds != text:
        body = kinds.encode("latin-1")
    return _read(content_type(request.headers), body, scope)


def _read(media_type: str, body: bytes, scope: Scope) -> Content:
    kind = essence(media_type)
    content = None
    if is_json(kind):
        content = _json(body, scope)
    elif kind == FORM:
        content = _form(body, scope)
    elif is_multipart(kind):
        content = _multipart(media_type, body, scope)
    if content is not None:
        return content
    return Content("bytes", marked(body.decode("latin-1"), scope.marks).encode("latin-1") if scope.marks else body)


def _json(body: bytes, scope: Scope) -> Content | None:
    try:
        value = parse(body)
        if scope.steps:
            value = without(value, scope.steps)
        if scope.marks:
            value = marked_json(value, scope.marks)
        return Content("json", value, canonical(value))
    except (ValueError, RecursionError):
        return None


def _form(body: bytes, scope: Scope) -> Content:
    pairs = parameters(body.decode("utf-8", "surrogateescape"))
    kept = (
        (marked(name, scope.marks), "" if value is None else "=" + marked(value, scope.marks))
        for name, value in pairs
        if name not in scope.form
    )
    return Content("form", tuple(sorted(kept)))


def _multipart(media_type: str, body: bytes, scope: Scope) -> Content | None:
    boundary = boundary_of(media_type)
    spans = whole_parts(body, boundary) if boundary else None
    if spans is None:
        return None
    inner = replace(scope, steps=(), body=False)
    parts: list[Part] = []
    for span in spans:
        headers = fields_of(body[span.start : span.blank])
        name = part_name(headers)
        if name not in scope.part:
            content = _read(content_type(headers), body[span.content : span.end], inner)
            parts.append(Part(_marked(tuple(sorted(headers)), scope), name, content))
    return Content("multipart", tuple(parts))


def _marked(headers: Headers, scope: Scope) -> Headers:
    return tuple((name, marked(value, scope.marks)) for name, value in headers) if scope.marks else headers
