"""Multipart bodies (RFC 2046, section 5.1; RFC 7578): boundaries, parts, and the header fields of parts.

Matching compares such bodies part by part, redaction reads each part by its own content type. What a part holds is up
to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from playhead.model.http import Headers, header_values
from playhead.text.media_types import parameter, without_parameter

__all__ = [
    "Part",
    "boundary_of",
    "fields_of",
    "part_name",
    "parts_in",
    "whole_parts",
    "without_boundary",
]

_END_OF_LINE = re.compile(rb"[ \t]*+\r\n")


class Part(NamedTuple):
    """A part of a body: `[start:blank]` is its delimiter and its header fields, `[content:end]` its content."""

    start: int
    blank: int
    end: int

    @property
    def content(self) -> int:
        """The start of the content, behind the blank line."""
        return self.blank + 4


def boundary_of(media_type: str) -> bytes | None:
    """Return the boundary that a content type names; it may be empty. `None` if there is none."""
    boundary = parameter(media_type, "boundary")
    return None if boundary is None else boundary.encode("latin-1")


def without_boundary(media_type: str) -> str:
    """Return a content type without its boundary, which clients choose anew for each request."""
    return without_parameter(media_type, "boundary")


def parts_in(body: bytes, boundary: bytes) -> Iterator[Part]:
    """Find all parts, also in a body that was cut or is broken; pieces without a head are left out."""
    for start, end in pairwise([*_delimiters(body, boundary), len(body)]):
        blank = body.find(b"\r\n\r\n", start, end)
        if blank >= 0:
            yield Part(start, blank, end)


def whole_parts(body: bytes, boundary: bytes) -> list[Part] | None:
    """Return all parts of a well-formed body, `None` for any other."""
    delimiters = list(_delimiters(body, boundary))
    if len(delimiters) < 2:
        return None
    behind = [body.index(b"--" + boundary, at) + len(boundary) + 2 for at in delimiters]
    if not body.startswith(b"--", behind.pop()) or not all(_END_OF_LINE.match(body, at) for at in behind):
        return None
    parts = list(parts_in(body[: delimiters[-1]], boundary))
    return parts if len(parts) == len(behind) else None


def fields_of(head: bytes) -> Headers:
    """Return the header fields of a part, names in lower case; `head` begins with the part's delimiter."""
    fields: list[tuple[str, str]] = []
    for line in (each.decode("latin-1") for each in head.lstrip(b"\r\n").splitlines()[1:]):
        if line[:1] in " \t" and fields:
            name, value = fields.pop()
            fields.append((name, f"{value} {line.strip()}".strip()))
        elif line:
            name, _, value = line.partition(":")
            fields.append((name.strip().lower(), value.strip()))
    return tuple(fields)


def part_name(fields: Headers) -> str:
    """Return the `name` of a part's content disposition, or an empty text."""
    found = (parameter(value, "name") for value in header_values(fields, "content-disposition"))
    return next((name for name in found if name is not None), "")


def _delimiters(body: bytes, boundary: bytes) -> Iterator[int]:
    """Find where delimiters begin. The line break before one belongs to it; one that begins the body has none."""
    delimiter = b"\r\n--" + boundary
    at = 0 if body.startswith(delimiter[2:]) else body.find(delimiter)
    while at >= 0:
        yield at
        at = body.find(delimiter, at + 1)
