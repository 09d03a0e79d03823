"""Which names are secret where: the defaults, and what the `redact` option adds or allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from playhead.errors import UsageError
from playhead.redaction import names

__all__ = ["RedactionRules", "Rule", "Side"]

Side = Literal["header", "query", "body"]

_OPTION = re.compile(r"(!?)(?:(header|query|body)\.)?([\w$-]+(?:[\w$ -]*[\w$-])?)")
_SIDES: tuple[Side, ...] = ("header", "query", "body")
_DEFAULTS: dict[Side, frozenset[str]] = {"header": names.HEADERS, "query": names.QUERY, "body": names.BODY}


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a value is redacted: `text` as the `redact` option would say it, `kind` for the placeholder.

    `numbers`: whether numbers are secret too, which those of counts and ids such as `sort_key` are not.
    """

    text: str
    kind: str
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class RedactionRules:
    """Names by side, folded: `secret` beyond the defaults, `allowed` in spite of them."""

    secret: frozenset[tuple[Side, str]] = frozenset()
    allowed: frozenset[tuple[Side, str]] = frozenset()
    innocent: set[bytes] = field(default_factory=set, compare=False, repr=False)
    """JSON strings, as they stand in bodies, that are known to be names of nothing secret."""
    _found: dict[tuple[Side, str], Rule | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_options(cls, options: Iterable[str] = ()) -> RedactionRules:
        """Read the `redact` option: `NAME` (anywhere), `header.NAME`, `query.NAME`, `body.NAME`, and `!` to allow one.

        `UsageError` for anything else.
        """
        if isinstance(options, str):
            raise UsageError(f'redact="{options}" should be a list: redact=["{options}"].')
        secret: set[tuple[Side, str]] = set()
        allowed: set[tuple[Side, str]] = set()
        for option in options:
            parsed = _OPTION.fullmatch(option.strip())
            if parsed is None or not names.fold(parsed[3]):
                raise UsageError(
                    f'"{option}" says nothing about redaction: write NAME, header.NAME, query.NAME, body.NAME, or '
                    "!NAME for what is no secret."
                )
            sides = [side for side in _SIDES if parsed[2] in (None, side)]
            (allowed if parsed[1] else secret).update((side, names.fold(parsed[3])) for side in sides)
        return cls(frozenset(secret), frozenset(allowed))

    def rule(self, side: Side, name: str) -> Rule | None:
        """The rule by which values under this name are secret, or `None`."""
        try:
            return self._found[side, name]
        except KeyError:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            found = self._found[side, name] = self._judge(side, name)
            return found

    def allows(self, kind: str) -> bool:
        """Whether values of this kind are to be kept wherever they stand, by `!KIND`."""
        return ("body", names.fold(kind)) in self.allowed

    def _judge(self, side: Side, name: str) -> Rule | None:
        folded = names.fold(name)
        if (side, folded) in self.allowed:
            return None
        listed = (side, folded) in self.secret or folded in _DEFAULTS[side]
        innocent = folded in names.INNOCENT or folded.endswith("publickey")
        if not listed and (innocent or not folded.endswith(names.SUFFIXES)):
            return None
        kind = names.kind_of(name)
        return Rule(f"{side}.{kind}", kind, numbers=listed or not folded.endswith(("token", "key")))


_REMEMBERED = 10_000
"""Names that are remembered: enough for any API, and a bound for bodies whose keys are data."""
