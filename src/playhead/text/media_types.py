"""Media types (RFC 9110, 8.3.1): their essence, their parameters, and the formats that bodies of a type have.

All functions but `essence` and `parameter` take an essence: `application/json` for `Application/JSON; charset=utf-8`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from playhead.model.http import Headers, header_value

__all__ = [
    "CSV",
    "EVENT_STREAM",
    "FORM",
    "JSON_LINES",
    "content_type",
    "essence",
    "is_json",
    "is_multipart",
    "is_xml",
    "may_be_json",
    "parameter",
    "without_parameter",
]

FORM = "application/x-www-form-urlencoded"
EVENT_STREAM = "text/event-stream"
CSV = "text/csv"
JSON_LINES = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-seq",
    }
)
"""One JSON value per line, or per record separator (RFC 7464)."""

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json|text/json|[\w.-]+/[\w.+-]+\+json")
_XML = re.compile(r"(?:application|text)/xml|[\w.-]+/[\w.+-]+\+xml")


def content_type(headers: Headers) -> str:
    """Return the first content-type field, parameters included, or an empty text."""
    return header_value(headers, "content-type")


def essence(content_type: str) -> str:
    """Return a content type in lower case, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def parameter(field: str, name: str) -> str | None:
    """Return a parameter of a content type or a content disposition, or None if the field has none of that name."""
    found = _parameter(name).search(field)
    return (found[1] or found[2] or "") if found else None


def without_parameter(field: str, name: str) -> str:
    """Return a field without the parameters of that name."""
    return _parameter(name).sub("", field)


def is_json(essence: str) -> bool:
    """Return True for `application/json`, `text/json` and types with the suffix `+json` (RFC 6839, 3.1)."""
    return _JSON.fullmatch(essence) is not None


def may_be_json(essence: str) -> bool:
    """Return True for types with JSON anywhere in their name: services make up types such as `application/x-json`."""
    return "json" in essence


def is_xml(essence: str) -> bool:
    """Return True for `application/xml`, `text/xml` and types with the suffix `+xml` (RFC 7303, 4.2)."""
    return _XML.fullmatch(essence) is not None


def is_multipart(essence: str) -> bool:
    """Return True for bodies that consist of parts (RFC 2046, 5.1)."""
    return essence.startswith("multipart/")


@lru_cache(maxsize=16)
def _parameter(name: str) -> re.Pattern[str]:
    return re.compile(rf""";\s*{re.escape(name)}\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))""", re.IGNORECASE)
