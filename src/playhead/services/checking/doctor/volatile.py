"""Parts of requests that differ on every run: nonces, times of sending, multipart boundaries, random identifiers.

A value is only suspected if it looks random and no answer before it has brought it. A name and a value that leave no
doubt are enough by themselves; anything else has to differ in all recordings of the request (`diagnosing` compares).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from playhead.model.cassette import Exchange
from playhead.model.http import header_value
from playhead.services.checking.doctor.facts import Varying
from playhead.services.checking.doctor.filtered import shown_request
from playhead.text.media_types import content_type
from playhead.text.multipart import boundary_of

__all__ = ["digest", "varying"]

_RANDOM = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16,128}", re.IGNORECASE
)
_NONCE = frozenset({"nonce", "oauth_nonce", "cachebuster", "cache_buster", "idempotency_key", "idempotencykey", "_"})
_TIME = frozenset({"timestamp", "oauth_timestamp", "ts", "sent_at", "sentat", "x-amz-date", "x-goog-date", "_"})
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?(?:\.[0-9]+)?")
_STAMP = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)T?[ :]?([0-2]\d):?([0-5]\d):?([0-5]\d)(?:\.\d+)?(?:Z|[+-]00:?00)?")
_BOUNDARY = re.compile(r"[0-9a-f]{32}|-+(?:WebKitFormBoundary)?[A-Za-z0-9]{16,}|=+\d{15,}=+")
_NEAR_SECONDS = 600
_MOST_JSON_BYTES = 256 * 1024
_MOST_LEAVES = 500

Place = tuple[str, str, str]
"""A place as `ignore=` spells it, the name of the value, and the value."""


def varying(exchange: Exchange, answered: bytes | bytearray, received_at: int | None) -> Iterator[Varying]:
    """Yield the suspected parts of a request.

    Args:
        exchange: The recording.
        answered: The answers before it in its file: what stands in them was not made up by the client.
        received_at: The time of its answer in seconds since 1970, if it says so.
    """
    boundary = _random_boundary(exchange)
    suspects = []
    for place, name, value in _places(exchange):
        sure = _certain(name, value, received_at)
        if (sure or _RANDOM.fullmatch(value)) and value.encode("utf-8", "surrogatepass") not in answered:
            suspects.append((place, value, sure))
    if not suspects and not boundary:
        return
    shown = shown_request(exchange.request.method, exchange.request.url)
    if boundary:
        yield Varying(exchange.id, shown, "body", digest(boundary), boundary=True)
    for place, value, sure in suspects:
        yield Varying(exchange.id, shown, place, digest(value), sure)


def digest(value: str) -> bytes:
    """Return a short digest of a value, which may be secret and is not kept."""
    return sha256(value.encode("utf-8", "surrogatepass")).digest()[:12]


def _certain(name: str, value: str, received_at: int | None) -> bool:
    """Return True for a nonce by name and look, and for a time at which this very request was sent."""
    folded = name.lower()
    if folded in _NONCE and _RANDOM.fullmatch(value):
        return True
    if folded not in _TIME or received_at is None:
        return False
    sent = _seconds(value)
    return sent is not None and abs(sent - received_at) <= _NEAR_SECONDS


def _seconds(value: str) -> float | None:
    """Return a time in seconds since 1970; `None` for any other text."""
    if _EPOCH.fullmatch(value):
        number = float(value)
        return number / 1000 if number > 1e11 else number
    stamp = _STAMP.fullmatch(value)
    if stamp is None:
        return None
    year, month, day, hour, minute, second = map(int, stamp.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _random_boundary(exchange: Exchange) -> str:
    if not exchange.request.body:
        return ""
    boundary = (boundary_of(header_value(exchange.request.headers, "content-type")) or b"").decode("latin-1")
    return boundary if _BOUNDARY.fullmatch(boundary) else ""


def _places(exchange: Exchange) -> Iterator[Place]:
    request = exchange.request
    for name, value in parse_qsl(urlsplit(request.url).query):
        yield f"query.{name}", name, value
    body = request.body
    if not isinstance(body, bytes) or not body or len(body) > _MOST_JSON_BYTES:
        return
    media_type = content_type(request.headers)
    if "form-urlencoded" in media_type:
        yield from ((f"body.{name}", name, value) for name, value in parse_qsl(body.decode("utf-8", "replace")))
    elif body[:1] in b"{[":
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return
        yield from _leaves(document)


def _leaves(document: object) -> Iterator[Place]:
    """Yield the texts and numbers of a JSON document, as far as objects reach: in lists, places say little."""
    waiting: list[tuple[str, str, object]] = [("body.$", "", document)]
    for _ in range(_MOST_LEAVES):
        if not waiting:
            return
        place, name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [
                (f"{place}.{key}", key, each) for key, each in value.items() if re.fullmatch(r"[A-Za-z_]\w*", key)
            ]
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield place, name, str(value)
