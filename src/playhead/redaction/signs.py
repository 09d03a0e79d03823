"""Quick checks whether a text can hold links or JSON with secrets under names. Most texts hold none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from playhead.redaction.escapes import holds
from playhead.redaction.rules import RedactionRules

__all__ = ["CODED_BEGINS", "may_hold_inner", "may_hold_marked"]

_EQUALS = (
    (b"%", re.compile(rb"%(?:25)*3[dD]")),
    (b"\\u003", re.compile(rb"\\+u003[dD]")),
    (b"&#", re.compile(rb"&#(?:0*61|[xX]0*3[dD]);")),
    (b"&equals;", re.compile(rb"&equals;")),
)
"""Spellings of `=`, each with a part that is quick to find. One at a time is much faster than one pattern for all."""

_BEFORE_NAME = re.compile(rb"""[=&;?#\s"'<>\\`/{},]""")
_STOPPED = bytes(32 if byte != ord("=") and _BEFORE_NAME.match(bytes([byte])) else byte for byte in range(256))
"""A translation that makes a blank of each character that may stand before a name."""

_QUOTED = re.compile(rb'(?:"|\\u0022|%22)([^"\\%]{1,100}+)(?:\\|%(?:25)*22|&quot;)')
_IN_STRING = re.compile(rb'\\"([^"\\%]{1,100}+)(?=\\)')
_HOST_AFTER = rb"""[^/?#@\s"'<>`]*+(?:@|%(?:25)*40)"""
_ENCODED_HOST_AFTER = rb"""(?:[^/?#@\s"'<>`%]++|%(?!2[fF]))*+(?:@|%(?:25)*40)"""
"""An encoded slash ends the search for a host, so that each host is read once."""

_USERS = (
    (b":/", re.compile(rb":/(?:\\*/|%2[fF])" + _HOST_AFTER)),
    (b":\\", re.compile(rb":\\+/(?:\\*/|%2[fF])" + _HOST_AFTER)),
    (b":%", re.compile(rb":%2[fF](?:\\*/|%2[fF])" + _ENCODED_HOST_AFTER)),
    (b"%", re.compile(rb"%(?:3[aA](?:\\*/|%2[fF]){2}" + _ENCODED_HOST_AFTER + rb"|(?:25)*40)")),
    (b"\\u0040", re.compile(rb"\\u0040")),
)
_LETTERS_ESCAPED = re.compile(rb"\\u00(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])")
CODED_BEGINS = (b"ey", b"ew", b"W3", b"Wy", b"Ww")
"""The beginnings of an object or array in base64. Searching for one at a time is much faster."""

_CODED = tuple((b'"' + begins, re.compile(b'"' + begins + rb'[A-Za-z0-9+/_-]{14,}+["=\\]')) for begins in CODED_BEGINS)
_CODED_IN_MARKUP = tuple(
    (begins, re.compile(begins + rb"(?<=[>'=\s]" + begins + rb")[A-Za-z0-9+/_-]{14}")) for begins in CODED_BEGINS
)
_TAG_NAME = rb"(?:[\w.-]{1,60}+:)?([A-Za-z_][\w.-]{0,99}+)"
_NAMED = rb"(?:name|key|id)\s*+"
_TAGS = (
    (b"<", re.compile(rb"<" + _TAG_NAME)),
    (b"\\u003", re.compile(rb"\\u003[cC]" + _TAG_NAME)),
    (b"<", re.compile(_NAMED + rb"(?:>|=\s*+\\*+[\"']?)\s*+([^\"'<>\\]{1,100}+)", re.IGNORECASE)),
    (b"\\u003", re.compile(_NAMED + rb"(?:\\u003e|=\s*+\\*+[\"']?)\s*+([^\"'<>\\]{1,100}+)", re.IGNORECASE)),
)
"""The names of tags, and what attributes and elements name."""
_QUOTE = rb"(?:[\"']|\\+[\"']|&(?:quot|apos|#34|#39|#[xX]2[27]);)"
_MARKED = (
    re.compile(rb"(?:<|&(?:lt|#60|#[xX]3[cC]);)(?:[\w.-]{1,60}+:)?([A-Za-z_][\w.-]{0,99}+)"),
    re.compile(rb"(?<![\w.-])([\w.-]{1,100}+)\s*+="),
    re.compile(rb"(?:name|key|id)\s*+=\s*+[\"']?([^\"'<>]{1,100}+)", re.IGNORECASE),
    re.compile(rb"(?:name|key|id)\s*+>(?:\s|<!\[CDATA\[)*+([^<>]{1,100}+)", re.IGNORECASE),
    re.compile(rb"(?<![\w$.-])([A-Za-z_$][\w$.-]{0,99}+)" + _QUOTE + rb"?\s*+:\s*+(?=[\d{\[]|" + _QUOTE + rb")"),
)
"""The names of tags and attributes, what they name, and names before colons in texts."""

_QUOTED_VALUES = (
    (b"'", (b"':", b"' :", b":'", b": '")),
    (b"\\", (b":\\", b": \\")),
    (b":  ", (b":  ",)),
)
"""The quotation mark and colon around a quoted value, each with a part that is quick to find."""

_BEFORE_COLON = re.compile(rb"""(?<![\w$.-])([A-Za-z_$][\w$-]{0,99}+)'?\s{0,9}+:\s{0,9}+(?:'|\\+["'u])""")
_SIGNS = (b"=", b"%", b"&", b"<", b"\\", b"'", b":  ")
"""Where none of these is, neither `=`, tags, quoted names nor escapes are. Most JSON ends here."""
_NAME_BYTES = 100
_PREFIX = re.compile(rb"u00(?:2[36]|3[fF])")


def may_hold_inner(text: bytes, rules: RedactionRules) -> bool:
    """Return False only if no text inside this one has a name with a rule, nor credentials before a host."""
    if (b"@" in text or b"%" in text or b"\\u0040" in text) and any(_found(text, *each) for each in _USERS):
        return True
    if _may_be_coded(text):
        return True
    if not any(map(text.__contains__, _SIGNS)):
        return False
    if _found(text, b"\\u00", _LETTERS_ESCAPED):
        return True
    if any(rules.rule("body", _readable(name)) for name in _quoted(text)):
        return True
    if any(rules.rule("body", _readable(name)) for name in _others(text)):
        return True
    return any(rules.rule("query", name) or rules.rule("body", name) for name in set(_parameters(text)))


def may_hold_marked(text: bytes, rules: RedactionRules) -> bool:
    """Return False only if in XML neither tags, attributes nor what they name, nor a text inside, has a secret name."""
    if b"<!ENTITY" in text or b"<!entity" in text:
        return True
    names = {name for pattern in _MARKED for name in pattern.findall(text)}
    if any(rules.rule("body", _readable(name)) or rules.rule("query", _readable(name)) for name in names):
        return True
    return may_hold_inner(text, rules)


def _found(text: bytes, part: bytes, pattern: re.Pattern[bytes]) -> bool:
    return holds(text, part) and pattern.search(text) is not None


def _quoted(text: bytes) -> set[bytes]:
    """Return the names in JSON that is escaped inside a string."""
    if any(holds(text, quote) for quote in (b"%22", b"&quot;", b"\\u0022")):
        return set(_QUOTED.findall(text))
    return set(_IN_STRING.findall(text)) if holds(text, b'\\"') else set()


def _may_be_coded(text: bytes) -> bool:
    if b"y" not in text and b"w" not in text and b"W" not in text:
        return False
    if any(part in text and pattern.search(text) is not None for part, pattern in _CODED):
        return True
    marked = b"<" in text or b"\\u003" in text
    return marked and any(_found(text, *each) for each in _CODED_IN_MARKUP)


def _others(text: bytes) -> set[bytes]:
    """Return the names of tags, and names before a colon in programs and logs."""
    found: set[bytes] = set()
    for part, pattern in _TAGS:
        if holds(text, part):
            found.update(pattern.findall(text))
    if any(part in text and any(sign in text for sign in signs) for part, signs in _QUOTED_VALUES):
        found.update(_BEFORE_COLON.findall(text))
    return found


def _parameters(text: bytes) -> Iterator[str]:
    """Yield the names before `=`, some of them twice."""
    names = _before_equals(text) if b"=" in text else set()
    for part, pattern in _EQUALS:
        if holds(text, part):
            names.update(
                _BEFORE_NAME.split(text[max(sign.start() - _NAME_BYTES, 0) : sign.start()])[-1]
                for sign in pattern.finditer(text)
            )
    for each in names:
        name = unquote_to_bytes(each[-_NAME_BYTES:])
        while b"%" in name and (again := unquote_to_bytes(name)) != name:
            name = again
        yield _readable(_PREFIX.sub(b"", _BEFORE_NAME.split(name)[-1], count=1))


def _before_equals(text: bytes) -> set[bytes]:
    parts = text.translate(_STOPPED).split(b"=")
    parts.pop()
    return {part[part.rfind(b" ") + 1 :] for part in parts} - {b""}


def _readable(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
