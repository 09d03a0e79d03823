"""The secret values in JSON text, as spans of bytes. Nothing is parsed and written anew.

The scanner follows strings, brackets and colons alone. So it is right on any valid JSON, on several values in a row and
on text that ends in the middle; what is not JSON at all gives some spans or none, and no errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from playhead.redaction.json_frames import EarlyValue, Frame
from playhead.redaction.json_glance import ESCAPED, may_hold_records, names_in
from playhead.redaction.names import fold
from playhead.redaction.rules import Rule
from playhead.text.json_text import IN_STRING, unquoted

__all__ = [
    "JsonScanner",
    "RuleOf",
    "Span",
    "has_secret_names",
    "json_spans",
    "record_names",
    "secret_names",
]

RuleOf = Callable[[str], Rule | None]
"""The rule by which values under a name are secret, if they are."""

_TOKEN = re.compile(
    rb'"(' + IN_STRING + rb')(?:(")[ \t\r\n]*+(:)?+)?|[{}\[\]]|[^\s{}\[\],:"]++',
    re.DOTALL,
)
_MOST_SOUGHT = 128
"""Texts under more different names than these are not looked for one by one."""

_MAY_BE_A_SCHEMA = re.compile(rb'"(?:properties|patternProperties|definitions|\$?defs)"', re.IGNORECASE)
_RECORDS = re.compile(rb'"(?:name|key)"\s*+:\s*+"([^"]{1,100})"', re.IGNORECASE)
_NUMBER = re.compile(rb"-?\d")
_WORTH_A_LOOK = re.compile(
    rb"""[=@<]|\\["u]|'\s*+:|:\s*+'|%(?:25)*(?:3[dD]|40|22)|\A(?:e[yw]|W[3yw])[A-Za-z0-9+/_-]{14,}+=?=?\Z"""
)
"""Signs that a string may hold a link with parameters, JSON (also in base64), a tag or a quoted value."""


_REMEMBERED = 10_000
"""Names that are remembered: enough for any API, and a bound for bodies whose keys are data."""

_LONGEST_NAME = 100
"""In `{"name": "api_key", "value": ...}` a longer text than this is not taken for a name."""


_MOST_EARLY = 8
_MOST_EARLY_SPANS = 64
"""Limits for values that wait for their names: how many values within one another, and how many texts in one. Most
names come right after."""


class Span(NamedTuple):
    """A value (of a string, what is between the quotation marks) and the rule that it falls under.

    A span without a rule is not secret by its name. If it is `worth_a_look`, there may be a secret inside.
    """

    start: int
    end: int
    rule: Rule | None
    is_number: bool = False
    worth_a_look: bool = True


