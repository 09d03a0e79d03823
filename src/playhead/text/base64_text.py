"""Base64 as it is met in texts: of either alphabet (RFC 4648, sections 4 and 5), with or without padding."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode

__all__ = ["decode_base64", "decoded_text", "encode_like", "object_in"]

_STANDARD = bytes.maketrans(b"-_", b"+/")


def decode_base64(coded: bytes) -> bytes:
    """Return the decoded bytes; ValueError if other characters are in between.

    A single character behind the last group of four says nothing and is left out: a run of such characters in a text
    may be longer than the base64 in it, by a slash for example.
    """
    plain = coded.rstrip(b"=").translate(_STANDARD)
    if len(plain) % 4 == 1:
        return b64decode(plain + b"AAA", validate=True)[:-3]
    return b64decode(plain + b"=" * (-len(plain) % 4), validate=True)


def decoded_text(coded: str) -> str | None:
    """Return the decoded bytes as latin-1 text, `None` if it is not base64."""
    try:
        return decode_base64(coded.encode("ascii")).decode("latin-1")
    except ValueError:
        return None


def encode_like(coded: bytes, data: bytes) -> bytes:
    """Encode `data` with the alphabet and the padding that `coded` has, and the single character behind its end."""
    encoded = (urlsafe_b64encode if b"-" in coded or b"_" in coded else b64encode)(data)
    plain = coded.rstrip(b"=")
    if len(plain) % 4 == 1:
        return encoded + plain[-1:]  # padded, or that character would be read as a part of it
    return encoded if len(plain) < len(coded) or len(coded) % 4 == 0 else encoded.rstrip(b"=")


def object_in(part: str) -> dict[str, object]:
    """Return the object in one part of a JSON web token (RFC 7519), an empty one if there is none."""
    try:
        value = json.loads(urlsafe_b64decode(part.rstrip("=") + "=" * (-len(part.rstrip("=")) % 4)))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
