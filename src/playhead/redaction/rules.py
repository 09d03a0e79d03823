"""The names that are secret in headers, queries and bodies: the defaults, and the changes of the `redact` option."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from playhead.errors import UsageError
from playhead.redaction import names
from playhead.redaction.look import looks_secret
from playhead.redaction.placeholder import mark_of

__all__ = ["RedactionRules", "Rule", "Side"]

Side = Literal["header", "query", "body"]

_OPTION = re.compile(r"(!?)(?:(header|query|body)\.)?([\w$-]+(?:[\w$ -]*[\w$-])?)")
_SIDES: tuple[Side, ...] = ("header", "query", "body")
_COOKIES = frozenset({"cookie", "setcookie"})


@dataclass(frozen=True, slots=True)
class Rule:
    """The reason why a value is redacted.

    Under a name that is `certain` to mean a secret every string is one. Under other names only strings are that look
    like a secret: ask `covers`.

    Attributes:
        text: The rule as the `redact` option spells it.
        kind: The kind of placeholder.
        numbers: True if numbers are secret too, under a certain name.
        uuids: True if a UUID counts as a secret.
    """

    text: str
    kind: str
    certain: bool = True
    numbers: bool = True
    uuids: bool = True

    def covers(self, value: str) -> bool:
        """Return True if this value is to be replaced. A placeholder is replaced too: it gets the kind of its place."""
        return self.certain or looks_secret(value, uuids=self.uuids) or mark_of(value) is not None


@dataclass(frozen=True, slots=True)
class RedactionRules:
    """Folded names by side: `secret` beyond the defaults, and `allowed` in spite of them."""

    secret: frozenset[tuple[Side, str]] = frozenset()
    allowed: frozenset[tuple[Side, str]] = frozenset()
    innocent: set[bytes] = field(default_factory=set, compare=False, repr=False)
    """JSON strings from bodies that are known to be innocent names."""
    _found: dict[tuple[Side, str], Rule | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_options(cls, options: Iterable[str] = ()) -> RedactionRules:
        """Build rules from the `redact` option.

        Each entry is `NAME` (anywhere), `header.NAME`, `query.NAME` or `body.NAME`, with `!` in front to allow it.
        Raises UsageError for anything else.
        """
        if isinstance(options, str):
            raise UsageError(f'redact="{options}" should be a list: redact=["{options}"].')
        secret: set[tuple[Side, str]] = set()
        allowed: set[tuple[Side, str]] = set()
        for option in options:
            parsed = _OPTION.fullmatch(option.strip())
            if parsed is None or not names.fold(parsed[3]):
                raise UsageError(
                    f'"{option}" is not a redaction rule: write NAME, header.NAME, query.NAME, body.NAME, or '
                    "!NAME to allow one."
                )
            sides = [side for side in _SIDES if parsed[2] in (None, side)]
            (allowed if parsed[1] else secret).update((side, names.fold(parsed[3])) for side in sides)
        return cls(frozenset(secret), frozenset(allowed))

    def rule(self, side: Side, name: str) -> Rule | None:
        """Return the rule for values under this name, or `None`. It may not cover each of them: see `covers`."""
        try:
            return self._found[side, name]
        except KeyError:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            found = self._found[side, name] = self._judge(side, name)
            return found

    def cookie(self, rule: Rule, name: str, value: str) -> Rule | None:
        """Return the rule for one cookie of a field under `rule`, or `None`.

        Cookies are secret by their own name and look.
        """
        folded = names.fold(name)
        if ("header", folded) in self.allowed:
            return None
        asked_for = {("header", folded), ("header", names.fold(rule.kind))}
        found = names.certainty(name)
        if (found is not None and found.certain) or not self.secret.isdisjoint(asked_for):
            return rule
        return rule if looks_secret(unquote(value.strip('"'))) or mark_of(value) is not None else None

    def allows(self, kind: str) -> bool:
        """Return True if `!KIND` allows values of this kind anywhere."""
        return ("body", names.fold(kind)) in self.allowed

    def _judge(self, side: Side, name: str) -> Rule | None:
        folded, kind = names.fold(name), names.kind_of(name)
        if (side, folded) in self.allowed:
            return None
        if (side, folded) in self.secret or (side == "header" and folded in _COOKIES):
            return Rule(f"{side}.{kind}", kind)
        found = names.certainty(name)
        return None if found is None else Rule(f"{side}.{kind}", kind, *found)


_REMEMBERED = 10_000
"""The number of names that are remembered: enough for any API, and a limit for bodies whose keys are data."""
