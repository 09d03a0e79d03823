"""The settings of a project for judging: severities, path templates, and the limit for latency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from playhead.contract.rules import Rule, Severity

__all__ = ["Override", "Policy"]


@dataclass(frozen=True, slots=True)
class Override:
    """Another severity for a rule, at matching endpoints and places; `*` stands for any text in all three."""

    severity: Severity
    rule: str = "*"
    endpoint: str = "*"
    place: str = "*"

    def fits(self, rule: str, endpoint: str, place: str) -> bool:
        """Return True if the override applies to a rule at an endpoint and place."""
        pairs = ((self.rule, rule), (self.endpoint, endpoint), (self.place, place))
        return all(_pattern(wanted).fullmatch(found) is not None for wanted, found in pairs)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    # Not fnmatch: brackets are common in places, and only `*` is special here.
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of judging.

    Attributes:
        overrides: Other severities; the last one that applies wins.
        templates: Paths such as `/users/{login}`, optionally after a method and a host.
        slower_than: Factor by which the p95 of answers may grow, or `None` to ignore times.
    """

    overrides: tuple[Override, ...] = ()
    templates: tuple[str, ...] = ()
    slower_than: float | None = None

    def rule_for(self, rule: Rule, endpoint: str, place: str) -> Rule:
        """Return the rule with its severity at an endpoint and place. A breaking rule still needs its evidence."""
        for override in reversed(self.overrides):
            if override.fits(rule.id, endpoint, place):
                return rule._replace(severity=override.severity)
        return rule
