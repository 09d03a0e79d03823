r"""Spellings of a secret in programs: as it is, in base64, and with its characters escaped in the usual ways.

Letters and digits are seldom escaped. A secret with other characters (`p&ss "wörd"`) has more spellings than can be
listed: references of HTML (`&amp;`, `&#38;`, `&#x26;`), escapes of JSON once or several times (`\"`, `\\\"`, `\u00f6`),
of a URL or of a URL within one (`%26`, `%2526`), of a form (`+`). A pattern finds these.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape
from html.entities import html5
from urllib.parse import quote, quote_plus

from playhead.text.placeholder_signs import Form

__all__ = ["Escaped", "spellings"]

_PLAIN = re.compile(r"[A-Za-z0-9_.~/+=:,@-]*")
"""A secret of these characters alone is written in few ways."""

_RUN = re.compile(r"[A-Za-z0-9]+")
_TELLING = 4
_LONGEST_ESCAPE = 40
_QUOTES = "\"'/"
_CONTROLS = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_BACKSLASH = r"(?:\\|%(?:25){0,4}5[cC]|&#(?:92|[xX]5[cC]);)"
_ONCE_OR_MORE = f"(?:{'|'.join(_BACKSLASH + times for times in ('{8}', '{4}', '{2}', ''))})"
"""The backslash of an escape, also in JSON within JSON. It must not take backslashes of the next character."""

_BEFORE_QUOTE = f"(?:{'|'.join(_BACKSLASH + times for times in ('{7}', '{3}', ''))})?"


def spellings(secret: str) -> dict[bytes, Form | None]:
    """Return the usual spellings of a value, each with the form of its placeholder."""
    plain = secret.encode("utf-8", "surrogateescape")
    escaped = json.dumps(secret)[1:-1]
    wide = json.dumps(secret, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape")
    quoted = {form(plain, safe).encode() for form in (quote, quote_plus) for safe in ("", "/")}
    coded = {form(plain).rstrip(b"=") for form in (b64encode, urlsafe_b64encode)}
    found: dict[bytes, Form | None] = dict.fromkeys(coded, "base64")
    found |= dict.fromkeys((plain, escaped.encode(), wide, escaped.replace("/", "\\/").encode(), *quoted))
    if _PLAIN.fullmatch(secret) is None:
        again = {json.dumps(escaped)[1:-1].encode(), *(quote(each, safe="").encode() for each in quoted)}
        in_markup = {escape(secret, quote=signs).encode("utf-8", "surrogateescape") for signs in (False, True)}
        found |= dict.fromkeys((*again, *in_markup))
    return found


class Escaped:
    """Finds a secret whose characters are escaped, in any way and several times over."""

    __slots__ = ("_run", "_secret")

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._run = max(_RUN.findall(secret), key=len, default="")

    @classmethod
    def of(cls, secret: str) -> Escaped | None:
        """Return a search for a secret, `None` if it has no other than its usual spellings."""
        return None if _PLAIN.fullmatch(secret) else cls(secret)

    def places(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield where the secret stands.

        The search starts from its longest run of letters and digits, which few texts have.
        """
        run = self._run.encode()
        if run not in text:
            return
        if len(run) < _TELLING:
            yield from (found.span() for found in _pattern(self._secret).finditer(text))
            return
        before, after = self._secret.split(self._run, 1)
        at = text.find(run)
        while at >= 0:
            end = at + len(run)
            rest = _pattern(after).match(text, end)
            start = max(at - _LONGEST_ESCAPE * len(before), 0)
            first = None if rest is None else _pattern(before, at_end=True).search(text, start, at)
            if rest is not None and first is not None:
                end = rest.end()
                yield first.start(), end
            at = text.find(run, end)


@lru_cache(maxsize=256)
def _pattern(part: str, *, at_end: bool = False) -> re.Pattern[bytes]:
    return re.compile("".join(map(_escaped, part)).encode("latin-1") + (rb"\Z" if at_end else b""))


def _escaped(character: str) -> str:
    """Return a pattern of bytes for all spellings of one character."""
    if character.isascii() and character.isalnum():
        return character
    code = ord(character)
    data = character.encode("utf-8", "surrogateescape")
    names = "|".join([*_html_names().get(character, ()), f"#0{{0,5}}{code}", f"#[xX]0{{0,5}}{_hex(code, 1)}"])
    ways = [_literal(data), f"&(?:amp;){{0,3}}(?:{names});", "".join(f"%(?:25){{0,4}}{_hex(byte, 2)}" for byte in data)]
    units = character.encode("utf-16-be", "surrogatepass")
    ways.append(
        "".join(f"{_ONCE_OR_MORE}u{_hex(units[at] * 256 + units[at + 1], 4)}" for at in range(0, len(units), 2))
    )
    if code < 0x100:
        ways.append(f"{_ONCE_OR_MORE}x{_hex(code, 2)}")
    ways += _of_its_own(character)
    return f"{_BEFORE_QUOTE if character in _QUOTES else ''}(?:{'|'.join(ways)})"


@cache
def _html_names() -> dict[str, list[str]]:
    """Return the names of characters in HTML."""
    names: dict[str, list[str]] = {}
    for name, character in html5.items():
        if name.endswith(";"):
            names.setdefault(character, []).append(name[:-1])
    return names


def _of_its_own(character: str) -> list[str]:
    if character == " ":
        return [r"\+"]
    if character == "\\":
        return [_ONCE_OR_MORE]
    if character in _CONTROLS:
        return [_ONCE_OR_MORE + _CONTROLS[character]]
    return [rf"\x{ord(character):02x}", f"%{_hex(ord(character), 2)}"] if 0x80 <= ord(character) < 0x100 else []


def _literal(data: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in data)


def _hex(number: int, digits: int) -> str:
    """Return a pattern for a hexadecimal number in either case."""
    return "".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in f"{number:0{digits}x}")
