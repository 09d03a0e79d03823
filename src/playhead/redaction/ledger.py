"""Which number each secret has, and how many were replaced by which rule. One ledger a cassette."""

from __future__ import annotations

from collections import Counter

from playhead.redaction.names import kind_of
from playhead.redaction.placeholder import PLACEHOLDER, number_of, placeholder
from playhead.redaction.rules import Rule
from playhead.redaction.values import Values

__all__ = ["Ledger"]


class Ledger:
    """Gives placeholders: the same secret gets the same number, whatever name it stands under."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.values = Values()
        self._numbers: dict[str, int] = {}
        self._last = 0

    def replace(self, secret: str, rule: Rule) -> str:
        """What stands in place of a secret. A placeholder keeps its number, under the kind of its place."""
        if not secret:
            return secret
        number = number_of(secret)
        if number is not None:
            return placeholder(rule.kind, number, secret)
        self.counts[rule.text] += 1
        number = self._numbers.get(secret)
        if number is None:
            self._last += 1
            number = self._numbers[secret] = self._last
            self.values.add(secret, rule.kind, certain=False)
        return placeholder(rule.kind, number, secret)

    def note(self, secret: str, name: str) -> None:
        """Look for a value that is secret for certain, whether or not it comes under a secret name."""
        if number_of(secret) is None:
            self.values.add(secret, kind_of(name), certain=True)

    def skip(self, text: str) -> None:
        """Go on numbering after the placeholders in a text."""
        if "REDACTED-" in text:
            self._last = max([self._last, *(int(found[2]) for found in PLACEHOLDER.finditer(text))])
