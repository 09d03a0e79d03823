"""JSON, redacted while it streams by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playhead.redaction.edits import Edit, apply
from playhead.redaction.inside import Texts
from playhead.redaction.json_edits import body_rule_of, span_edits
from playhead.redaction.json_glance import Glance, glance
from playhead.redaction.json_spans import JsonScanner, Span, record_names, secret_names
from playhead.redaction.rules import Rule
from playhead.redaction.signs import may_hold_inner
from playhead.redaction.stages import Notes
from playhead.text.json_text import IN_STRING, unquoted

__all__ = ["HELD_BYTES", "JsonStage"]

HELD_BYTES = 64 * 1024
"""The number of bytes held back at most while a value goes on or a name is undecided."""

_BLOCK_BYTES = 32 * 1024
"""The size of a glance. A block with a secret in it is scanned token by token as a whole."""

_FEWEST_BYTES = 1024
"""Less than this is scanned token by token right away."""

_IN_SCHEMAS = (b"propert", b"defs", b"definitions")

_TEXT_MEMBER = re.compile(rb'"([^"\\]++)"[ \t\r\n]*+:[ \t\r\n]*+"([^"\\]*+)"')
_IN_STRING = re.compile(IN_STRING, re.DOTALL)


@dataclass(slots=True)
class _LongString:
    """A string of which too much has come to hold it: where it begins, and its beginning if it is secret."""

    start: int
    rule: Rule | None
    beginning: bytes = b""


class JsonStage:
    """JSON that begins at `base` of the whole. Held are spans that are undecided, and a token that goes on."""

    def __init__(self, notes: Notes, base: int, *, most_held: int = HELD_BYTES) -> None:
        self._notes = notes
        self._most_held = most_held
        self._base = base
        self._held = b""
        self._scanned = 0
        self._scanner = JsonScanner(body_rule_of(notes.rules))
        self._inside = Texts(notes.rules, notes.ledger)
        self._string: _LongString | None = None

    def feed(self, data: bytes) -> bytes:
        """Take a piece."""
        self._held += data
        out = b"" if self._string is None else self._go_on(self._string)
        return out if self._string is not None else out + self._scan()

    def finish(self) -> bytes:
        """Return what is left."""
        if self._string is not None:
            return self._pass_by(self._string, len(self._held)) + self._end(self._string)
        self._scanned = self._scanner.scan(self._held, self._scanned, base=self._base)
        self._scanner.decide()
        return self._settle()

    def _scan(self) -> bytes:
        while len(self._held) - self._scanned > _FEWEST_BYTES and self._block():
            pass
        self._scanned = self._scanner.scan(self._held, self._scanned, base=self._base, final=False)
        out = self._settle()
        if len(self._held) <= self._most_held:
            return out
        self._scanner.decide()
        out += self._settle()
        if len(self._held) <= self._most_held:
            return out
        if self._held[:1] != b'"':
            return out + self._give(len(self._held), [])
        out += self._give(1, [])
        self._string = _LongString(self._base, self._rule_of_long())
        return out + self._go_on(self._string)

    def _rule_of_long(self) -> Rule | None:
        """Return the rule for a string whose beginning is held, `None` if it is not secret."""
        rule = self._scanner.rule
        return rule if rule is not None and rule.covers(unquoted(self._held)) else None

    def _block(self) -> bool:
        """Scan the next block, with a glance if that tells all; returns False if more has to come first."""
        start = self._scanned
        block = self._held[start : start + _BLOCK_BYTES]
        found: Glance | None = None
        end = _BLOCK_BYTES
        if self._scanner.at_rest and not may_hold_inner(block, self._notes.rules):
            found = glance(block, self._secret_names)
        if found is not None and self._goes_by_others(block, found):
            end, found = found.end, None
        spans = None if found is None else self._member_spans(block, found)
        if found is None or spans is None:
            self._scanned = self._scanner.scan(self._held, start, base=self._base, final=False, until=start + end)
        else:
            self._scanner.spans += spans
            self._scanner.skip(found.brackets)
            self._scanned += found.end
        self._scanner.forget_early(self._base + self._scanned - HELD_BYTES)
        return self._scanned > start

    def _goes_by_others(self, block: bytes, found: Glance) -> bool:
        """Return True if other members than their own names tell of values whether they are secret."""
        if found.has_records and (found.brackets.strip(b"[") or self._secret_names(record_names(block[: found.end]))):
            return True
        lower = block.lower()
        return b"{" in found.brackets and any(part in lower for part in _IN_SCHEMAS)

    def _member_spans(self, block: bytes, found: Glance) -> list[Span] | None:
        """Return the values of the members that were found, `None` if other members decide whether they are secret."""
        spans = list[Span]()
        rule_of = body_rule_of(self._notes.rules)
        for name, end in found.members:
            text = _TEXT_MEMBER.match(block, name, end)
            if text is not None and not _covers(rule_of(unquoted(text[1])), text[2]):
                continue
            scanner = JsonScanner(rule_of)
            scanner.scan(b"{" + block[name:end], base=self._base + self._scanned + name - 1)
            if scanner.undecided is not None:
                return None
            spans += scanner.spans
        return spans

    def _secret_names(self, names: set[bytes]) -> set[bytes]:
        rules = self._notes.rules
        return secret_names(names, body_rule_of(rules), rules.innocent)

    def _settle(self) -> bytes:
        """Give what was scanned, up to the first undecided span."""
        undecided = self._scanner.undecided
        end = self._scanned if undecided is None else undecided - self._base
        spans = self._scanner.release(self._base + end)
        return self._give(end, [edit for span in spans for edit in self._edits(span)])

    def _edits(self, span: Span) -> Iterator[Edit]:
        text = self._held[span.start - self._base : span.end - self._base]
        return span_edits(text, span, self._notes.ledger, self._inside)

    def _give(self, end: int, edits: list[Edit]) -> bytes:
        base = self._base
        out = apply(self._held[:end], [Edit(start - base, stop - base, new) for start, stop, new in edits])
        self._notes.edits.extend(edits)
        self._held = self._held[end:]
        self._base += end
        self._scanned = max(self._scanned - end, 0)
        return out

    def _go_on(self, string: _LongString) -> bytes:
        """Pass by what has come of a long string, and its end if that has come."""
        inside = _IN_STRING.match(self._held)
        end = inside.end() if inside else 0
        out = self._pass_by(string, end)
        if self._held[:1] != b'"':
            return out
        self._string = None
        self._scanner.skip_value()
        return out + self._end(string) + self._give(1, [])

    def _pass_by(self, string: _LongString, size: int) -> bytes:
        passed, self._held = self._held[:size], self._held[size:]
        self._base += size
        if string.rule is None:
            return passed
        string.beginning += passed[: HELD_BYTES - len(string.beginning)]
        return b""

    def _end(self, string: _LongString) -> bytes:
        """Return the replacement of a long string that is secret."""
        if string.rule is None:
            return b""
        new = self._notes.ledger.replace(unquoted(string.beginning), string.rule).encode()
        self._notes.edits.append(Edit(string.start, self._base, new))
        return new


def _covers(rule: Rule | None, string: bytes) -> bool:
    return rule is not None and (rule.certain or rule.covers(unquoted(string)))
