"""JSON, redacted while it streams by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playhead.redaction.edits import Edit, apply
from playhead.redaction.inside import Texts
from playhead.redaction.json_edits import body_rule_of, span_edits
from playhead.redaction.json_spans import JsonScanner, Span, unquoted
from playhead.redaction.rules import Rule
from playhead.redaction.stages import Notes

__all__ = ["HELD_BYTES", "JsonStage"]

HELD_BYTES = 64 * 1024
"""How much is held back at most while a value goes on or a name is undecided."""

_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


@dataclass(slots=True)
class _LongString:
    """A string of which too much has come to hold it: where it begins, and its beginning if it is secret."""

    start: int
    rule: Rule | None
    beginning: bytes = b""


class JsonStage:
    """JSON that begins at `base` of the whole. Held are spans that are undecided, and a token that goes on."""

    def __init__(self, notes: Notes, base: int) -> None:
        self._notes = notes
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
        """The rest."""
        if self._string is not None:
            return self._pass_by(self._string, len(self._held)) + self._end(self._string)
        self._scanned = self._scanner.scan(self._held, self._scanned, base=self._base)
        self._scanner.decide()
        return self._settle()

    def _scan(self) -> bytes:
        self._scanned = self._scanner.scan(self._held, self._scanned, base=self._base, final=False)
        out = self._settle()
        if len(self._held) <= HELD_BYTES:
            return out
        self._scanner.decide()
        out += self._settle()
        if len(self._held) <= HELD_BYTES:
            return out
        if self._held[:1] != b'"':
            return out + self._give(len(self._held), [])
        out += self._give(1, [])
        self._string = _LongString(self._base, self._rule_of_long())
        return out + self._go_on(self._string)

    def _rule_of_long(self) -> Rule | None:
        """The rule for a string whose beginning is held, if it is a secret."""
        rule = self._scanner.rule
        return rule if rule is not None and rule.covers(unquoted(self._held)) else None

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
        """What stands in place of a long string that is secret."""
        if string.rule is None:
            return b""
        new = self._notes.ledger.replace(unquoted(string.beginning), string.rule).encode()
        self._notes.edits.append(Edit(string.start, self._base, new))
        return new
