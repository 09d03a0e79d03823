"""The report as JUnit XML, which every CI server displays: a test case per finding, which fails if the finding does.

Elements and attributes are those of Jenkins' schema (junit-10.xsd), which most tools follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibits
from playhead.contract.findings import Accepted, Finding
from playhead.contract.unread import Unread
from playhead.report.evidence import evidence_of, explained_by
from playhead.report.failing import FailOn
from playhead.report.notes import notes_of
from playhead.report.sections import Section, sections_of
from playhead.report.verdict import counted_of, sentence_of
from playhead.text.words import counted, printable

__all__ = ["render"]

_SUITE = "playhead diff"
_DEFAULT = FailOn()
_NOTHING_FAILS = FailOn(severity=None)


def render(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS, *, fail_on: FailOn = _DEFAULT) -> str:
    """Render a comparison as one test suite.

    What could not be read or checked is a case with an error. Findings that do not fail are cases that passed, with
    their text as output. Answers that were not read are cases only if they fail.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
        fail_on: What fails.
    """
    cases = [_case(each, exhibits, fail_on) for each in comparison.findings]
    cases += [_skipped(each, exhibits) for each in comparison.accepted]
    cases += [_not_read(each) for each in comparison.unread if fail_on.unread]
    for section in sections_of(comparison):
        cases += [_error(section, entry) for entry in section.entries if section.worrying]
    cases = cases or [ElementTree.Element("testcase", classname=_SUITE, name="no drift", time="0")]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    attributes = {"name": _SUITE, **{name: str(count) for name, count in counts.items()}, "time": "0"}
    suites = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    suite.extend(cases)
    ElementTree.SubElement(suite, "system-out").text = "\n".join(_summary(comparison))
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _case(finding: Finding, exhibits: Exhibits, fail_on: FailOn) -> ElementTree.Element:
    pair = exhibits.of(finding)
    exhibit = pair.latest
    attributes = {"classname": printable(finding.endpoint), "name": f"{finding.rule} {printable(finding.place)}"}
    if exhibit:
        attributes |= {"file": printable(exhibit.file), "line": str(exhibit.line)}
    case = ElementTree.Element("testcase", {**attributes, "time": "0"})
    text = "\n".join(map(printable, _lines(finding)))
    if not fail_on.fails(finding):
        ElementTree.SubElement(case, "system-out").text = text
    else:
        message = f"{finding.old} -> {finding.new} ({evidence_of(finding)})"
        ElementTree.SubElement(case, "failure", type=finding.severity.value, message=printable(message)).text = text
    return case


def _skipped(accepted: Accepted, exhibits: Exhibits) -> ElementTree.Element:
    case = _case(accepted.finding, exhibits, _NOTHING_FAILS)
    case.insert(0, ElementTree.Element("skipped", message=printable(f"accepted: {accepted.entry.reason}")))
    return case


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} ({finding.grade}): {finding.old} -> {finding.new}"
    yield f"evidence: {evidence_of(finding)}"
    yield f"means: {finding.consequence}"
    yield f"sample: {finding.sample}"
    yield from (f"also: {place}" for place in finding.also)
    yield from (f"explains: {line}" for line in explained_by(finding))
    yield f"accept: {finding.accept} [{finding.fingerprint}]"


def _not_read(unread: Unread) -> ElementTree.Element:
    name = f"not read: {printable(unread.media)}"
    case = ElementTree.Element("testcase", classname=printable(unread.endpoint), name=name, time="0")
    message = printable(f"{counted(unread.count, 'answer')} not read: {unread.why}")
    ElementTree.SubElement(case, "failure", type="unread", message=message)
    return case


def _error(section: Section, entry: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=section.title, name=printable(entry), time="0")
    ElementTree.SubElement(case, "error", type="unchecked", message=printable(entry))
    return case


def _summary(comparison: Comparison) -> Iterator[str]:
    yield sentence_of(comparison)
    yield counted_of(comparison)
    yield from map(printable, notes_of(comparison))
    for section in sections_of(comparison):
        yield f"{section.title}: {len(section.entries)}"
        yield from (f"  {printable(entry)}" for entry in section.entries)
