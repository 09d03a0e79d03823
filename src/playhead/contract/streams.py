"""Parse the documents in a body: one, one per line, or one per server-sent event.

XML is read as a tree, CSV as rows below a header. JSON and XML are known by their beginning, whatever the media type
says: many services send JSON as `text/html`. Other bodies, such as HTML and images, and bodies that do not parse give
no documents, which is not evidence of anything.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from playhead.codecs.parsed import Json
from playhead.contract.trees import xml_values
from playhead.text.media_types import CSV, EVENT_STREAM, JSON_LINES, is_xml, may_be_json

__all__ = ["DONE", "TERMINATORS", "Document", "documents"]

DONE = "[DONE]"
"""The last line of streams in OpenAI's style, which counts as an event type of its own."""

TERMINATORS = frozenset({DONE, "message_stop", "response.completed", "done"})
"""The event types that end a stream."""

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_MOST_ROWS = 50
"""A few rows are enough to show the columns; values are not compared."""

_SCRUBBED = re.compile(rb"(?<=[:,[ 0-9])<[A-Z][A-Z0-9_]+>(?=[],}\s0-9])")
"""Placeholders of VCR and other tools, which also stand where the digits of a secret occur in a number."""

Document = tuple[str, object]
"""An event type (`""` if the body is not a stream of events) and a value."""


def documents(body: bytes | Json, media: str) -> Iterator[Document]:
    """Return every value in a body.

    Args:
        body: The body.
        media: The media type that it was declared as.

    Raises:
        Malformed: A body given as a value is read as another format, and cannot be written.
    """
    if not isinstance(body, Json):
        return _documents(body, media)
    return iter((("", body.value),)) if _is_one_value(body.value, media) else _documents(body.written(), media)


def _documents(body: bytes, media: str) -> Iterator[Document]:
    if media == EVENT_STREAM:
        yield from _events(body)
    elif media in JSON_LINES:
        yield from (("line", value) for value in _lines(body))
    else:
        yield from (("", value) for value in _whole(body, media))


def _whole(body: bytes, media: str) -> Iterator[object]:
    begin = _begin(body)
    if body[begin : begin + 1] in (b"{", b"[") and (values := _values_in(body)):
        yield from values
    elif is_xml(media):
        yield from xml_values(body)
    elif body.startswith(b"<?xml", begin):
        yield from (value for value in xml_values(body[begin:]) if "html" not in value)
    elif media == CSV:
        if rows := list(_csv_rows(body)):
            yield rows
    elif may_be_json(media):
        yield from _parsed(body)


def _values_in(body: bytes) -> list[object]:
    """Return the JSON value of a body, also of one in which some tool has put `<NAME>` in place of numbers."""
    values = list(_parsed(body))
    if not values and _SCRUBBED.search(body):
        values = list(_parsed(_SCRUBBED.sub(b"1", body)))
    return values


def _begin(body: bytes) -> int:
    """Return the position behind a byte order mark and white space."""
    blank = _BLANK.match(body)
    assert blank is not None  # it may be empty
    return blank.end()


def _is_one_value(value: object, media: str) -> bool:
    if media == EVENT_STREAM or media in JSON_LINES:
        return False
    return isinstance(value, dict | list) or (may_be_json(media) and not is_xml(media))


def _parsed(text: str | bytes) -> Iterator[object]:
    # A generator of at most one value, since `None` is a value too.
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def _lines(body: bytes) -> Iterator[object]:
    for line in body.splitlines():
        yield from _parsed(line.strip(b"\x1e"))


def _events(body: bytes) -> Iterator[Document]:
    # https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    text = body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for block in text.split("\n\n"):
        name, data = "", []
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            if field == "data":
                data.append(value.removeprefix(" "))
            elif field == "event":
                name = value.removeprefix(" ")
        if data:
            yield from _event(name, "\n".join(data))


def _event(name: str, data: str) -> Iterator[Document]:
    if data.strip() == DONE:
        yield DONE, DONE
        return
    for value in _parsed(data):
        yield name or _type_in(value) or "message", value


def _type_in(value: object) -> str:
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and len(kind) <= 64 else ""


def _csv_rows(body: bytes) -> Iterator[dict[str, str]]:
    """Yield the first rows as objects, or one object with empty values for a table without rows."""
    lines = csv.reader(StringIO(body.decode("utf-8-sig", "replace"), newline=""))
    try:
        header = next(lines, [])
        if not _is_header(header):
            return
        rows = list(islice(lines, _MOST_ROWS)) or [[""] * len(header)]
    except csv.Error:
        return
    yield from (dict(zip(header, row, strict=False)) for row in rows if row)


def _is_header(cells: list[str]) -> bool:
    """Return True if all cells are different names: data has numbers, blanks and repetitions."""
    return (
        len(cells) > 1 and len(set(cells)) == len(cells) and all(cell.strip() and not _number(cell) for cell in cells)
    )


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
