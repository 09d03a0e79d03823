"""What a project says about judging: which severities it sees otherwise, its path templates, what it finds slow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from playhead.contract.rules import Rule, Severity

__all__ = ["Override", "Policy"]


@dataclass(frozen=True, slots=True)
class Override:
    """Another severity for a rule, at the endpoints and places that fit; `*` stands for any text in all three."""

    severity: Severity
    rule: str = "*"
    endpoint: str = "*"
    place: str = "*"

    def fits(self, rule: str, endpoint: str, place: str) -> bool:
        """Whether it speaks of this."""
        pairs = ((self.rule, rule), (self.endpoint, endpoint), (self.place, place))
        return all(_pattern(wanted).fullmatch(found) is not None for wanted, found in pairs)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    # Only `*` is special: places and endpoints are full of brackets and braces.
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of judging; the last override that fits wins.

    `templates` are paths such as `/users/{login}`, with method and host before them or not. `slower_than` is how many
    times longer the slowest twentieth may take; `None` is for not looking at times.
    """

    overrides: tuple[Override, ...] = ()
    templates: tuple[str, ...] = ()
    slower_than: float | None = None

    def rule_for(self, rule: Rule, endpoint: str, place: str) -> Rule:
        """The rule with the severity that it has here. Evidence counts all the same."""
        for override in reversed(self.overrides):
            if override.fits(rule.id, endpoint, place):
                return rule._replace(severity=override.severity)
        return rule
