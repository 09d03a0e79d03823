"""Changes become findings: how bad a change is, given what it rests on, and which changes are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playhead.contract.changes import Change
from playhead.contract.findings import Finding, fingerprint_of
from playhead.contract.rules import RULES, Grade, Rule, Severity, Whose

__all__ = ["Located", "judge", "severity_of"]


@dataclass(frozen=True, slots=True)
class Located:
    """A change at an endpoint, with the URL of a recording that shows it."""

    endpoint: str
    sample: str
    change: Change


def judge(located: Iterable[Located]) -> list[Finding]:
    """The findings, the worst first, noise left out. Changes of one kind to objects of one shape are one finding."""
    groups: dict[tuple[object, ...], list[Located]] = {}
    for each in located:
        groups.setdefault(_identity(each), []).append(each)
    findings = [_finding(group) for group in groups.values()]
    told = [finding for finding in findings if finding.severity is not Severity.NOISE]
    return sorted(told, key=lambda each: (-each.severity.rank, -each.grade.rank, each.endpoint, each.place, each.rule))


def severity_of(rule: Rule, grade: Grade, *, doubtful: bool) -> Severity:
    """The severity of a change: breaking needs the evidence that its rule asks for, and no doubt."""
    if rule.severity is Severity.BREAKING and (doubtful or grade < rule.breaking_from):
        return Severity.RISKY
    return rule.severity


def _identity(each: Located) -> tuple[object, ...]:
    change = each.change
    tail = change.place.rpartition("/")[2]
    if change.context or change.place in ("status", "host", "base path"):
        return change.rule, tail, change.old, change.new, change.context
    return change.rule, each.endpoint, change.place


def _grade(change: Change) -> Grade:
    grade = change.evidence.grade
    return min(grade, Grade.E1) if change.doubt else grade


def _finding(group: list[Located]) -> Finding:
    group = sorted(group, key=lambda each: (-_grade(each.change).rank, each.endpoint, each.change.place))
    first, change = group[0], group[0].change
    rule, grade = RULES[change.rule], _grade(group[0].change)
    fingerprint = fingerprint_of(change.rule, first.endpoint, change.place)
    return Finding(
        rule=change.rule,
        severity=severity_of(rule, grade, doubtful=bool(change.doubt)),
        grade=grade,
        endpoint=first.endpoint,
        place=change.place,
        old=change.old,
        new=change.new,
        fingerprint=fingerprint,
        evidence=_sentence(change, grade),
        sample=first.sample,
        consequence=rule.consequence,
        accept=_accept(rule),
        also=tuple(f"{each.endpoint} {each.change.place}" for each in group[1:]),
        old_samples=change.seen[0],
        new_samples=change.seen[1],
    )


def _sentence(change: Change, grade: Grade) -> str:
    old, new = change.evidence
    label = f"{change.label} " if change.label else ""
    text = f"{label}{old}, now {new}"
    if grade is Grade.E0 and not change.doubt:
        text += "; seen once"
    return f"{text}; {change.doubt}" if change.doubt else text


def _accept(rule: Rule) -> str:
    if rule.whose is Whose.OURS:
        return "Nothing to accept: it is our own request. Commit the new recordings."
    return "Commit the new recordings in place of the old ones."
