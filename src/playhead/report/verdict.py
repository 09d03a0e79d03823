"""The verdict on a comparison in words, and its counts: all reports use the same ones."""

from __future__ import annotations

from playhead.contract.comparison import Comparison
from playhead.contract.rules import Grade, Severity
from playhead.text.words import counted

__all__ = ["GRADES", "SHOWN", "counted_of", "counts_of", "sentence_of", "verdict_of"]

SHOWN = (Severity.BREAKING, Severity.RISKY, Severity.COMPATIBLE)
"""The severities that are reported, the worst first."""

GRADES = {
    Grade.E0: "one independent observation on a side",
    Grade.E1: "two independent observations on both sides",
    Grade.E2: "three or more independent observations on both sides",
    Grade.E3: "five or more independent observations on both sides",
    Grade.E4: "three or more independent observations on both sides, and an independent witness",
}
"""The grades in words. Observations are entities or requests, whichever are fewer."""


def counts_of(comparison: Comparison) -> dict[str, int]:
    """Return the number of findings by severity."""
    found = [finding.severity for finding in comparison.findings]
    return {severity.value: found.count(severity) for severity in SHOWN}


def counted_of(comparison: Comparison) -> str:
    """Return the counts in one line: `2 breaking, 0 risky, 1 compatible; 12 endpoints compared, 340 places looked at`.

    A place is looked at if both sides have enough observations of it to tell a change from chance.
    """
    counts = ", ".join(f"{count} {severity}" for severity, count in counts_of(comparison).items())
    return f"{counts}; {counted(comparison.compared, 'endpoint')} compared{_looked_at(comparison)}"


def _looked_at(comparison: Comparison) -> str:
    if comparison.document or not comparison.compared:
        return ""
    if not comparison.places:
        return ", nothing seen three times"
    return f", {counted(comparison.places, 'place')} looked at"


def verdict_of(comparison: Comparison) -> str:
    """Return the worst severity, `"none"`, or `"unchecked"` if there is no finding but not all could be checked."""
    if comparison.worst is not None:
        return comparison.worst.value
    return "unchecked" if comparison.incomplete or not comparison.compared else "none"


def sentence_of(comparison: Comparison) -> str:
    """Return the verdict as a sentence."""
    if not comparison.compared:
        if comparison.unreadable:
            return "Nothing was compared: the recordings could not be read."
        if comparison.could_not_check:
            return "Nothing was compared: nothing could be checked."
        return "Nothing was compared: no endpoint is on both sides."
    rest = ", as far as it could be checked" if comparison.incomplete else ""
    if comparison.document:
        return _sentence_of_document(comparison, rest)
    sentences = {
        "breaking": f"The contract has changed in a way that breaks clients{rest}.",
        "risky": f"The contract may have changed: nothing is sure to break{rest}.",
        "compatible": f"The contract has grown, and nothing breaks{rest}.",
    }
    nothing = "What was read has not changed" if comparison.unread else "No drift was found"
    return sentences.get(verdict_of(comparison), f"{nothing}{rest}.")


def _sentence_of_document(comparison: Comparison, rest: str) -> str:
    sentences = {
        "breaking": f"The answers break {comparison.document}{rest}: clients made from it fail.",
        "none": f"The recordings are as {comparison.document} says{rest}.",
    }
    return sentences.get(verdict_of(comparison), f"The recordings are not quite as {comparison.document} says{rest}.")
