"""Interactions as YAML of vcrpy, which holds requests and whole responses, and neither times nor tests.

Bodies of answers stand decoded, and their headers do not call them compressed: vcrpy hands a compressed body to httpx's
decoder, but past those of requests and aiohttp, and a decoded one that is called compressed breaks httpx.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from playhead.formats.writing import Lack, Lacks, Whole, Written, as_written, wholes
from playhead.model.cassette import Interaction
from playhead.model.http import BodyFile, Headers, Request, Response, with_length

__all__ = ["write"]

_ODD_SPACE = frozenset("\x85\u2028\u2029\ufeff")
"""Characters that YAML reads as something else where its writers leave them as they are."""


def write(interactions: Iterable[Interaction]) -> Written:
    """Return the text of a cassette of vcrpy, and what it cannot hold.

    No body is in a file any more. Those of requests are as they were sent, those of answers decoded.
    """
    import yaml

    lacks: Lacks = {}
    entries = [_entry(each, lacks) for each in wholes(interactions, lacks)]
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump({"interactions": entries, "version": 1}, Dumper=dumper, allow_unicode=True)
    return Written(text.encode("utf-8", "surrogatepass"), lacks)


def _entry(whole: Whole, lacks: Lacks) -> Mapping[str, object]:
    exchange, response = whole
    if exchange.timing.known:
        lacks.setdefault(Lack.TIMES, []).append(exchange.id)
    if response.http != "HTTP/1.1":
        lacks.setdefault(Lack.VERSION, []).append(exchange.id)
    if response.coding is not None:
        lacks.setdefault(Lack.CODING, []).append(exchange.id)
    if (response.coding is not None or not response.complete) and exchange.request.method != "HEAD":
        response = _plain(response)
    return {"request": _request(exchange.request), "response": _response(response)}


def _plain(response: Response) -> Response:
    """Return a response whose headers say what its body is by now."""
    assert isinstance(response.body, bytes)
    coded = response.coding is not None
    headers = [field for field in response.headers if not coded or field[0].lower() != "content-encoding"]
    return replace(response, headers=with_length(tuple(headers), len(response.body)))


def _request(request: Request) -> Mapping[str, object]:
    return {
        "method": request.method,
        "uri": request.url,
        "body": _text(request.body),
        "headers": _headers(request.headers),
    }


def _response(response: Response) -> Mapping[str, object]:
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": _headers(response.headers),
        "body": {"string": _text(response.body)},
    }


def _text(body: bytes | BodyFile) -> str | bytes:
    """Return a body as vcrpy writes it: as text where it is some that YAML keeps, else as bytes."""
    assert isinstance(body, bytes)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    return body if not _ODD_SPACE.isdisjoint(text) else text


def _headers(headers: Headers) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(as_written(name), []).append(as_written(value))
    return found
