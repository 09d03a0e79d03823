"""The lists of a report after its findings, as one table: the title of each section and its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from playhead.contract.comparison import Comparison, Unreadable
from playhead.contract.findings import Accepted, Finding
from playhead.report.evidence import evidence_of

__all__ = ["Section", "sections_of", "unread"]


class Section(NamedTuple):
    """A list of one-line entries. If it is `worrying`, its entries make the verdict incomplete."""

    title: str
    entries: tuple[str, ...]
    worrying: bool = False


def sections_of(comparison: Comparison) -> Iterator[Section]:
    """Yield the sections that have entries."""
    for title, worrying, entries in _TABLE:
        listed = tuple(entries(comparison))
        if listed:
            yield Section(title, listed, worrying)


def unread(broken: Unreadable) -> str:
    """Return file and reason in one line; most reasons name the file already."""
    return broken.reason if broken.path in broken.reason else f"{broken.path}: {broken.reason}"


def _brief(finding: Finding) -> str:
    return f"{finding.rule} {finding.endpoint} {finding.place}: {evidence_of(finding)} [{finding.fingerprint}]"


def _accepted(each: Accepted) -> str:
    until = f" until {each.entry.until}" if each.entry.until else ""
    return f"{_brief(each.finding)}; accepted{until}: {each.entry.reason}"


_TABLE: tuple[tuple[str, bool, Callable[[Comparison], Iterable[str]]], ...] = (
    ("Could not be read", True, lambda comparison: map(unread, comparison.unreadable)),
    ("Could not be checked", True, lambda comparison: map(str, comparison.could_not_check)),
    ("Seen too seldom to tell whether it is new", False, lambda comparison: map(_brief, comparison.unsure)),
    ("Accepted", False, lambda comparison: map(_accepted, comparison.accepted)),
    ("Acceptances that no longer hold", False, lambda comparison: map(str, comparison.stale)),
    ("Not exercised any more (coverage, not drift)", False, lambda comparison: comparison.not_exercised),
    ("Newly exercised (coverage, not drift)", False, lambda comparison: comparison.newly_exercised),
)
