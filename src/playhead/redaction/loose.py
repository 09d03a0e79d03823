"""Secrets that no name announces: known values and known formats, wherever they stand in a text or a body."""

from __future__ import annotations

from bisect import bisect_left

from playhead.redaction.edits import Edit, apply
from playhead.redaction.formats import Found, find_formats, may_hold_formats
from playhead.redaction.ledger import Ledger
from playhead.redaction.placeholder import placeholders
from playhead.redaction.rules import RedactionRules
from playhead.redaction.runs import long_runs

__all__ = ["find_loose", "loose_edits", "redact_loose"]


def loose_edits(text: bytes, rules: RedactionRules, ledger: Ledger, *, formats: bool = True) -> list[Edit]:
    """What to replace in bytes of any kind; without `formats` known values alone."""
    found = find_loose(text, rules, ledger, formats=formats)
    return [
        Edit(each.start, each.end, ledger.replace(secret, each.rule, form=each.form).encode()) for each, secret in found
    ]


def redact_loose(text: str, rules: RedactionRules, ledger: Ledger) -> str:
    """The same for a text."""
    data = text.encode("utf-8", "surrogateescape")
    edits = loose_edits(data, rules, ledger)
    return apply(data, edits).decode("utf-8", "surrogateescape") if edits else text


def find_loose(text: bytes, rules: RedactionRules, ledger: Ledger, *, formats: bool = True) -> list[tuple[Found, str]]:
    """Where secrets stand, and which they are: in order, apart, the longer first, and no placeholder."""
    runs = long_runs(text)
    found = list(ledger.find(text, runs)) if ledger.known else []
    if formats and may_hold_formats(text, runs):
        found += [(each, secret) for each, secret in find_formats(text, runs) if not rules.allows(each.rule.kind)]
    if not found:
        return []
    taken = [(mark.start, mark.end) for mark in placeholders(text.decode("latin-1"))]
    kept: list[tuple[Found, str]] = []
    for each, secret in sorted(found, key=lambda pair: (pair[0].start - pair[0].end, pair[0].start)):
        place = bisect_left(taken, (each.start, each.end))
        if (place == 0 or taken[place - 1][1] <= each.start) and (place == len(taken) or each.end <= taken[place][0]):
            taken.insert(place, (each.start, each.end))
            kept.append((each, secret))
    return sorted(kept, key=lambda pair: pair[0].start)
