"""Secrets that are known by their value: a request's own credentials, those of the environment, and those that stood
under a secret name. They are replaced wherever they come again, in the encodings that programs use."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from playhead.redaction.formats import Found
from playhead.redaction.rules import Rule

__all__ = ["Values", "is_telling"]

_MOST_VALUES = 256
_LONGEST_VALUE = 4096


def is_telling(value: str, *, certain: bool) -> bool:
    """Whether a value can be looked for anywhere: long enough not to be some other word by chance.

    Of a value that is not `certain` to be a secret more is asked: 16 characters, with letters and digits.
    """
    if not 8 <= len(value) <= _LONGEST_VALUE or value.isdigit():
        return False
    if certain:
        return len(value) >= 12 or not value.isalpha()
    return len(value) >= 16 and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


class Values:
    """The secrets that are known so far. `count` grows with them."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._spellings: dict[bytes, tuple[str, Rule]] = {}

    @property
    def count(self) -> int:
        """How many are known."""
        return len(self._secrets)

    def add(self, secret: str, kind: str, *, certain: bool) -> None:
        """Look for a value from now on, unless it is too common a text."""
        if secret in self._secrets or len(self._secrets) >= _MOST_VALUES or not is_telling(secret, certain=certain):
            return
        self._secrets.add(secret)
        rule = Rule(f"value.{kind}", kind)
        for spelling in _spellings(secret):
            self._spellings.setdefault(spelling, (secret, rule))

    def find(self, text: bytes) -> Iterator[tuple[Found, str]]:
        """Where a known value stands, and which; they may overlap."""
        for spelling, (secret, rule) in self._spellings.items():
            start = text.find(spelling)
            while start >= 0:
                yield Found(start, start + len(spelling), rule), secret
                start = text.find(spelling, start + len(spelling))


def _spellings(secret: str) -> set[bytes]:
    plain = secret.encode("utf-8", "surrogateescape")
    escaped = json.dumps(secret)[1:-1].encode()
    wide = json.dumps(secret, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape")
    quoted = {form(plain, safe).encode() for form in (quote, quote_plus) for safe in ("", "/")}
    coded = {form(plain).rstrip(b"=") for form in (b64encode, urlsafe_b64encode)}
    return {plain, escaped, wide, escaped.replace(b"/", b"\\/"), *quoted, *coded}