class JsonScanner:
    """Finds spans in a text that comes in pieces. `spans` are in order, their positions those in the whole text."""

    def __init__(self, rule_of: RuleOf, outermost: Frame | None = None) -> None:
        self.spans: list[Span] = []
        self._rule_of = rule_of
        self._frames = [Frame() if outermost is None else outermost]
        self._early: list[Frame] = []
        """The objects whose `value` came before its name, which may yet come."""

    @property
    def undecided(self) -> int | None:
        """The start of the first span that a later token may still turn into a secret or into none, if there is one."""
        for frame in self._frames:
            firsts = [frame.key_from, -1 if frame.value is None else frame.value.first]
            first = min((at for at in firsts if 0 <= at < len(self.spans)), default=None)
            if first is not None:
                return self.spans[first].start
        return None

    @property
    def rule(self) -> Rule | None:
        """The rule for the value that comes next."""
        return self._frames[-1].rule

    def scan(self, text: bytes, start: int = 0, *, base: int = 0, final: bool = True, until: int | None = None) -> int:
        """Scan `text[start:]`, `base` being where the text begins in the whole; returns where the scan stopped.

        Unless this is the `final` piece, it stops before a token that touches the end; it stops before one that begins
        at `until`.
        """
        size = len(text)
        stop = size if until is None else until
        for token in _TOKEN.finditer(text, start):
            if token.start() >= stop or (not final and token.end() == size):
                return token.start()
            self._token(token, base)
        return size

    @property
    def at_rest(self) -> bool:
        """Return True if what comes next is read as if it stood alone: nothing around it or before it matters."""
        if self.rule is not None or self._early or self.undecided is not None:
            return False
        return not any(frame.named or frame.is_schema or frame.describes for frame in self._frames)

    def skip(self, brackets: bytes) -> None:
        """Go on after a text that was dealt with elsewhere, with these brackets unmatched in it."""
        self._frames[-1].pending, self._frames[-1].name = None, ""
        for bracket in brackets:
            if bracket in b"}]":
                self._close()
            else:
                self._frames.append(self._frames[-1].opened(is_object=bracket == ord("{")))

    def decide(self) -> None:
        """Take as secret what was undecided, but for values whose names have not come."""
        for frame in self._frames:
            frame.key_from = -1
        while self._early:
            self._forget_early(0)

    def forget_early(self, before: int) -> None:
        """Wait no longer for the names of values that begin before a place."""
        while self._early and (value := self._early[0].value) is not None and value.start < before:
            self._forget_early(0)

    def skip_value(self) -> None:
        """Go on after a value that was dealt with elsewhere."""
        self._frames[-1].pending = None

    def release(self, end: int) -> list[Span]:
        """Hand over the spans that begin before `end`, all of them decided."""
        count = sum(span.start < end for span in self.spans)
        released, self.spans = self.spans[:count], self.spans[count:]
        for frame in self._frames:
            if frame.key_from >= 0:
                frame.key_from -= count
                frame.key_to -= count if frame.key_to >= 0 else 0
            if frame.value is not None:
                frame.value.first -= count
                frame.value.last -= count if frame.value.last >= 0 else 0
        return released

    def _token(self, token: re.Match[bytes], base: int) -> None:
        string, first = token[1], token[0][:1]
        if string is not None:
            if token[3] and self._frames[-1].is_object:
                self._member(unquoted(string), base + token.start())
            else:
                self._value(base + token.start(1), base + token.end(1), string)
        elif first in b"{[":
            self._frames.append(self._frames[-1].opened(is_object=first == b"{"))
        elif first in b"}]":
            self._close()
        else:
            self._scalar(base + token.start(), base + token.end(), token[0])

    def _member(self, name: str, start: int) -> None:
        frame = self._frames[-1]
        frame.name, frame.pending = fold(name), self._rule_of(name)
        if frame.key_to < 0:
            frame.key_to = len(self.spans)
        if frame.value is not None and frame.value.last < 0:
            frame.value.last = len(self.spans)
        if frame.name == "key" and frame.rule is not None and not frame.rule.certain:
            # Beside `value`, the text under `key` is a name and not a secret, whatever it looks like.
            frame.key_from, frame.key_to = len(self.spans), -1
        elif frame.name == "value":
            frame.record = True
            frame.pending = frame.pending or frame.named
            if frame.rule is None and frame.value is None:
                frame.value = EarlyValue(start, len(self.spans))
                self._early.append(frame)
                if len(self._early) > _MOST_EARLY:
                    self._forget_early(0)

    def _value(self, start: int, end: int, string: bytes) -> None:
        frame, rule = self._frames[-1], self.rule
        secret = rule is not None and end > start and (rule.certain or rule.covers(unquoted(string)))
        worth_a_look = _WORTH_A_LOOK.search(string) is not None
        if secret or worth_a_look or (end > start and self._is_early()):
            self.spans.append(Span(start, end, rule if secret else None, worth_a_look=worth_a_look))
        if frame.name in ("name", "key") and frame.is_object:
            self._naming(frame, self._rule_of(unquoted(string)) if len(string) <= _LONGEST_NAME else None)
        elif frame.name == "value" and frame.value is not None:
            frame.value.is_text = True
        frame.pending, frame.name = None, ""

    def _scalar(self, start: int, end: int, scalar: bytes) -> None:
        rule = self.rule
        secret = rule is not None and rule.numbers
        if _NUMBER.match(scalar) and (secret or self._is_early()):
            self.spans.append(Span(start, end, rule if secret else None, is_number=True, worth_a_look=False))
        self._frames[-1].pending = None

    def _is_early(self) -> bool:
        """Return True within a `value` that waits for its name."""
        while self._early and len(self.spans) - self._first_early() >= _MOST_EARLY_SPANS:
            self._forget_early(0)
        return any(frame.value is not None and frame.value.last < 0 for frame in self._early)

    def _first_early(self) -> int:
        value = self._early[0].value
        return 0 if value is None else value.first

    def _naming(self, frame: Frame, rule: Rule | None) -> None:
        """Note what names the `value` of an object. If that has come already, its texts and numbers get their rule."""
        frame.named, value = rule, frame.value
        if rule is None or value is None:
            return
        if rule.certain or value.is_text:
            for at in range(value.first, len(self.spans) if value.last < 0 else value.last):
                span = self.spans[at]
                if rule.numbers or not span.is_number:
                    self.spans[at] = span._replace(rule=rule)
        self._forget_early(self._early.index(frame))

    def _forget_early(self, at: int) -> None:
        self._early.pop(at).value = None

    def _close(self) -> None:
        if len(self._frames) == 1:
            return
        frame = self._frames.pop()
        if frame.value is not None:
            self._forget_early(-1)
        if frame.record and frame.key_from >= 0:
            names = slice(frame.key_from, len(self.spans) if frame.key_to < 0 else frame.key_to)
            self.spans[names] = [span._replace(rule=None) for span in self.spans[names]]
        self._frames[-1].pending = None


