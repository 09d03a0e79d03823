"""Secrets that are known by their value, replaced wherever they stand, in the encodings that programs use.

They are a request's own credentials, those of the environment, and values that stood under a secret name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from playhead.redaction.formats import Found
from playhead.redaction.names import COMMON_VALUES, OFTEN_PLAIN, fold
from playhead.redaction.rules import Rule
from playhead.redaction.runs import first_run
from playhead.redaction.spellings import Escaped, spellings
from playhead.text.placeholder_signs import Form

__all__ = ["Values", "is_sent_secret", "is_telling"]

_MOST_UNCERTAIN = 256
_FEWEST_SENT = 6
_LONGEST_VALUE = 4096

_SEARCHED_ONE_BY_ONE = 100
"""From this number of long spellings on, looking at each block of a text is faster than searching for each spelling."""

_BLOCK = 8
_LONG = 2 * _BLOCK - 1
"""A spelling of this length covers a whole aligned block of the text, wherever it stands."""

_LETTER_OR_DIGIT = re.compile(rb"[A-Za-z0-9]")
_PADDING = re.compile(rb"(?:={1,2}|(?:%3[Dd]){1,2})?")
"""The padding of a base64 text, which a placeholder in its place does not need."""

_ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2}|\\[nrtbf]|\\u[0-9A-Fa-f]{4})$")
"""A letter that belongs to an escape of a URL or of JSON: a word begins behind it."""


def is_telling(value: str, *, certain: bool) -> bool:
    """Return True if a value can be searched for anywhere: it is too long to be another word by chance.

    A value that is not `certain` to be a secret needs 16 characters, with letters and digits.
    """
    if not 8 <= len(value) <= _LONGEST_VALUE or value.isdigit():
        return False
    if certain:
        return len(value) >= 12 or not value.isalpha()
    return len(value) >= 16 and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def is_sent_secret(value: str, rule: Rule) -> bool:
    """Return True if a value that a request sent under a credential name is searched for in the rest of its exchange.

    It has at least 6 characters, not digits alone, and is not a word such as `password` or `changeme`. Under a name
    that is only sometimes secret, or that often holds plain words, it has letters and digits.
    """
    if not _FEWEST_SENT <= len(value) <= _LONGEST_VALUE or value.isdigit() or fold(value) in COMMON_VALUES:
        return False
    if rule.certain and fold(rule.kind) not in OFTEN_PLAIN:
        return True
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


class _Known(NamedTuple):
    """The secret that a spelling means, and whether it counts only as a `word`, not as part of another."""

    secret: str
    rule: Rule
    word: bool
    form: Form | None


class Values:
    """The secrets that are known so far.

    Certain ones are never forgotten. Of the uncertain ones the latest 256 are kept, so that a suite whose answers are
    full of tokens stays fast.
    """

    def __init__(self) -> None:
        self.count = 0
        """The number of values ever added. A text that was clean at this count stays clean until it grows."""
        self.certain: dict[str, str] = {}
        """The values that are secret for certain, each with its kind."""
        self._uncertain: dict[str, set[bytes]] = {}
        self._spellings: dict[bytes, _Known] = {}
        self._escaped: dict[str, tuple[Escaped, _Known]] = {}
        """The secrets with more spellings than can be listed."""
        self._learned: list[bytes] = []
        self._in_runs, self._anywhere = _Index(), _Index()
        """The spellings with a long run, by that run, and the others."""

    def add(self, secret: str, kind: str, *, certain: bool) -> None:
        """Look for a value from now on, unless it is too common a text."""
        if secret in self.certain or (secret in self._uncertain and not certain):
            return
        if not is_telling(secret, certain=certain):
            return
        if not certain:
            if len(self._uncertain) >= _MOST_UNCERTAIN:
                self._forget(next(iter(self._uncertain)))
            self._uncertain[secret] = self._know(secret, kind)
            return
        self._forget(secret)
        self.certain[secret] = kind
        self._know(secret, kind)

    def add_sent(self, secret: str, rule: Rule) -> None:
        """Look for a value that a request sent under a credential name, if `is_sent_secret` takes it."""
        if secret not in self.certain and is_sent_secret(secret, rule):
            self.certain[secret] = rule.kind
            self._know(secret, rule.kind, word=secret.isalpha())

    def learned(self, since: int = 0) -> list[bytes]:
        """Return the spellings known by now, without the first `since`."""
        return self._learned[since:]

    def find(self, text: bytes, runs: bytes) -> Iterator[tuple[Found, str]]:
        """Yield where known values stand, and which; they may overlap. `runs` are the long runs of the text."""
        for start, spelling in self._places(text, runs):
            known, end = self._spellings.get(spelling), start + len(spelling)
            if known is None:  # forgotten since: another thread has learned many values
                continue
            if known.form == "base64":
                end = _PADDING.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing at least
            if not known.word or _is_word(text, start, end):
                yield Found(start, end, known.rule, known.form), known.secret
        for escaped, known in list(self._escaped.values()):
            for start, end in escaped.places(text):
                yield Found(start, end, known.rule), known.secret

    def _know(self, secret: str, kind: str, *, word: bool = False) -> set[bytes]:
        """Look for all spellings that do not mean a certain secret already; return those."""
        rule = Rule(f"value.{kind}", kind)
        escaped = Escaped.of(secret)
        if escaped is not None:
            self._escaped[secret] = escaped, _Known(secret, rule, word, None)
        written = {each: form for each, form in spellings(secret).items() if not self._is_certain(each)}
        for spelling, form in written.items():
            if spelling not in self._spellings:
                self._index(spelling)
            self._spellings[spelling] = _Known(secret, rule, word, form)
        self._learned += written
        self.count += 1
        return set(written)

    def _is_certain(self, spelling: bytes) -> bool:
        known = self._spellings.get(spelling)
        return known is not None and known.secret in self.certain

    def _forget(self, secret: str) -> None:
        self._escaped.pop(secret, None)
        for spelling in self._uncertain.pop(secret, ()):
            known = self._spellings.get(spelling)
            if known is not None and known.secret == secret:
                del self._spellings[spelling]
                self._unindex(spelling)

    def _index(self, spelling: bytes) -> None:
        run = first_run(spelling)
        if run is None:
            self._anywhere.add(spelling, spelling)
        else:
            self._in_runs.add(spelling, run)

    def _unindex(self, spelling: bytes) -> None:
        (self._anywhere if first_run(spelling) is None else self._in_runs).remove(spelling)

    def _places(self, text: bytes, runs: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the places of each spelling."""
        for spelling in [*self._in_runs.candidates(runs), *self._anywhere.candidates(text)]:
            start = text.find(spelling)
            while start >= 0:
                yield start, spelling
                start = text.find(spelling, start + len(spelling))


