"""Set accepted findings apart from the others, and find acceptances that no longer apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from playhead.contract.comparison import Comparison
from playhead.contract.findings import Acceptance, Accepted, Stale, with_consequences
from playhead.contract.rules import RULES

__all__ = ["accepting"]


def accepting(comparison: Comparison, acceptances: Iterable[Acceptance], today: str) -> Comparison:
    """Return the comparison with its accepted findings and stale acceptances set apart.

    Acceptances of endpoints that were not compared are not stale.

    Args:
        comparison: The comparison, with all findings.
        acceptances: The acceptances of the project.
        today: The current day in ISO 8601, such as `"2027-01-31"`.
    """
    entries = tuple(acceptances)
    valid = {entry.fingerprint: entry for entry in entries if not _expired(entry, today)}
    accepted = [
        Accepted(finding, valid[fingerprint])
        for finding in comparison.findings
        for fingerprint in [next((each for each in finding.covers if each in valid), "")]
        if fingerprint
    ]
    apart = {each.finding.fingerprint for each in accepted}
    return replace(
        comparison,
        findings=tuple(each for each in comparison.findings if each.fingerprint not in apart),
        accepted=tuple(accepted),
        stale=tuple(_stale(comparison, entries, today)),
    )


def _expired(entry: Acceptance, today: str) -> bool:
    return bool(entry.until) and entry.until < today


def _stale(comparison: Comparison, entries: Iterable[Acceptance], today: str) -> Iterator[Stale]:
    told = with_consequences((*comparison.findings, *comparison.unsure))
    found = {each for finding in told for each in finding.covers}
    for entry in entries:
        occurs = entry.fingerprint in found
        if entry.rule and entry.rule not in RULES:
            yield Stale(entry, f"there is no rule {entry.rule}")
        elif _expired(entry, today):
            still = ", and the finding is still there" if occurs else ""
            yield Stale(entry, f"it was accepted until {entry.until}{still}")
        elif not occurs and (not entry.endpoint or entry.endpoint in comparison.endpoints):
            yield Stale(entry, "there is no such finding any more")