def has_secret_names(text: bytes, rule_of: RuleOf, innocent: set[bytes]) -> bool:
    """Return True if values under the names in a text may be secret.

    Names that are only sometimes secret hide nothing if no text under them looks like a secret, as is usual. `innocent`
    collects names without a rule, and grows.
    """
    names = names_in(text)
    if names <= innocent:
        return False
    recorded = record_names(text) if may_hold_records(names) else set()
    found = secret_names(names | recorded, rule_of, innocent)
    if not found or not found.isdisjoint(recorded) or _MAY_BE_A_SCHEMA.search(text) is not None:
        return bool(found)
    rules = {name: rule_of(unquoted(name)) for name in found}
    certain = any(rule is not None and rule.certain for rule in rules.values())
    if certain or len(found) > _MOST_SOUGHT or any(ESCAPED in name for name in found):
        return True
    return any(_covered(rules[member[1]], member[2]) for member in _members(found).finditer(text))


def _members(names: set[bytes]) -> re.Pattern[bytes]:
    """Return a pattern for texts under these names.

    The value is matched by a look-ahead, so that a member inside it is found too.
    """
    either = b"|".join(map(re.escape, sorted(names)))
    return re.compile(rb'"(%s)"(?=[ \t\r\n]*+:[ \t\r\n]*+"(%s))' % (either, IN_STRING), re.DOTALL)


def _covered(rule: Rule | None, string: bytes) -> bool:
    return rule is not None and rule.covers(unquoted(string))


def record_names(text: bytes) -> set[bytes]:
    """Return all texts under `name` or `key`. Each may name the `value` beside it."""
    return set(_RECORDS.findall(text))


def secret_names(names: set[bytes], rule_of: RuleOf, innocent: set[bytes]) -> set[bytes]:
    """Return the names that have a rule.

    `innocent` collects the names that have none and are not that of a record's value, and grows. Each name found is
    returned with a leading colon as well: a glance drops it.
    """
    unknown = names - innocent
    found = {name for name in unknown if rule_of(unquoted(name)) is not None}
    if len(innocent) > _REMEMBERED:
        innocent.clear()
    innocent.update(name for name in unknown - found if not may_hold_records([name]))
    return found | {b":" + name for name in found}


def json_spans(text: bytes, rule_of: RuleOf) -> list[Span]:
    """Return all values that are secret by name, and those that are worth a look inside."""
    scanner = JsonScanner(rule_of)
    scanner.scan(text)
    return scanner.spans
