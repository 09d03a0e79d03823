"""Material to replay: cassettes of small JSON answers to sequential requests, and the same for the peers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import playhead
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.model.timing import Chunk, Timing

__all__ = ["HEADERS", "body_of", "cassette", "saved", "url_of", "vcr_document"]

HEADERS = (("content-type", "application/json"), ("content-length", "31"), ("x-request-id", "abcdef"))
GAP_US = 1_000


def url_of(number: int) -> str:
    """The URL of a recording."""
    return f"http://api.test/users/{number}"


def body_of(number: int) -> bytes:
    """The body of its response."""
    return json.dumps({"id": number, "name": "Ada"}).encode()


def cassette(size: int) -> Cassette:
    """A cassette of sequential requests, a millisecond apart."""
    return Cassette(list(map(_exchange, range(size))))


def saved(folder: Path, size: int, suffix: str) -> Path:
    """The path of such a cassette in a file."""
    path = folder / f"{size}{suffix}"
    if not path.exists():
        playhead.save(cassette(size), path)
    return path


def vcr_document(size: int) -> dict[str, Any]:
    """Return the material as vcrpy stores it."""
    return {"version": 1, "interactions": list(map(_vcr_interaction, range(size)))}


def _exchange(number: int) -> Exchange:
    start_us, body = number * GAP_US, body_of(number)
    timing = Timing(
        start_us=start_us,
        sent_us=start_us + 10,
        head_us=start_us + 400,
        chunks=(Chunk(start_us + 410, len(body), 10),),
        end_us=start_us + 420,
    )
    response = Response(200, "OK", headers=HEADERS, body=body)
    return Exchange(number + 1, Request("GET", url_of(number)), response, timing=timing)


def _vcr_interaction(number: int) -> dict[str, Any]:
    return {
        "request": {"body": "", "headers": {"host": ["api.test"]}, "method": "GET", "uri": url_of(number)},
        "response": {
            "body": {"string": body_of(number).decode()},
            "headers": {name: [value] for name, value in HEADERS},
            "status": {"code": 200, "message": "OK"},
        },
    }
