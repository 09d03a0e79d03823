"""What stands in the place of a secret: `REDACTED-<kind>-<n>`, the same number for the same secret of one cassette."""

from __future__ import annotations

import re

__all__ = ["PLACEHOLDER", "is_placeholder", "number_of", "placeholder", "same_kind"]

PLACEHOLDER = re.compile(r"REDACTED-([a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*)-(\d+)")
"""A kind's words begin with a letter, so the number is what follows the last hyphen."""

_UNSIGNED_JWT = "eyJhbGciOiJub25lIn0.e30."
"""`{"alg":"none"}` and `{}`: what a reader of tokens can take apart (RFC 7519, section 6.1)."""

_JWT = re.compile(r"[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]*")
_WHOLE = re.compile(rf"(?:{re.escape(_UNSIGNED_JWT)})?{PLACEHOLDER.pattern}")


def placeholder(kind: str, number: int, secret: str = "") -> str:
    """What replaces a secret. A JSON web token stays one, with its dots and three decodable parts."""
    if not (secret.startswith("eyJ") and _JWT.fullmatch(secret)):
        return f"REDACTED-{kind}-{number}"
    text = f"REDACTED-{kind}-{number}"
    if len(text) % 4 == 1:  # no base64 text has this length
        text = f"REDACTED-{kind}-0{number}"
    return _UNSIGNED_JWT + text


def is_placeholder(text: str) -> bool:
    """Whether the whole text stands for a secret already."""
    return _WHOLE.fullmatch(text) is not None


def number_of(text: str) -> int | None:
    """The number in a text that is a placeholder as a whole."""
    found = _WHOLE.fullmatch(text)
    return int(found[2]) if found else None


def same_kind(text: str) -> str:
    """A text in which placeholders have lost their number, so that two compare equal if they are of one kind."""
    return PLACEHOLDER.sub(r"REDACTED-\1", text) if "REDACTED-" in text else text
