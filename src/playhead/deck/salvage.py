"""Undoes content codings. A body that cannot be decoded to the last byte is searched as far as it can be read."""

from __future__ import annotations

from collections.abc import Sequence

from playhead.codecs.coding import redo, undo, undo_partly
from playhead.codecs.limits import DEFAULT
from playhead.model.http import BodyFile, Headers, header_values
from playhead.redaction.redact import Redactor
from playhead.store.bodies import iter_body, read_body
from playhead.text.media_types import content_type

__all__ = ["LARGEST_DECODED_BYTES", "codings_of", "searched", "size_of", "undone"]

LARGEST_DECODED_BYTES = 64 * 1024 * 1024
"""A compressed body beyond this size is kept as it was sent: undoing it takes as much memory again."""


def codings_of(headers: Headers) -> list[str]:
    """Return the content codings of a body, in the order in which they were applied (RFC 9110, section 8.4)."""
    names = (name.strip().lower() for value in header_values(headers, "content-encoding") for name in value.split(","))
    return [name for name in names if name not in ("", "identity")]


def undone(
    codings: Sequence[str], body: bytes | BodyFile, sizes: Sequence[int] = (), *, complete: bool = True
) -> list[bytes] | None:
    """Decode the pieces of a body; `None` if that is too much, or if the coding cannot be undone."""
    if len(codings) != 1 or size_of(body) > LARGEST_DECODED_BYTES:
        return None
    return undo(codings[0], list(iter_body(body, sizes)), DEFAULT.decoded_bytes, complete=complete)


def searched(body: bytes | BodyFile, headers: Headers, redactor: Redactor, place: str) -> bytes | BodyFile:
    """Return the body as it came if no secret is seen in it; else the part that can be read, redacted and encoded anew.

    `place` says of which body the person is told that it could not be read as a whole.
    """
    codings = codings_of(headers)
    redactor.unread.setdefault(f"{', '.join(codings)} of {place}")
    if size_of(body) > LARGEST_DECODED_BYTES:
        return body
    readable, read = undo_partly(codings, read_body(body))
    clean = redactor.body(content_type(headers), readable)
    if clean == readable or not read:
        return body
    for coding in reversed(read):
        clean = b"".join(redo(coding, [clean]))
    return clean


def size_of(body: bytes | BodyFile) -> int:
    """Return the number of bytes of a body."""
    return len(body) if isinstance(body, bytes) else body.size_bytes
