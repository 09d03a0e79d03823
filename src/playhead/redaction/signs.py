"""Tells quickly whether a text can hold links or JSON with secrets under names: most texts hold none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from playhead.redaction.rules import RedactionRules

__all__ = ["may_hold_inner"]

_EQUALS = re.compile(rb"=|%(?:25)*3[dD]|\\+u003[dD]|&(?:#0*61|#[xX]0*3[dD]|equals);")
_BEFORE_NAME = re.compile(rb"""[=&;?#\s"'<>\\`/{},]""")
_QUOTED = re.compile(rb'(?:"|\\u0022|%22)([^"\\%]{1,100}+)(?:\\|%(?:25)*22|&quot;)')
_USERS = re.compile(rb"""(?::|%3[aA])(?:\\*/|%2[fF]){2}[^/?#@\s"'<>`]*+(?:@|%(?:25)*40)|%(?:25)*40|\\+u0040""")
_LETTERS_ESCAPED = re.compile(rb"\\+u00(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])")
_NAME_BYTES = 100
_PREFIX = re.compile(rb"u00(?:2[36]|3[fF])")


def may_hold_inner(text: bytes, rules: RedactionRules) -> bool:
    """Return False only if no text inside this one has a name with a rule, nor credentials before a host."""
    if b"@" in text or b"%" in text or b"\\" in text:
        if _USERS.search(text) or _LETTERS_ESCAPED.search(text):
            return True
        if any(rules.rule("body", _readable(name)) for name in set(_QUOTED.findall(text))):
            return True
    return any(rules.rule("query", name) or rules.rule("body", name) for name in set(_parameters(text)))


def _parameters(text: bytes) -> Iterator[str]:
    """The names before signs of equality; the same often."""
    for sign in _EQUALS.finditer(text):
        before = text[max(sign.start() - _NAME_BYTES, 0) : sign.start()]
        name = unquote_to_bytes(_BEFORE_NAME.split(before)[-1])
        while b"%" in name and (again := unquote_to_bytes(name)) != name:
            name = again
        yield _readable(_PREFIX.sub(b"", _BEFORE_NAME.split(name)[-1], count=1))


def _readable(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
