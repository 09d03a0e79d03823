"""Interactions as a HAR 1.2 file, see http://www.softwareishard.com/blog/har-12-spec/.

Bodies of responses stand decoded, as browsers write them: as text where they are UTF-8, else in base64. A body of a
request can only be text. Instants are counted from the time of the recording, or from 1970 where that is not known.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from playhead.formats.writing import Lack, Lacks, Whole, Written, as_written, wholes
from playhead.model.cassette import Interaction, Recorded
from playhead.model.http import BodyFile, Headers, Request, Response, header_value, header_values
from playhead.model.timing import Timing
from playhead.text.urls import parameters, split_url

__all__ = ["write"]

_UNKNOWN = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write(interactions: Iterable[Interaction], recorded: Recorded, version: str) -> Written:
    """Return the text of a HAR file, and what it cannot hold. No body is in a file any more.

    Args:
        interactions: What was recorded, with decoded bodies.
        recorded: When, and by which program.
        version: The version of this package.
    """
    lacks: Lacks = {}
    start = _instant(recorded.at)
    entries = [_entry(each, start, lacks) for each in wholes(interactions, lacks)]
    entries.sort(key=lambda entry: str(entry["startedDateTime"]))  # as the format asks
    log = {"version": "1.2", "creator": {"name": "playhead", "version": version}, "pages": [], "entries": entries}
    return Written(json.dumps({"log": log}, indent=2).encode() + b"\n", lacks)


def _instant(at: str) -> datetime:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return _EPOCH
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _entry(whole: Whole, start: datetime, lacks: Lacks) -> Mapping[str, object]:
    exchange, response = whole
    if len(exchange.timing.chunks) > 1:
        lacks.setdefault(Lack.CHUNKS, []).append(exchange.id)
    if _text(exchange.request.body) is None:
        lacks.setdefault(Lack.BINARY, []).append(exchange.id)
    timings = _timings(exchange.timing)
    began = start + timedelta(microseconds=exchange.timing.start_us)
    return {
        "startedDateTime": began.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "time": sum(each for each in timings.values() if each > 0),
        "request": _request(exchange.request, response.http),
        "response": _response(response),
        "cache": {},
        "timings": timings,
    }


def _timings(timing: Timing) -> Mapping[str, float]:
    """Return the durations in milliseconds: the three that the format requires are 0 where nothing was seen."""
    begun = timing.start_us if timing.pooled_us is None else timing.pooled_us
    connected = begun if timing.connected_us is None else timing.connected_us
    sent = connected if timing.sent_us is None else timing.sent_us
    head = sent if timing.head_us is None else timing.head_us
    last = max(timing.last_us, head)
    return {
        "blocked": _UNKNOWN if timing.pooled_us is None else _ms(timing.start_us, begun),
        "dns": _UNKNOWN,
        "connect": _UNKNOWN if timing.connected_us is None else _ms(begun, connected),
        "send": _ms(connected, sent),
        "wait": _ms(sent, head),
        "receive": _ms(head, last),
        "ssl": _UNKNOWN,
    }


def _ms(earlier_us: int, later_us: int) -> float:
    return max(later_us - earlier_us, 0) / 1000


def _request(request: Request, http: str) -> Mapping[str, object]:
    body = _text(request.body)
    found: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": http,
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _query(request.url),
        "headersSize": _UNKNOWN,
        "bodySize": _size(request.body),
    }
    if body:
        found["postData"] = {"mimeType": header_value(request.headers, "content-type"), "params": [], "text": body}
    return found


def _response(response: Response) -> Mapping[str, object]:
    body = response.body
    assert isinstance(body, bytes)
    text = _text(body)
    content: dict[str, object] = {"size": len(body), "mimeType": header_value(response.headers, "content-type")}
    content |= {"text": b64encode(body).decode(), "encoding": "base64"} if text is None else {"text": text}
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": response.http,
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": content,
        "redirectURL": next(header_values(response.headers, "location"), ""),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if response.coding is not None else len(body),
    }


def _pairs(headers: Headers) -> list[Mapping[str, str]]:
    return [{"name": as_written(name), "value": as_written(value)} for name, value in headers]


def _query(url: str) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value or ""} for name, value in parameters(split_url(url).query)]


def _size(body: bytes | BodyFile) -> int:
    assert isinstance(body, bytes)
    return len(body)


def _text(body: bytes | BodyFile) -> str | None:
    """Return a body as text, `None` if it is not UTF-8."""
    assert isinstance(body, bytes)
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
