"""The evidence of a finding and its consequences, in words."""

from __future__ import annotations

from playhead.contract.findings import Finding, with_consequences
from playhead.text.words import counted

__all__ = ["evidence_of", "explained_by", "percent", "some_explained_by"]

_LEAST = 0.001
_HALF = 50
_MOST_EXPLAINED = 5


def evidence_of(finding: Finding) -> str:
    """Return the evidence for a finding, with its probability, and whether the live service has confirmed it."""
    parts = [finding.evidence]
    if finding.chance:
        parts.append(f"by chance {percent(finding.chance)} if nothing had changed")
    if finding.confirmed:
        parts.append(finding.confirmed)
    elif finding.if_confirmed:
        parts.append("breaking if confirmed")
    return "; ".join(parts)


def percent(chance: float) -> str:
    """Return a probability as a percentage, rounded: `12 %`, `1.2 %`, `0.02 %`, `less than 0.001 %`; never `0 %`."""
    value = 100 * chance
    if value >= _HALF:
        return f"{_HALF} % or more"
    if value < _LEAST:
        return f"less than {_LEAST} %"
    return f"{value:.2g} %" if value >= 1 else f"{value:.1g} %"


def explained_by(finding: Finding) -> list[str]:
    """Return the consequences of a finding in a line each: `field-removed /email (breaking)`."""
    return [_line(each, finding.endpoint) for each in with_consequences(finding.consequences)]


def some_explained_by(finding: Finding) -> list[str]:
    """Return the first consequences of a finding, and a line with the number of the others."""
    lines = explained_by(finding)
    left_out = len(lines) - _MOST_EXPLAINED
    return lines if left_out <= 0 else [*lines[:_MOST_EXPLAINED], f"and {left_out:,} more"]


def _line(finding: Finding, endpoint: str) -> str:
    where = finding.place if finding.endpoint == endpoint else f"{finding.endpoint} {finding.place}"
    also = f" and in {counted(len(finding.also), 'more place')}" if finding.also else ""
    return f"{finding.rule} {where}{also} ({finding.severity})"