class _Index:
    """Tells which of many spellings may be in a text, each by a part of it."""

    def __init__(self) -> None:
        self._parts: dict[bytes, bytes] = {}
        self._blocks: dict[int, list[bytes]] = {}
        """Spellings with long parts by the blocks of these that may stand in a text."""
        self._short: dict[bytes, None] = {}

    def add(self, spelling: bytes, part: bytes) -> None:
        self._parts[spelling] = part
        if len(part) < _LONG:
            self._short[spelling] = None
            return
        for block in _blocks(part):
            self._blocks[block] = [*self._blocks.get(block, ()), spelling]

    def remove(self, spelling: bytes) -> None:
        part = self._parts.pop(spelling)
        if len(part) < _LONG:
            del self._short[spelling]
            return
        for block in _blocks(part):
            others = [each for each in self._blocks[block] if each != spelling]
            if others:
                self._blocks[block] = others
            else:
                del self._blocks[block]

    def candidates(self, text: bytes) -> list[bytes]:
        """Return copies of the spellings that may be in a text: another thread may add some meanwhile."""
        if not text:
            return []
        if len(self._parts) - len(self._short) <= _SEARCHED_ONE_BY_ONE:
            return [spelling for spelling, part in list(self._parts.items()) if part in text]
        blocks = memoryview(text)[: len(text) // _BLOCK * _BLOCK].cast("Q")
        found = set(filter(self._blocks.__contains__, blocks))
        return list(self._short) + list({each for block in found for each in self._blocks.get(block, ())})


def _blocks(spelling: bytes) -> set[int]:
    """Return the blocks of a text that may be a spelling's first whole one."""
    return {memoryview(spelling)[start : start + _BLOCK].cast("Q")[0] for start in range(_BLOCK)}


def _is_word(text: bytes, start: int, end: int) -> bool:
    before = _LETTER_OR_DIGIT.match(text, start - 1) if start else None
    if before is not None and _ESCAPED.search(text[max(start - 6, 0) : start]) is None:
        return False
    return _LETTER_OR_DIGIT.match(text, end) is None
