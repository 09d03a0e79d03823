"""Fold what follows from a cause below it: one cause is one finding.

If an endpoint is now under another host, answers in another version or media type, for another account, or if we ask
it for something else, that explains what else has changed there. The cause is the finding, and what follows is listed
below it. A cause of the provider's has the severity of the worst that follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from playhead.contract.findings import Finding
from playhead.contract.rules import RULES, Severity, Whose

__all__ = ["by_cause", "raised"]

_CAUSES = (
    "host-changed",
    "base-path-changed",
    "version-changed",
    "stream-became-whole",
    "whole-became-stream",
    "media-type-changed",
    "account-changed",
)
"""The rules of causes, those first that explain the others."""

_OF_BODIES = frozenset({"stream-became-whole", "whole-became-stream", "media-type-changed"})
"""The rules of causes that are told of errors and of other answers each."""

_CERTAIN = 0.001
"""So improbable a change is risky even if our own request may explain it."""

_HARMLESS = "account-changed"


def by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, those that follow from a cause at their endpoint within it."""
    told = list(findings)
    for rule in (*_CAUSES, ""):
        for cause in [each for each in told if _is_cause(each, rule)]:
            position = next((at for at, each in enumerate(told) if each is cause), None)
            if position is None:
                continue  # it follows from another
            follows = [each for each in told if each is not cause and _follows(each, cause)]
            if follows:
                told[position] = _with_consequences(cause, follows)
                told = [each for each in told if not any(each is other for other in follows)]
    return tuple(sorted(told, key=lambda each: (-each.severity.rank, -each.grade.rank)))


def _is_certain(finding: Finding) -> bool:
    """Return True if chance does not explain a finding, although our own request may."""
    return finding.severity is Severity.RISKY and finding.chance <= _CERTAIN


def _is_cause(finding: Finding, rule: str) -> bool:
    if rule:
        return finding.rule == rule
    return RULES[finding.rule].whose is Whose.OURS


def _follows(finding: Finding, cause: Finding) -> bool:
    """Return True if a finding is explained by a cause: all endpoints that show it are among those of the cause."""
    if not _endpoints(finding) <= _endpoints(cause):
        return False
    if RULES[cause.rule].whose is Whose.OURS:
        return finding.doubtful and RULES[finding.rule].whose is not Whose.OURS
    if RULES[finding.rule].whose is Whose.OURS:
        return False
    return _part(finding) == _part(cause) if cause.rule in _OF_BODIES else finding.place.startswith(_part(cause))


def _part(finding: Finding) -> str:
    """Return the prefix of the places of some answers: errors are answers apart."""
    return next((prefix for prefix in ("4xx ", "errors ") if finding.place.startswith(prefix)), "")


def _endpoints(finding: Finding) -> set[str]:
    return {finding.endpoint, *(also.rpartition(" ")[0] for also in finding.also)}


def _with_consequences(cause: Finding, follows: list[Finding]) -> Finding:
    return replace(raised(cause, follows), consequences=(*cause.consequences, *follows))


def raised(cause: Finding, follows: Iterable[Finding]) -> Finding:
    """Return a cause with the severity of the worst that follows from it."""
    worst = max((cause, *follows), key=lambda each: each.severity.rank).severity
    if cause.rule == _HARMLESS or RULES[cause.rule].whose is Whose.OURS:
        worst = Severity.RISKY if cause.rule != _HARMLESS and any(map(_is_certain, follows)) else cause.severity
    return replace(cause, severity=worst)
