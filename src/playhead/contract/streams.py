"""The documents in a body: one, one per line, or one per server-sent event. Text in, values out.

XML is read as a tree, CSV as rows under a header. What is none of these has no shape: HTML, images, and bodies that do
not parse give nothing, which is no evidence.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from playhead.contract.trees import XML, xml_values

__all__ = ["DONE", "EVENT_STREAM", "TERMINATORS", "Document", "documents", "media_type"]

EVENT_STREAM = "text/event-stream"
DONE = "[DONE]"
"""The line that ends a stream of OpenAI's kind, as an event type of its own."""

TERMINATORS = frozenset({DONE, "message_stop", "response.completed", "done"})
"""The event types that say that a stream has ended."""

_LINES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/json-seq",
)

_CSV = "text/csv"
_MOST_ROWS = 50
"""A few rows tell the columns; their values are not compared."""

Document = tuple[str, object]
"""The event type a value came with (`""` for a body that is no stream of events), and the value."""


def media_type(content_type: str) -> str:
    """The media type without its parameters, in lower case (RFC 9110, 8.3.1)."""
    return content_type.partition(";")[0].strip().lower()


def documents(body: bytes, media: str) -> Iterator[Document]:
    """Every value in `body`, whose media type is `media`; unlabelled bodies are tried as one JSON value."""
    if media == EVENT_STREAM:
        yield from _events(body)
    elif media in _LINES:
        yield from (("line", value) for value in _lines(body))
    elif media in XML or media.endswith("+xml"):
        yield from (("", value) for value in xml_values(body))
    elif media == _CSV:
        if rows := list(_csv_rows(body)):
            yield "", rows
    elif "json" in media or (media in ("", "text/plain") and body[:1] in (b"{", b"[")):
        yield from (("", value) for value in _parsed(body))


def _parsed(text: str | bytes) -> Iterator[object]:
    # A generator of at most one value, because `None` is a value.
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
    """The first rows as objects; of a table without rows one object with empty values."""
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
    """Whether each cell is a name of its own: data has numbers, blanks and repetitions."""
    return (
        len(cells) > 1 and len(set(cells)) == len(cells) and all(cell.strip() and not _number(cell) for cell in cells)
    )


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
