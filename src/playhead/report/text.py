"""The report for people, in 80 columns: the verdict, the counts, then one block per finding."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterator

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibits, Pair
from playhead.contract.findings import Finding
from playhead.report.evidence import evidence_of, some_explained_by
from playhead.report.notes import notes_of
from playhead.report.sections import Section, sections_of
from playhead.report.verdict import counted_of, sentence_of, verdict_of
from playhead.text.words import printable

__all__ = ["render"]

COLUMNS = 80
_LABEL = 12
_HELD = "\uf8ff"
_MOST_PLACES = 5
_MOST_LISTED = 10
# SGR codes of ECMA-48: bold red, yellow, green.
_COLOURS = {"breaking": "1;31", "risky": "33", "compatible": "32", "none": "32", "unchecked": "33"}


def render(
    comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS, *, colour: bool = False, show: Collection[str] = ()
) -> str:
    """Render a comparison as text.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
        colour: Add escape sequences for a terminal.
        show: What to list in full: `"data"`.
    """
    verdict = _wrapped("", sentence_of(comparison))
    lines = [*(_painted(line, verdict_of(comparison), colour) for line in verdict)]
    for line in (counted_of(comparison), *notes_of(comparison, show)):
        lines += _wrapped("", line)
    for finding in comparison.findings:
        lines += ["", *_block(finding, exhibits.of(finding), colour)]
    for section in sections_of(comparison, show):
        lines += _listing(section)
    return "\n".join(lines) + "\n"


def _painted(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text


def _block(finding: Finding, pair: Pair, colour: bool) -> Iterator[str]:
    head = f"{finding.severity.upper():<10}  {finding.rule}  ({finding.grade})"
    yield _painted(head, finding.severity.value, colour)
    yield from _row("endpoint", finding.endpoint)
    yield from _row("place", finding.place)
    for place in finding.also[:_MOST_PLACES]:
        yield from _row("also", place)
    if len(finding.also) > _MOST_PLACES:
        yield from _row("also", f"in {len(finding.also) - _MOST_PLACES} more places")
    yield from _row("was", finding.old)
    yield from _row("now", finding.new)
    yield from _row("evidence", evidence_of(finding))
    yield from _row("means", finding.consequence)
    for line in some_explained_by(finding):
        yield from _row("explains", line)
    yield from _row("sample", finding.sample)
    recorded = ", now ".join(dict.fromkeys(f"{each.file} #{each.id}" for each in pair if each is not None))
    if recorded:
        yield from _row("recorded", recorded)
    yield from _row("accept", f"{finding.accept} [{finding.fingerprint}]")


def _row(label: str, text: str) -> Iterator[str]:
    yield from _wrapped(f"  {label:<{_LABEL - 2}}", text)


def _wrapped(lead: str, text: str) -> list[str]:
    rest = " " * len(lead)
    # A path, URL or command in backticks is meant to be copied: keep it on one line, even if the line is too long.
    whole = re.sub(r"`[^`]*`", lambda quoted: quoted[0].replace(" ", _HELD), printable(text) or "(nothing)")
    lines = textwrap.wrap(
        whole, COLUMNS, initial_indent=lead, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )
    return [_harmless(line.replace(_HELD, " ")) for line in lines]


def _harmless(line: str) -> str:
    # GitHub's runner would take the line for a workflow command, also after blanks.
    words = line.lstrip()
    return line.removesuffix(words) + "\\x3a" + words[1:] if words.startswith("::") else line


def _listing(section: Section) -> Iterator[str]:
    yield from ("", f"{section.title}: {len(section.entries)}")
    listed = section.entries if section.full else section.entries[:_MOST_LISTED]
    for entry in listed:
        yield from _wrapped("  ", entry)
    if len(section.entries) > len(listed):
        yield f"  and {len(section.entries) - len(listed)} more"
