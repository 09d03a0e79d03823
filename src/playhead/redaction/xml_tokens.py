"""XML as tokens with their byte offsets: by expat as far as it is well-formed, and the rest by the look of its tags.

Entities are never expanded. Expat stops at the first declaration of one, and the rest is read by its looks.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple
from xml.parsers import expat

__all__ = ["Token", "loose_tokens", "xml_tokens"]

TokenKind = Literal["start", "end", "text", "cdata", "comment", "other"]


class Token(NamedTuple):
    """A piece of XML at `[start:end]`. `name` is the name of a tag with its prefix. Text may come in several tokens."""

    kind: TokenKind
    start: int
    end: int
    name: bytes = b""


_TAGS = (
    rb"</(?P<ends>[A-Za-z_][\w.:-]*+)[^<>]*+>?"
    rb"""|<(?P<begins>[A-Za-z_][\w.:-]*+)(?:[^<>"']|"[^"<]*+"|'[^'<]*+'|["'])*+>?"""
    rb"""|<!ENTITY\s[^<>"']*+(?:"[^"]*+"|'[^']*+')[^<>]*+>?|<[?!][^<>]*+>?"""
)
_IN_COMMENT = re.compile(_TAGS)
_LOOSE = re.compile(rb"(?:<!--|<!\[CDATA\[)(?P<opened>)|" + _TAGS)


class _Refused(Exception):
    """An entity is declared."""


class _Tokens:
    """Collects expat's events. A token ends where the next one begins."""

    def __init__(self) -> None:
        self.found: list[Token] = []
        self._in_cdata = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = False
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = lambda name, _: self._begin("start", name)
        self.parser.EndElementHandler = lambda name: self._begin("end", name)
        self.parser.CharacterDataHandler = lambda _: self._begin("cdata" if self._in_cdata else "text")
        self.parser.StartCdataSectionHandler = self._begin_cdata
        self.parser.EndCdataSectionHandler = self._end_cdata
        self.parser.CommentHandler = lambda _: self._begin("comment")
        self.parser.DefaultHandler = self._other  # this also keeps expat from expanding entities
        self.parser.EntityDeclHandler = self._refuse

    def _begin(self, kind: TokenKind, name: str = "") -> None:
        start = self.parser.CurrentByteIndex
        self.found.append(Token(kind, start, start, name.encode("utf-8", "surrogateescape")))

    def _begin_cdata(self) -> None:
        self._begin("other")
        self._in_cdata = True

    def _end_cdata(self) -> None:
        self._begin("other")
        self._in_cdata = False

    def _other(self, data: str) -> None:
        self._begin("text" if data.startswith("&") else "other")

    def _refuse(self, *_: object) -> None:
        raise _Refused


def xml_tokens(text: bytes) -> Iterator[Token]:
    """Yield all tokens of a text, in order."""
    tokens = _Tokens()
    rest = len(text)
    try:
        tokens.parser.Parse(text, True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        rest = _understood(tokens.found)
    for token, following in pairwise([*tokens.found, Token("other", rest, rest)]):
        yield token._replace(end=following.start)
    if rest < len(text):
        yield from loose_tokens(text, rest)


def _understood(found: list[Token]) -> int:
    """Return where to go on after an error: at the last event, since its end is not known."""
    while found:
        last = found.pop()
        if last.kind != "cdata":
            return last.start
    return 0


def loose_tokens(text: bytes, position: int = 0, *, in_comment: bool = False) -> Iterator[Token]:
    """Yield the tokens from a place on by their looks. A tag or comment that is not closed goes on to the end."""
    pattern = _IN_COMMENT if in_comment else _LOOSE
    size = len(text)
    while position < size:
        tag = pattern.search(text, position)
        start = tag.start() if tag else size
        if start > position:
            yield Token("text", position, start)
        position = size
        if tag is not None and tag.lastgroup == "opened":
            position = yield from _opened(text, tag)
        elif tag is not None:
            position = tag.end()
            yield from _tag(tag)


def _opened(text: bytes, tag: re.Match[bytes]) -> Generator[Token, None, int]:
    """Yield the comment or section that begins with `tag`, and return where it ends."""
    kind: TokenKind = "comment" if tag[0] == b"<!--" else "cdata"
    mark = b"-->" if kind == "comment" else b"]]>"
    end = text.find(mark, tag.end())
    end = len(text) if end < 0 else end
    if kind == "comment":
        end = min(end + len(mark), len(text))
        yield Token(kind, tag.start(), end)
        return end
    yield Token(kind, tag.end(), end)
    return min(end + len(mark), len(text))


def _tag(tag: re.Match[bytes]) -> Iterator[Token]:
    start, end = tag.span()
    if tag["ends"] is not None:
        yield Token("end", start, end, tag["ends"])
    elif tag["begins"] is not None:
        yield Token("start", start, end, tag["begins"])
        if tag[0].endswith(b"/>"):
            yield Token("end", end, end, tag["begins"])
    else:
        yield Token("other", start, end)
