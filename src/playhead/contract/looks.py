"""Classify strings by their look: identifiers in paths, keys that are data, formats.

Every function depends on one string only, so that the order of folding does not matter.
"""

from __future__ import annotations

import re
from functools import lru_cache

from playhead.text.placeholder_signs import PREFIX

__all__ = ["data_key", "format_of", "has_zone", "id_prefix", "is_version", "known_constant", "look_of", "spelling"]

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32}"
_ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_DATE = r"\d{4}-\d{2}-\d{2}"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
_TIME = rf"[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?{_ZONE}?"
_HEX = r"(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}|(?=[0-9A-F]*\d)(?=\d*[A-F])[0-9A-F]{12,}"
# One short word, a separator, then at least eight characters of which two or more are digits: cus_9s6XKzkNRiz8i3,
# msg_01XFDUDYJgAACzvnptvVoYEL. Two, because `user_address1` is a word.
_PREFIXED = r"[A-Za-z]{1,12}[_-](?=(?:[A-Za-z]*\d){2})[A-Za-z0-9]{8,}"
# Twenty or more characters of mixed case with digits (object stores, Firebase, Google), a name that ends in an epoch,
# or twelve or more capitals and digits (AWS).
_OPAQUE = (
    r"(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=(?:[A-Za-z_-]*\d){2})[\w-]{20,}"
    r"|[\w-]*\d{9,}|(?=(?:[A-Z]*\d){4})(?=\d*[A-Z])[A-Z0-9]{12,}"
)
_PLACEHOLDER = rf"{PREFIX}[a-z0-9-]+"

_LOOKS = (
    ("{id}", re.compile(rf"-?\d+|{_UUID}|{_ULID}|{_HEX}|{_PREFIXED}|{_OPAQUE}|{_PLACEHOLDER}")),
    ("{date}", re.compile(rf"{_DATE}(?:{_TIME})?")),
)
_EXTENSIONS = (
    "bin|c|cfg|conf|cpp|css|csv|dart|gif|go|gz|h|html|ini|ipynb|java|jpeg|jpg|js|json|jsx|lock|log|lua|md|mp3|mp4|pdf"
    "|php|png|py|rb|rs|rst|sh|sql|svg|toml|ts|tsx|txt|wav|webp|xml|yaml|yml|zip"
)
_DATA_KEY = re.compile(
    rf"-?\d+(?:\.\d+)*|{_UUID}|{_ULID}|{_HEX}|{_PREFIXED}|{_OPAQUE}|{_PLACEHOLDER}|{_DATE}(?:{_TIME})?"
    rf"|\d{{4}}-(?:\d{{2}}|[QW]\d{{1,2}})|[^/]+\.(?:{_EXTENSIONS})|.*/.*|.+@.*|.{{65,}}",
    re.DOTALL,
)
# Words that occur in the same segment as identifiers: `/users/me`, `/users/search`, `/v2`.
_CONSTANTS = frozenset(
    (
        "me",
        "self",
        "current",
        "all",
        "active",
        "latest",
        "newest",
        "recent",
        "default",
        "search",
        "find",
        "count",
        "stats",
        "status",
        "health",
        "healthz",
        "live",
        "ready",
        "new",
        "create",
        "add",
        "edit",
        "update",
        "delete",
        "remove",
        "batch",
        "bulk",
        "list",
        "export",
        "import",
        "upload",
        "download",
        "login",
        "logout",
        "signin",
        "signup",
        "register",
        "token",
        "refresh",
        "verify",
        "validate",
        "config",
        "settings",
        "info",
        "version",
        "versions",
        "metrics",
        "public",
        "private",
    )
)
_CONSTANT = re.compile(r"v\d+(?:\.\d+)*(?:(?:alpha|beta)\d*)?|\d+\.\d+(?:\.\d+)*|api|rest|graphql", re.IGNORECASE)
_FORMATS = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")),
    ("ulid", re.compile(_ULID)),
    ("date-time", re.compile(_DATE + _TIME)),
    ("date", re.compile(_DATE)),
    ("http-date", re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")),
    ("epoch", re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")),
    ("number", re.compile(r"-?\d+(?:\.\d+)?")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")),
    ("uri", re.compile(r"[a-z][a-z0-9+.-]*://\S+")),
)
# Whole groups of four with padding at the end, or long with all kinds of characters, unlike words and hex digits.
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)"
    r"|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[+/])(?:[A-Za-z0-9+/]{4}){6,}"
)
_ZONED = re.compile(rf".*{_ZONE}")
_ID_PREFIX = re.compile(r"([A-Za-z]{1,12}[_-])(?=(?:[A-Za-z]*\d){2})[A-Za-z0-9]{8,}")


@lru_cache(maxsize=4096)
def look_of(segment: str) -> str | None:
    """Return the placeholder (`{id}`, `{date}`) for a path segment that looks like an identifier, or `None`."""
    for placeholder, pattern in _LOOKS:
        if pattern.fullmatch(segment):
            return placeholder
    return None


def known_constant(segment: str) -> bool:
    """Return True if a path segment is a word that never stands for an identifier, such as `me` or `v2`."""
    return segment.lower() in _CONSTANTS or _CONSTANT.fullmatch(segment) is not None


def is_version(segment: str) -> bool:
    """Return True if a path segment is `v2`, `1.0`, `api` or the like, and not the name of a resource."""
    return _CONSTANT.fullmatch(segment) is not None


@lru_cache(maxsize=4096)
def data_key(key: str) -> bool:
    """Return True if the key of an object is data (an id, a date, a file name), which makes the object a map."""
    return _DATA_KEY.fullmatch(key) is not None


def format_of(text: str) -> str | None:
    """Return the format of a string (`"uuid"`, `"date-time"`, ...), if it has one that clients parse."""
    for name, pattern in _FORMATS:
        if pattern.fullmatch(text):
            return name
    return "base64" if _BASE64.fullmatch(text) else None


def has_zone(text: str) -> bool:
    """Return True if a date-time ends with `Z` or an offset. Without one, the reader has to guess what it means."""
    return _ZONED.fullmatch(text) is not None


def id_prefix(text: str) -> str | None:
    """Return the prefix of an opaque id (`"cus_"`), or `None`."""
    found = _ID_PREFIX.fullmatch(text)
    return found[1] if found else None


def spelling(text: str) -> str:
    """Return a text without case and separators: `userName` and `user_name` are spellings of one name."""
    return re.sub(r"[\W_]", "", text).lower()
