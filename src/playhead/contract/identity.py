"""Tell entities and requests apart: what identifies an object, or a request, as a short hash.

An object is identified by its id, key or link to itself; one without any by the object around it, and the outermost
one by its request. Placeholders of secrets identify nothing, for they are numbered in each cassette by itself, and nor
does the `id` of a JSON-RPC message, by which a client numbers what it sends. Hashes have 32 bits, since contracts are
committed: they tell a few entities apart, and do not give away what they stand for.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, urlsplit

from playhead.text.placeholder_signs import PREFIX

__all__ = ["entity_of", "hash_of", "request_hash"]

IDENTIFIERS = ("id", "_id", "uuid", "guid", "node_id", "@id", "ID", "Id", "key", "self", "href", "url")
_LINKS = ("links", "_links")
_LOOKED_FOR = frozenset((*IDENTIFIERS, *_LINKS))
_KEY = b"playhead identity"
_LONGEST = 2048
_MESSAGE = "jsonrpc"
"""The field of JSON-RPC messages (https://www.jsonrpc.org/specification, sections 4 and 5)."""

_NUMBERED = re.compile(rf"{PREFIX}[a-z-]*[a-z](?:-\d+)?")


@lru_cache(maxsize=32768)
def hash_of(text: str | int) -> int:
    """Return the hash of what identifies an entity; 17 and "17" are the same."""
    return int.from_bytes(blake2b(str(text).encode("utf-8", "replace"), digest_size=4, key=_KEY).digest())


def entity_of(value: dict[str, object]) -> int | None:
    """Return the hash that identifies an object, or `None` if nothing in it does."""
    own = value.get("id")
    if type(own) is int and _MESSAGE not in value:  # as most have it
        return hash_of(own)
    if _MESSAGE in value or value.keys().isdisjoint(_LOOKED_FOR):
        return None
    for name in IDENTIFIERS:
        if name in value and (text := _identifier(value[name])):
            return hash_of(text)
    for name in _LINKS:
        links = value.get(name)
        if isinstance(links, dict) and (text := _identifier(links.get("self"))):
            return hash_of(text)
    return None


def _identifier(value: object) -> str:
    if type(value) is int:
        return str(value)
    if isinstance(value, dict):
        value = value.get("href")
    if not isinstance(value, str) or PREFIX in value:
        return ""
    return value[:_LONGEST]


def request_hash(url: str, body: object) -> int:
    """Return the hash of a request: of its path, its query in any order, and its body.

    Args:
        url: The URL.
        body: The parsed body, its bytes if it is neither JSON nor a form, or `None`.
    """
    parts = urlsplit(url)
    query = sorted(parse_qsl(parts.query, keep_blank_values=True)) if parts.query else ()
    text = f"{parts.path or '/'}?{query}"
    if isinstance(body, bytes):
        text += blake2b(body, digest_size=16).hexdigest()
    elif body is not None:
        text += _canonical([_unnumbered(each) for each in body] if isinstance(body, list) else _unnumbered(body))
    return hash_of(_NUMBERED.sub(PREFIX, text) if PREFIX in text else text)


def _unnumbered(body: object) -> object:
    """Return a body without the number of a JSON-RPC message."""
    if isinstance(body, dict) and _MESSAGE in body:
        return {name: value for name, value in body.items() if name != "id"}
    return body


def _canonical(body: object) -> str:
    try:
        return json.dumps(body, sort_keys=True)
    except (RecursionError, ValueError):  # too deep to be compared
        return ""
