"""The lists of a report after its findings, as one table: the title of each section and its entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from playhead.contract.comparison import Comparison, Unreadable
from playhead.contract.findings import Accepted, Finding
from playhead.report.evidence import evidence_of
from playhead.report.notes import DATA
from playhead.text.words import counted

__all__ = ["Section", "sections_of", "unread"]


class Section(NamedTuple):
    """A list of one-line entries.

    If it is `worrying`, its entries make the verdict incomplete. If it is `full`, it was asked for, and is not cut.
    """

    title: str
    entries: tuple[str, ...]
    worrying: bool = False
    full: bool = False


def sections_of(comparison: Comparison, show: Collection[str] = ()) -> Iterator[Section]:
    """Yield the sections that have entries.

    Args:
        comparison: The comparison.
        show: What to show in full, such as `"data"`; without it these sections are left out.
    """
    for title, worrying, entries in _TABLE:
        yield from _unless_empty(Section(title, tuple(entries(comparison)), worrying))
    if DATA in show:
        yield from _unless_empty(Section("Other data", tuple(map(_difference, comparison.unsure)), full=True))


def _unless_empty(section: Section) -> Iterator[Section]:
    if section.entries:
        yield section


def unread(broken: Unreadable) -> str:
    """Return file and reason in one line; most reasons name the file already."""
    return broken.reason if broken.path in broken.reason else f"{broken.path}: {broken.reason}"


def _brief(finding: Finding) -> str:
    return f"{finding.rule} {finding.endpoint} {finding.place}: {evidence_of(finding)} [{finding.fingerprint}]"


def _difference(finding: Finding) -> str:
    where = f"{finding.rule} {finding.endpoint} {finding.place}"
    also = f" and in {counted(len(finding.also), 'more place')}" if finding.also else ""
    return f"{where}{also}: {finding.old} -> {finding.new}, {evidence_of(finding)}"


def _accepted(each: Accepted) -> str:
    until = f" until {each.entry.until}" if each.entry.until else ""
    return f"{_brief(each.finding)}; accepted{until}: {each.entry.reason}"


_TABLE: tuple[tuple[str, bool, Callable[[Comparison], Iterable[str]]], ...] = (
    ("Could not be read", True, lambda comparison: map(unread, comparison.unreadable)),
    ("Could not be checked", True, lambda comparison: map(str, comparison.could_not_check)),
    ("Answers that were not read", False, lambda comparison: map(str, comparison.unread)),
    ("Accepted", False, lambda comparison: map(_accepted, comparison.accepted)),
    ("Acceptances that no longer hold", False, lambda comparison: map(str, comparison.stale)),
    ("Not exercised any more (coverage, not drift)", False, lambda comparison: comparison.not_exercised),
    ("Newly exercised (coverage, not drift)", False, lambda comparison: comparison.newly_exercised),
)
