"""The report for programs; its schema is `docs/reference/diff.schema.json`. New keys may be added."""

from __future__ import annotations

import json
from dataclasses import asdict

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibit, Exhibits
from playhead.contract.findings import Finding
from playhead.report.verdict import counts_of, sentence_of, verdict_of

__all__ = ["render"]

VERSION = 1


def render(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS) -> str:
    """Render a comparison as one JSON document.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
    """
    document = {
        "version": VERSION,
        "verdict": verdict_of(comparison),
        "sentence": sentence_of(comparison),
        "counts": counts_of(comparison),
        "if_confirmed": comparison.if_confirmed,
        "compared": comparison.compared,
        "places": comparison.places,
        "remarks": comparison.remarks,
        "anonymous": comparison.anonymous,
        "findings": [_entry(finding, exhibits) for finding in comparison.findings],
        "unsure": [_entry(finding, exhibits) for finding in comparison.unsure],
        "accepted": [
            {**_entry(each.finding, exhibits), "reason": each.entry.reason, "until": each.entry.until}
            for each in comparison.accepted
        ],
        "stale_acceptances": [{**asdict(each.entry), "why": each.why} for each in comparison.stale],
        "coverage": {
            "not_exercised": comparison.not_exercised,
            "newly_exercised": comparison.newly_exercised,
        },
        "could_not_check": [
            {"endpoint": each.endpoint, "side": each.side, "reasons": dict(each.reasons)}
            for each in comparison.could_not_check
        ],
        "unread": [asdict(each) for each in comparison.unread],
        "unreadable": [asdict(each) for each in comparison.unreadable],
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(finding: Finding, exhibits: Exhibits) -> dict[str, object]:
    entry: dict[str, object] = asdict(finding)
    for name, exhibit in zip(("old_sample", "new_sample"), exhibits.of(finding), strict=True):
        del entry[f"{name}s"]
        entry[name] = _sample(exhibit)
    entry["consequences"] = [_entry(each, exhibits) for each in finding.consequences]
    return entry


def _sample(exhibit: Exhibit | None) -> dict[str, object] | None:
    return None if exhibit is None else {"file": exhibit.file, "id": exhibit.id, "line": exhibit.line}
