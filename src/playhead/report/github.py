"""The report as annotations of GitHub Actions, each at the line of the cassette that shows the finding.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibits
from playhead.contract.findings import Finding
from playhead.contract.rules import Severity
from playhead.report.evidence import evidence_of, some_explained_by
from playhead.report.notes import notes_of
from playhead.report.sections import sections_of
from playhead.report.verdict import counted_of, sentence_of
from playhead.text.words import cut, printable

__all__ = ["render"]

_COMMANDS = {Severity.BREAKING: "error", Severity.RISKY: "warning", Severity.COMPATIBLE: "notice"}
_MOST = 10
"""GitHub shows only ten annotations of a kind per step, and drops others silently."""
_MOST_OF_A_TEXT = 300


def render(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS) -> str:
    """Render the verdict, the counts and the notes as plain lines, then at most ten annotations of each kind.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
    """
    lines = [sentence_of(comparison), counted_of(comparison), *map(_plain, notes_of(comparison))]
    for severity, command in _COMMANDS.items():
        told = [_annotation(command, each, exhibits) for each in comparison.findings if each.severity is severity]
        if command == "warning":
            told += _incomplete(comparison)
        lines += _capped(command, told)
    return "\n".join(lines) + "\n"


def _capped(command: str, lines: Sequence[str]) -> Iterator[str]:
    if len(lines) <= _MOST:
        yield from lines
        return
    yield from lines[: _MOST - 1]
    left_out = len(lines) - _MOST + 1
    yield _line(command, f"{left_out} more", f"GitHub shows ten annotations of a kind: {left_out} more are left out.")


def _annotation(command: str, finding: Finding, exhibits: Exhibits) -> str:
    pair = exhibits.of(finding)
    exhibit = pair.latest
    also = f" Also in {len(finding.also)} more." if finding.also else ""
    explained = some_explained_by(finding)
    explains = f" It explains {_cut(', '.join(explained))}." if explained else ""
    message = (
        f"{_cut(finding.endpoint)} {_cut(finding.place)}: {_cut(finding.old)} -> {_cut(finding.new)} "
        f"({_cut(evidence_of(finding))}; {finding.grade}). {finding.consequence}{also}{explains}"
    )
    return _line(
        command, f"{finding.severity}: {finding.rule}", message, *((exhibit.file, exhibit.line) if exhibit else ())
    )


def _incomplete(comparison: Comparison) -> Iterator[str]:
    for section in sections_of(comparison):
        if section.worrying:
            yield from (_line("warning", section.title, _cut(entry)) for entry in section.entries)


def _line(command: str, title: str, message: str, file: str = "", line: int = 0) -> str:
    where = f"file={_property(file)},line={line}," if file else ""
    return f"::{command} {where}title={_property(title)}::{_message(message)}"


def _plain(note: str) -> str:
    return printable(note.replace("`", ""))


def _cut(text: str) -> str:
    return cut(printable(text), _MOST_OF_A_TEXT)


def _message(text: str) -> str:
    # As `escapeData` and `escapeProperty` of @actions/core; the runner decodes it.
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
