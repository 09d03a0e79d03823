"""The listing of a cassette: a line per interaction with its times, and its bodies truncated."""

from __future__ import annotations

import json
from collections.abc import Iterator

from playhead.model.call import Invocation
from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.model.http import BodyFile
from playhead.report.exchanges import as_exchange, note_of, status_of
from playhead.report.words import duration, excerpt, length_of, size
from playhead.text.words import counted, cut, printable

__all__ = ["as_json", "as_text"]

COLUMNS = 80
_LONGEST_BODY = 500


def as_text(cassette: Cassette, path: str) -> str:
    """Return the listing for people, in 80 columns."""
    count = len(cassette.interactions)
    recorded = f", recorded {cassette.recorded.at}" if cassette.recorded.at else ""
    by = f" by {cassette.recorded.by}" if cassette.recorded.by else ""
    times = "" if not count or any(each.timing.known for each in cassette.interactions) else ", no times recorded"
    lines = [f"{path}: {counted(count, 'interaction')}{recorded}{by}{times}"]
    if count:
        lines += ["", _columns("#", "start", "head", "end", "size", "request and outcome")]
    origin: str | None = None
    for interaction in map(as_exchange, cassette.interactions):
        if interaction.origin != origin:
            origin = interaction.origin
            lines.append(_cut(f"  {origin or 'without origin'}"))
        lines += _block(interaction)
    return "\n".join(lines)


def _block(interaction: Exchange) -> Iterator[str]:
    timing, request = interaction.timing, interaction.request
    yield _columns(
        str(interaction.id),
        _time(timing.start_us if timing.known else None),
        _time(_after(timing.head_us, timing.start_us)),
        _time(_after(timing.end_us, timing.start_us)),
        _size(interaction),
        f"{_outcome(interaction)} {request.method} {request.url.partition('://')[2] or request.url}",
    )
    for arrow, message in ((">", request), ("<", interaction.response)):
        if message is not None and (isinstance(message.body, BodyFile) or message.body):
            yield _cut(f"{'':5}{arrow} {excerpt(message.body, _LONGEST_BODY)}")


def _columns(number: str, start: str, head: str, end: str, size: str, rest: str) -> str:
    return _cut(f"{number:>4} {start:>8} {head:>8} {end:>8} {size:>8}  {rest}")


def _cut(line: str) -> str:
    return cut(printable(line.rstrip()), COLUMNS)


def _after(instant_us: int | None, start_us: int) -> int | None:
    return None if instant_us is None else instant_us - start_us


def _time(duration_us: int | None) -> str:
    return "-" if duration_us is None else duration(duration_us)


def _size(interaction: Exchange) -> str:
    return "-" if interaction.response is None else size(length_of(interaction.response.body))


def _outcome(interaction: Exchange) -> str:
    status, note = status_of(interaction), note_of(interaction)
    then = "then " if interaction.failure is not None else ""
    return f"{status}, {then}{note}" if status and note else status or note


def as_json(cassette: Cassette) -> str:
    """Return the listing as JSON: times in microseconds, bodies as text of at most 500 characters."""
    return json.dumps(
        {
            "recorded": {"at": cassette.recorded.at, "by": cassette.recorded.by},
            "interactions": [_entry(interaction) for interaction in cassette.interactions],
        },
        indent=2,
    )


def _entry(each: Interaction) -> dict[str, object]:
    interaction = as_exchange(each)
    request, response, timing = interaction.request, interaction.response, interaction.timing
    return {
        "id": interaction.id,
        "kind": "call" if isinstance(each, Invocation) else "http",
        "origin": interaction.origin,
        "method": request.method,
        "url": request.url,
        "request_headers": request.headers,
        "request_body": excerpt(request.body, _LONGEST_BODY),
        "request_size_bytes": length_of(request.body),
        "status": response.status if response is not None else None,
        "complete": response.complete if response is not None else None,
        "response_headers": response.headers if response is not None else None,
        "response_body": excerpt(response.body, _LONGEST_BODY) if response is not None else None,
        "response_size_bytes": length_of(response.body) if response is not None else None,
        "failure": interaction.failure.kind if interaction.failure is not None else None,
        "abandoned": interaction.abandoned,
        "session": timing.session,
        "start_us": timing.start_us if timing.known else None,
        "head_us": timing.head_us,
        "end_us": timing.end_us,
        "chunks": len(timing.chunks),
    }
