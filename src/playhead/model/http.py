"""HTTP as it was on the wire: requests, responses, failures. No parsing beyond the split into name and value.

Headers are pairs in wire order and case, duplicates kept, each side a `str` whose characters are the bytes (latin-1),
so that nothing is lost. Bodies are bytes, or a reference to the file that holds them when they are large.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from playhead.model.quick import quick

__all__ = [
    "LARGE_BODY_BYTES",
    "BodyFile",
    "Failure",
    "Headers",
    "Request",
    "Response",
    "header_value",
    "header_values",
    "with_length",
]

Headers = tuple[tuple[str, str], ...]
"""Header fields as they were sent: `(name, value)` pairs, latin-1 decoded."""

LARGE_BODY_BYTES = 8 * 1024 * 1024
"""From this size on, a body is a file beside the cassette."""

FAILED_AFTER = ("start", "connected", "sent", "head", "chunk")
"""The last thing that had happened when a failure came, in the order of an exchange."""


@dataclass(frozen=True, slots=True)
class BodyFile:
    """A body of 8 MiB or more, kept beside the cassette: `bodies/<sha256>.bin`.

    `folder` is the folder that `name` is relative to; it is where the file happens to lie, so it does not count in
    equality.
    """

    name: str
    sha256: str
    size_bytes: int
    folder: str = field(default="", compare=False)


@quick
@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is stored: `url` absolute, headers by allow-list, secrets redacted.

    `coding` is the content coding that was undone in `body` (`"gzip"`), or `None`.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | BodyFile = b""
    coding: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Response:
    """A response head and as much of its body as the caller read; `complete` is false if that was not all of it.

    `http` is the version on the status line, such as `"HTTP/1.1"`; `coding` as for `Request`.
    """

    status: int
    reason: str = ""
    http: str = "HTTP/1.1"
    headers: Headers = ()
    body: bytes | BodyFile = b""
    coding: str | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A transport error: `kind` is the name of the client's exception class, `after` the last event before it."""

    kind: str
    message: str = ""
    after: str = "start"


def header_values(headers: Headers, name: str) -> Iterator[str]:
    """Yield the values of all fields called `name`, which is given in lower case."""
    return (value for field_name, value in headers if field_name.lower() == name)


def header_value(headers: Headers, name: str) -> str:
    """Return the value of the first field called `name`, which is given in lower case, or an empty text."""
    for field_name, value in headers:
        if field_name.lower() == name:
            return value
    return ""


def with_length(headers: Headers, size_bytes: int, *, instead_of: int | None = None) -> Headers:
    """Return the fields with `content-length` set to the size of an edited body.

    `instead_of` is the size before the edit: a `content-length` that gave another one (the answer to HEAD, a body that
    was left early) stays. No field is added.
    """
    return tuple(
        [
            (name, str(size_bytes))
            if name.lower() == "content-length" and (instead_of is None or value.strip() == str(instead_of))
            else (name, value)
            for name, value in headers
        ]
    )
