"""The report for a comment on a pull request: short enough for one, with counts of what was left out.

Recorded text is put into code spans, where it is not markup and mentions neither users nor issues.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibits, Pair
from playhead.contract.findings import Finding
from playhead.contract.rules import Severity
from playhead.report.evidence import evidence_of, some_explained_by
from playhead.report.notes import notes_of
from playhead.report.sections import Section, sections_of
from playhead.report.verdict import SHOWN, counted_of, sentence_of, verdict_of
from playhead.text.words import counted, cut, printable

__all__ = ["MOST_CHARACTERS", "render"]

MOST_CHARACTERS = 60_000
"""Maximum length of a report. GitHub accepts comments of 65,536 characters; the rest is room for additions."""

_MOST_FINDINGS = 30
_MOST_LISTED = 10
_MOST_OF_A_TEXT = 160
_MOST_OF_A_LINE = 80
_MARKUP = re.compile(r"[\\\\`*_{}\[\]<>#@|~&!$]")
_MARKS = {"breaking": "❌", "risky": "⚠️", "compatible": "✅", "none": "✅", "unchecked": "⚠️"}
_OPEN = (Severity.BREAKING, Severity.RISKY)


def render(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS, *, show: Collection[str] = ()) -> str:
    """Render a comparison as GitHub-flavoured Markdown of at most `MOST_CHARACTERS`.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
        show: What to list in full, as far as there is room: `"data"`.
    """
    lines = [f"### {_MARKS[verdict_of(comparison)]} {sentence_of(comparison)}", "", counted_of(comparison)]
    notes = [f"- {_with_code(note)}" for note in notes_of(comparison, show)]
    lines += ["", *notes] if notes else []
    listed = comparison.findings[:_MOST_FINDINGS]
    for severity in SHOWN:
        lines += _of_severity(severity, [each for each in listed if each.severity is severity], exhibits)
    lines += _left_out(comparison.findings[_MOST_FINDINGS:])
    for section in sections_of(comparison, show):
        room = MOST_CHARACTERS - sum(len(line) + 1 for line in lines)
        lines += _listing_in_full(section, room) if section.full else _listing(section)
    return "\n".join(lines) + "\n"


def _of_severity(severity: Severity, findings: Sequence[Finding], exhibits: Exhibits) -> Iterator[str]:
    if not findings:
        return
    title = severity.value.capitalize()
    if severity in _OPEN:
        yield from ("", f"#### {title}", "")
    else:
        yield from ("", f"<details><summary>{title}: {len(findings)}</summary>", "")
    for finding in findings:
        yield from _item(finding, exhibits.of(finding))
    if severity not in _OPEN:
        yield from ("", "</details>")


def _item(finding: Finding, pair: Pair) -> Iterator[str]:
    also = f" and in {counted(len(finding.also), 'more place')}" if finding.also else ""
    yield f"- **{finding.rule}** at {_code(finding.place)} of {_code(finding.endpoint)}{also}  "
    yield f"  {_code(finding.old)} → {_code(finding.new)}, {_code(evidence_of(finding))} ({finding.grade})  "
    yield f"  {_prose(finding.consequence)}{_recorded(pair)}"
    yield from (f"  - explains {_code(line, _MOST_OF_A_LINE)}" for line in some_explained_by(finding))


def _recorded(pair: Pair) -> str:
    exhibit = pair.latest
    return "" if exhibit is None else f" See {_code(f'{exhibit.file}:{exhibit.line}')}."


def _left_out(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    counts = [(sum(each.severity is severity for each in findings), severity) for severity in SHOWN]
    listed = ", ".join(f"{count} {severity}" for count, severity in counts if count)
    yield from ("", f"**{counted(len(findings), 'more finding')} left out here**: {listed}.")


def _listing(section: Section) -> list[str]:
    listed = [f"- {_code(entry)}" for entry in section.entries[:_MOST_LISTED]]
    return _folded(section, listed)


def _listing_in_full(section: Section, room: int) -> list[str]:
    """Return a section with as many of its entries as `room` characters hold."""
    listed: list[str] = []
    room -= len("\n".join(_folded(section, listed))) + 1
    for entry in section.entries:
        line = f"- {_code(entry)}"
        room -= len(line) + 1
        if room < 0:
            break
        listed.append(line)
    return _folded(section, listed)


def _folded(section: Section, listed: Sequence[str]) -> list[str]:
    left_out = len(section.entries) - len(listed)
    more = [f"- and {left_out:,} more"] if left_out else []
    title = f"{section.title}: {len(section.entries):,}"
    return ["", f"<details><summary>{title}</summary>", "", *listed, *more, "", "</details>"]


def _with_code(text: str) -> str:
    """Return a sentence whose parts in backticks are code spans."""
    parts = re.split("`([^`]+)`", text)
    return "".join(_code(part) if position % 2 else _prose(part) for position, part in enumerate(parts))


def _prose(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", cut(printable(text), _MOST_OF_A_TEXT))


def _code(text: str, most: int = _MOST_OF_A_TEXT) -> str:
    """Return a code span whose fence is longer than any run of backticks in it (CommonMark 0.31, 6.1)."""
    inner = cut(printable(text), most) or "(nothing)"
    fence = "`" * (1 + max(map(len, re.findall("`+", inner)), default=0))
    # Renderers strip one blank from both sides. Without it a backtick there would extend the fence, and some parsers
    # would take a backslash before the fence for an escape.
    blank = " " if inner[0] in "` " or inner[-1] in "`\\ " else ""
    return f"{fence}{blank}{inner}{blank}{fence}"
