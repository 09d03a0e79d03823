"""Multipart bodies (RFC 2046, section 5.1; RFC 7578) taken apart, so that the boundary does not count."""

from __future__ import annotations

import re

from playhead.model.http import Headers

__all__ = ["boundary_of", "disposition_name", "split_parts", "without_boundary"]

_BOUNDARY = re.compile(r""";\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))""", re.IGNORECASE)
_NAME = re.compile(r""";\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))""", re.IGNORECASE)


def boundary_of(media_type: str) -> bytes | None:
    """The boundary that a content type names, or `None`."""
    found = _BOUNDARY.search(media_type)
    return (found[1] or found[2] or "").encode("latin-1") or None if found else None


def without_boundary(media_type: str) -> str:
    """A content type without its boundary."""
    return _BOUNDARY.sub("", media_type)


def disposition_name(headers: Headers) -> str:
    """The `name` of a part's content disposition, or nothing."""
    for name, value in headers:
        if name.lower() == "content-disposition":
            found = _NAME.search(value)
            return (found[1] or found[2] or "") if found else ""
    return ""


def split_parts(body: bytes, boundary: bytes) -> list[tuple[Headers, str, bytes]] | None:
    """Header fields, name and content of each part, or `None` if the body is not of that form."""
    _, *pieces, last = (b"\r\n" + body).split(b"\r\n--" + boundary) if boundary in body else (b"", b"")
    if not pieces or not last.startswith(b"--"):
        return None
    parts = [_part(piece.lstrip(b" \t")) for piece in pieces]
    whole = [part for part in parts if part is not None]
    return whole if len(whole) == len(parts) else None


def _part(piece: bytes) -> tuple[Headers, str, bytes] | None:
    if not piece.startswith(b"\r\n"):
        return None
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        return None
    fields = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n") if line)
    headers = tuple(sorted((name.strip().lower(), value.strip()) for name, _, value in fields))
    return headers, disposition_name(headers), content
