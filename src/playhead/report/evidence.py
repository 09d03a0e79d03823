"""The evidence for a finding in words: what both sides showed, and how likely that is if nothing had changed."""

from __future__ import annotations

from playhead.contract.findings import Finding

__all__ = ["evidence_of", "percent"]

_LEAST = 0.001
_HALF = 50


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
