"""The ledger of a cassette: the number of each secret, and how many values each rule replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from playhead.redaction.formats import Found
from playhead.redaction.names import kind_of
from playhead.redaction.placeholder import all_placeholders, form_of, mark_of, placeholder
from playhead.redaction.rules import Rule
from playhead.redaction.values import Values
from playhead.text.placeholder_signs import Form

__all__ = ["Ledger"]

_SENT = ("query.", "body.", "url.password")
"""The rules by which a request sends credentials of its own; those of its headers are noted for the whole cassette."""


class _Numbers:
    """The numbers that are given out."""

    __slots__ = ("last", "of", "secrets")

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        self.secrets: dict[int, str] = {}
        self.last = 0


class Ledger:
    """Gives placeholders: the same secret gets the same number, whatever name it stands under.

    The ledger of one exchange shares all of this with the `whole` one of its cassette. Besides, it knows what the
    request sent under credential names, as `sent`: that is looked for in this exchange alone, for it may be short.
    """

    __slots__ = ("counts", "guard", "is_request", "numbers", "sent", "values")

    def __init__(self, whole: Ledger | None = None, *, guard: AbstractContextManager[object] | None = None) -> None:
        self.guard: AbstractContextManager[object] = guard or (nullcontext() if whole is None else whole.guard)
        self.counts: Counter[str] = Counter() if whole is None else whole.counts
        self.values: Values = Values() if whole is None else whole.values
        self.numbers: _Numbers = _Numbers() if whole is None else whole.numbers
        self.sent: Values | None = None
        self.is_request = whole is not None

    @property
    def known(self) -> int:
        """The number of known values."""
        return self.values.count + (0 if self.sent is None else self.sent.count)

    def replace(self, secret: str, rule: Rule, *, form: Form | None = None) -> str:
        """Return the placeholder for a secret, or the text itself where the rule does not cover it.

        A text that is a placeholder already keeps its number and form, and gets the kind of its new place.
        """
        if not secret or not rule.covers(secret):
            return secret
        mark = mark_of(secret)
        if mark is not None:
            return placeholder(rule.kind, mark.number, secret, form=form or mark.form)
        with self.guard:
            self.counts[rule.text] += 1
            if self.is_request and rule.text.startswith(_SENT):
                self._note_sent(secret, rule)
            number = self.numbers.of.get(secret)
            if number is None:
                self.numbers.last += 1
                number = self.numbers.of[secret] = self.numbers.last
                self.numbers.secrets[number] = secret
                self.values.add(secret, rule.kind, certain=False)
        form = form or form_of(secret)
        if form == "base64" and rule.text.startswith("header."):
            form = "plain"  # the scheme says how a credential is encoded, so clients do not look at its form
        return placeholder(rule.kind, number, form=form, secret=secret)

    def note(self, secret: str, name: str) -> None:
        """Look for a value that is secret for certain, whether or not it comes under a secret name."""
        if mark_of(secret) is None:
            with self.guard:
                self.values.add(secret, kind_of(name), certain=True)

    def find(self, text: bytes, runs: bytes) -> Iterator[tuple[Found, str]]:
        """Yield where known values stand, and which; they may overlap. `runs` are the long runs of the text."""
        yield from self.values.find(text, runs)
        if self.sent is not None:
            yield from self.sent.find(text, runs)

    def skip(self, text: str) -> None:
        """Go on numbering after the placeholders in a text."""
        self.numbers.last = max([self.numbers.last, *(mark.number for mark in all_placeholders(text))])

    def _note_sent(self, secret: str, rule: Rule) -> None:
        if self.sent is None:
            self.sent = Values()
        self.sent.add_sent(secret, rule)
