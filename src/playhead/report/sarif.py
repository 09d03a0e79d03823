"""The report as SARIF 2.1.0, for code scanning: a result per finding, at the line of the cassette that shows it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import NO_EXHIBITS, Exhibit, Exhibits
from playhead.contract.findings import Accepted, Finding
from playhead.contract.rules import RULES
from playhead.report.evidence import evidence_of, explained_by, some_explained_by
from playhead.report.notes import notes_of
from playhead.report.sections import sections_of
from playhead.report.verdict import counts_of, sentence_of, verdict_of
from playhead.text.words import printable

__all__ = ["render"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"breaking": "error", "risky": "warning", "compatible": "note", "noise": "none"}
_MOST_RESULTS = 25_000
"""GitHub rejects a run with more."""

Parts = dict[str, object]


def render(comparison: Comparison, exhibits: Exhibits = NO_EXHIBITS, *, version: str = "") -> str:
    """Render a comparison as one run of the tool `playhead`.

    Args:
        comparison: The comparison.
        exhibits: The recordings that show its findings.
        version: The version of the tool.
    """
    findings = comparison.findings[:_MOST_RESULTS]
    accepted = comparison.accepted[: _MOST_RESULTS - len(findings)]
    told = {finding.rule for finding in (*findings, *(each.finding for each in accepted))}
    rules = {rule: position for position, rule in enumerate(sorted(told))}
    driver: Parts = {"name": "playhead", "rules": [_rule(rule) for rule in rules]}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": not comparison.incomplete, "toolExecutionNotifications": list(_notices(comparison))}
        ],
        "results": [
            *(_result(finding, rules[finding.rule], exhibits) for finding in findings),
            *(_suppressed(each, rules[each.finding.rule], exhibits) for each in accepted),
        ],
        "properties": {
            "verdict": verdict_of(comparison),
            "sentence": sentence_of(comparison),
            "counts": counts_of(comparison),
            "leftOut": len(comparison.findings) - len(findings),
        },
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> Parts:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": name.replace("-", " ").capitalize() + "."},
        "fullDescription": {"text": rule.consequence},
        "help": {"text": rule.consequence},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["api-contract", rule.whose.value]},
    }


def _result(finding: Finding, position: int, exhibits: Exhibits) -> Parts:
    pair = exhibits.of(finding)
    exhibit = pair.latest
    result: Parts = {
        "ruleId": finding.rule,
        "ruleIndex": position,
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(_message(finding))},
        "locations": [_location(finding, exhibit, exhibits.where)],
        "partialFingerprints": {"playheadFinding/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.value,
            "grade": finding.grade.value,
            "chance": finding.chance,
            "ifConfirmed": finding.if_confirmed,
            "endpoint": printable(finding.endpoint),
            "place": printable(finding.place),
            "also": list(map(printable, finding.also)),
            "explains": list(map(printable, explained_by(finding))),
        },
    }
    if pair.old and pair.new:
        before = {"id": 0, "message": {"text": "As it was recorded before."}, **_physical(pair.old.file, pair.old.line)}
        result["relatedLocations"] = [before]
    return result


def _suppressed(accepted: Accepted, position: int, exhibits: Exhibits) -> Parts:
    why = {"kind": "external", "status": "accepted", "justification": printable(accepted.entry.reason)}
    return {**_result(accepted.finding, position, exhibits), "suppressions": [why]}


def _message(finding: Finding) -> str:
    explained = some_explained_by(finding)
    explains = f" It explains {', '.join(explained)}." if explained else ""
    return (
        f"{finding.endpoint} {finding.place}: {finding.old} -> {finding.new} "
        f"({evidence_of(finding)}; {finding.grade}). {finding.consequence}{explains} To accept: {finding.accept}"
    )


def _location(finding: Finding, exhibit: Exhibit | None, where: str) -> Parts:
    """Return the place of a result. Code scanning requires a file: without a recording it is the new side."""
    file, line = (exhibit.file, exhibit.line) if exhibit else (where, 1)
    logical = {"fullyQualifiedName": printable(f"{finding.endpoint} {finding.place}"), "kind": "member"}
    return {**(_physical(file, line) if file else {}), "logicalLocations": [logical]}


def _physical(file: str, line: int) -> Parts:
    path = file.replace("\\", "/")
    rooted = path.startswith("/") or path[1:3] == ":/"
    # RFC 3986, 4.2: a colon in the first segment is encoded, or the text before it would be a scheme.
    uri = quote(path.encode("utf-8", "surrogateescape"))
    place: Parts = {"uri": f"file:///{uri.lstrip('/')}"} if rooted else {"uri": uri, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": line}}}


def _notices(comparison: Comparison) -> Iterator[Parts]:
    for note in notes_of(comparison):
        yield {"level": "note", "message": {"text": printable(note)}}
    for section in sections_of(comparison):
        for entry in section.entries if section.worrying else ():
            yield {"level": "warning", "message": {"text": printable(f"{section.title}: {entry}")}}
