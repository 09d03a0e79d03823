"""The report for programs. Its keys are stable; new ones may be added."""

from __future__ import annotations

import json
from dataclasses import asdict

from playhead.contract.comparison import Comparison
from playhead.report.words import counts_of, verdict_of

__all__ = ["render"]


def render(comparison: Comparison) -> str:
    """The comparison as one JSON document: verdict, counts, findings, and what was not compared or not readable."""
    document = {
        "verdict": verdict_of(comparison),
        "counts": counts_of(comparison),
        "compared": comparison.compared,
        "findings": [asdict(finding) for finding in comparison.findings],
        "coverage": {
            "not_exercised": comparison.not_exercised,
            "newly_exercised": comparison.newly_exercised,
        },
        "could_not_check": [
            {"endpoint": each.endpoint, "side": each.side, "reasons": dict(each.reasons)}
            for each in comparison.could_not_check
        ],
        "unreadable": [asdict(each) for each in comparison.unreadable],
    }
    return json.dumps(document, indent=2) + "\n"
