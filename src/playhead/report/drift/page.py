"""The report as one self-contained page: the verdict, then the findings, each with its evidence.

Markup, style and script come from the files beside this module. The page can be read, and findings can be opened,
without the script.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Exhibits
from playhead.contract.findings import Finding
from playhead.contract.places import place_of
from playhead.contract.rules import Severity
from playhead.report.drift.panes import panes
from playhead.report.evidence import evidence_of, explained_by
from playhead.report.notes import notes_of
from playhead.report.pages import Parts, safe, sealed
from playhead.report.sections import Section, sections_of
from playhead.report.verdict import GRADES, SHOWN, counted_of, counts_of, sentence_of, verdict_of

__all__ = ["Parts", "render"]

_MOST_FINDINGS = 1000
_MOST_LISTED = 200
_NOTHING = '<p class="nothing">There are no findings.</p>'


def render(comparison: Comparison, exhibits: Exhibits, parts: Parts, *, show: Collection[str] = ()) -> str:
    """Render the page of a comparison, with its first thousand findings.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
        parts: The page without contents.
        show: What to list in full: `"data"`.
    """
    findings = comparison.findings[:_MOST_FINDINGS]
    endpoints = sorted({finding.endpoint for finding in findings})
    groups = [(severity, [each for each in findings if each.severity is severity]) for severity in SHOWN]
    body = "".join(_group(severity, found, endpoints, exhibits) for severity, found in groups if found)
    contents = {
        "verdict": verdict_of(comparison),
        "sentence": safe(sentence_of(comparison)),
        "summary": safe(counted_of(comparison)) + _left_out(comparison) + _worries(comparison),
        "notes": "".join(f"<p>{_with_code(note)}</p>\n" for note in notes_of(comparison, show)),
        "toggles": "".join(_toggle(severity, counts_of(comparison)[severity]) for severity in SHOWN),
        "endpoints": "".join(f'<option value="{at}">{safe(name)}</option>' for at, name in enumerate(endpoints)),
        "findings": body or _NOTHING,
        "sections": "".join(map(_section, sections_of(comparison, show))),
    }
    return sealed(parts, contents)


def _left_out(comparison: Comparison) -> str:
    left_out = len(comparison.findings) - _MOST_FINDINGS
    if left_out <= 0:
        return ""
    return f"; the mildest {left_out:,} are left out here: <code>--format json</code> has them all"


def _worries(comparison: Comparison) -> str:
    return "".join(
        f'; <a href="#{_name(section)}">{safe(section.title).lower()}: {len(section.entries)}</a>'
        for section in sections_of(comparison)
        if section.worrying
    )


def _name(section: Section) -> str:
    return section.title.partition(" (")[0].lower().replace(" ", "-")


def _toggle(severity: str, count: int) -> str:
    return (
        f'<button type="button" class="toggle {severity}" data-severity="{severity}" aria-pressed="true"'
        f"{' disabled' * (not count)}>{severity.capitalize()} <b>{count}</b></button>"
    )


def _group(severity: Severity, findings: Sequence[Finding], endpoints: Sequence[str], exhibits: Exhibits) -> str:
    rows = "\n".join(_row(each, endpoints, exhibits) for each in findings)
    return (
        f'<section class="findings" aria-labelledby="{severity}"><h2 id="{severity}">{severity.capitalize()}</h2>\n'
        f'<ol role="list">\n{rows}\n</ol></section>\n'
    )


def _row(finding: Finding, endpoints: Sequence[str], exhibits: Exhibits) -> str:
    at = " ".join(str(number) for number, name in enumerate(endpoints) if _concerns(finding, name))
    facts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _facts(finding))
    return (
        f'<li data-severity="{finding.severity}" data-endpoints="{at}"><details id="{finding.fingerprint}">'
        f'<summary class="finding {finding.severity}"><span class="rule">{safe(finding.rule)}</span>'
        f'<span class="where"><b>{safe(finding.place)}</b> <span>{safe(finding.endpoint)}</span></span>'
        f'<span class="change"><del>{safe(finding.old)}</del> <span aria-label="became">→</span> '
        f"<span>{safe(finding.new)}</span></span>"
        f'<span class="grade" title="{safe(evidence_of(finding))}">{finding.grade}</span></summary>'
        f'<div class="details"><dl>{facts}</dl>{_panes(finding, exhibits)}</div></details></li>'
    )


def _panes(finding: Finding, exhibits: Exhibits) -> str:
    return panes(exhibits.of(finding), place_of(finding.place))


def _concerns(finding: Finding, endpoint: str) -> bool:
    return finding.endpoint == endpoint or any(place.startswith(f"{endpoint} ") for place in finding.also)


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "Means", safe(finding.consequence)
    yield "Evidence", f"{safe(evidence_of(finding))} ({finding.grade}: {GRADES[finding.grade]})"
    if finding.also:
        yield "Also", _list(finding.also)
    explained = explained_by(finding)
    if explained:
        yield "Explains", _list(explained)
    yield "Sample", safe(finding.sample)
    yield "Accept", f"{_with_code(finding.accept)}<br>fingerprint <code>{safe(finding.fingerprint)}</code>"


def _with_code(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", safe(text))


def _section(section: Section) -> str:
    kind = "worrying" if section.worrying else "plain"
    most = len(section.entries) if section.full else _MOST_LISTED
    title = f"{safe(section.title)}: {len(section.entries)}"
    return (
        f'<section class="more {kind}"><h2 id="{_name(section)}">{title}</h2>{_list(section.entries, most)}</section>\n'
    )


def _list(entries: Sequence[str], most: int = _MOST_LISTED) -> str:
    rows = "".join(f"<li>{safe(entry)}</li>" for entry in entries[:most])
    left_out = len(entries) - most
    rest = f"<li>… and {left_out:,} more</li>" if left_out > 0 else ""
    return f"<ul>{rows}{rest}</ul>"
