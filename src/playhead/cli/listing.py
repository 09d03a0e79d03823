"""How a cassette is listed: a line per interaction with its times, and its bodies cut to what helps."""

from __future__ import annotations

import json
from collections.abc import Iterator

from playhead.model.cassette import Cassette, Interaction
from playhead.model.http import BodyFile
from playhead.report.words import printable

__all__ = ["as_json", "as_text"]

COLUMNS = 80
_LONGEST_BODY = 500
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US


def as_text(cassette: Cassette, path: str) -> str:
    """The listing for people, in 80 columns."""
    count = len(cassette.interactions)
    recorded = f", recorded {cassette.recorded.at}" if cassette.recorded.at else ""
    by = f" by {cassette.recorded.by}" if cassette.recorded.by else ""
    lines = [f"{path}: {count} interaction{'s' * (count != 1)}{recorded}{by}"]
    if count:
        lines += ["", _columns("#", "start", "head", "end", "size", "request and outcome")]
    origin: str | None = None
    for interaction in cassette.interactions:
        if interaction.origin != origin:
            origin = interaction.origin
            lines.append(_cut(f"  {origin or 'without origin'}"))
        lines += _block(interaction)
    return "\n".join(lines)


def _block(interaction: Interaction) -> Iterator[str]:
    timing, request = interaction.timing, interaction.request
    yield _columns(
        str(interaction.id),
        _time(timing.start_us),
        _time(_after(timing.head_us, timing.start_us)),
        _time(_after(timing.end_us, timing.start_us)),
        _size(interaction),
        f"{_outcome(interaction)} {request.method} {request.url.partition('://')[2] or request.url}",
    )
    for arrow, message in ((">", request), ("<", interaction.response)):
        if message is not None and (isinstance(message.body, BodyFile) or message.body):
            yield _cut(f"{'':5}{arrow} {_excerpt(message.body)}")


def _columns(number: str, start: str, head: str, end: str, size: str, rest: str) -> str:
    return _cut(f"{number:>4} {start:>8} {head:>8} {end:>8} {size:>8}  {rest}")


def _cut(line: str) -> str:
    line = printable(line.rstrip())
    return line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…"


def _after(instant_us: int | None, start_us: int) -> int | None:
    return None if instant_us is None else instant_us - start_us


def _time(duration_us: int | None) -> str:
    if duration_us is None:
        return "-"
    if duration_us < _SECOND_US:
        return f"{duration_us / 1000:.1f} ms"
    if duration_us < _MINUTE_US:
        return f"{duration_us / _SECOND_US:.2f} s"
    return f"{duration_us // _MINUTE_US}m{duration_us % _MINUTE_US / _SECOND_US:04.1f}s"


def _size(interaction: Interaction) -> str:
    if interaction.response is None:
        return "-"
    size = float(_length(interaction.response.body))
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _length(body: bytes | BodyFile) -> int:
    return body.size_bytes if isinstance(body, BodyFile) else len(body)


def _outcome(interaction: Interaction) -> str:
    response, failure = interaction.response, interaction.failure
    if response is None:
        return failure.kind if failure is not None else "abandoned"
    if failure is not None:
        return f"{response.status}, then {failure.kind}"
    return str(response.status) if response.complete else f"{response.status}, left early"


def _excerpt(body: bytes | BodyFile) -> str:
    if isinstance(body, BodyFile):
        return f"({body.size_bytes} bytes in {body.name})"
    try:
        text = body[: 4 * _LONGEST_BODY].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(body) - 4 and error.reason != "unexpected end of data":
            return f"({len(body)} bytes, binary)"
        text = body[: error.start].decode("utf-8")
    return text if len(text) <= _LONGEST_BODY else text[: _LONGEST_BODY - 1] + "…"


def as_json(cassette: Cassette) -> str:
    """The listing for programs: times in microseconds, bodies as text cut to 500 characters."""
    return json.dumps(
        {
            "recorded": {"at": cassette.recorded.at, "by": cassette.recorded.by},
            "interactions": [_entry(interaction) for interaction in cassette.interactions],
        },
        indent=2,
    )


def _entry(interaction: Interaction) -> dict[str, object]:
    request, response, timing = interaction.request, interaction.response, interaction.timing
    return {
        "id": interaction.id,
        "origin": interaction.origin,
        "method": request.method,
        "url": request.url,
        "request_headers": request.headers,
        "request_body": _excerpt(request.body),
        "request_size_bytes": _length(request.body),
        "status": response.status if response is not None else None,
        "complete": response.complete if response is not None else None,
        "response_headers": response.headers if response is not None else None,
        "response_body": _excerpt(response.body) if response is not None else None,
        "response_size_bytes": _length(response.body) if response is not None else None,
        "failure": interaction.failure.kind if interaction.failure is not None else None,
        "abandoned": interaction.abandoned,
        "session": timing.session,
        "start_us": timing.start_us,
        "head_us": timing.head_us,
        "end_us": timing.end_us,
        "chunks": len(timing.chunks),
    }
