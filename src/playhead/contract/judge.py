"""Judge changes: how bad is each, given its evidence, and which of them are one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from playhead.contract.chance import explained_by_chance
from playhead.contract.changes import Change
from playhead.contract.findings import Finding, fingerprint_of
from playhead.contract.policy import Policy
from playhead.contract.rules import RULES, Grade, Rule, Severity, Whose

__all__ = ["COMMIT", "Located", "Verdict", "judge", "severity_of"]

COMMIT = "Commit the new recordings"
"""The way to accept a change if there are new recordings."""
_DEFAULT = Policy()
_Groups = dict[tuple[object, ...], "list[Located]"]


@dataclass(frozen=True, slots=True)
class Located:
    """A change at an endpoint, with the URL of a recording that shows it.

    `announced` is True if the endpoint has announced its own end, which confirms that something is gone.
    """

    endpoint: str
    sample: str
    change: Change
    announced: bool = False


class Verdict(NamedTuple):
    """The findings, the worst first, and those that chance may explain."""

    findings: tuple[Finding, ...]
    unsure: tuple[Finding, ...]


def judge(located: Iterable[Located], policy: Policy = _DEFAULT) -> Verdict:
    """Judge all changes. Noise is left out, and equal changes to objects of the same shape become one finding."""
    sure, unsure = _Groups(), _Groups()
    for each in located:
        groups = unsure if explained_by_chance(each.change.evidence) else sure
        groups.setdefault(_identity(each), []).append(each)
    told = sure.keys()
    rest = {identity: group for identity, group in unsure.items() if identity not in told}
    return Verdict(_findings(sure, policy), _findings(rest, policy))


def _findings(groups: dict[tuple[object, ...], list[Located]], policy: Policy) -> tuple[Finding, ...]:
    findings = [_finding(group, policy) for group in groups.values()]
    told = [finding for finding in findings if finding.severity is not Severity.NOISE]
    told.sort(key=lambda each: (-each.severity.rank, -each.grade.rank, each.endpoint, each.place, each.rule))
    return tuple(told)


def severity_of(rule: Rule, grade: Grade, *, doubtful: bool) -> Severity:
    """Return the severity of a change, which is breaking only with enough evidence and without doubt.

    Args:
        rule: The rule, with the severity that the project gives it.
        grade: The grade of the evidence.
        doubtful: True if the sides may not be comparable.
    """
    if rule.severity is Severity.BREAKING and (doubtful or grade < rule.breaking_from):
        return Severity.RISKY
    return rule.severity


def _identity(each: Located) -> tuple[object, ...]:
    change = each.change
    tail = change.place.rpartition("/")[2]
    if change.context or change.place in ("status", "host", "base path"):
        return change.rule, tail, change.old, change.new, change.context, change.at_most
    return change.rule, each.endpoint, change.place


def _grade(change: Change) -> Grade:
    grade = change.evidence.grade
    return min(grade, Grade.E1) if change.doubt else grade


def _witnessed(group: list[Located]) -> bool:
    """Return True if another endpoint shows the same with good evidence, or the endpoint has announced its end."""
    good = [each for each in group if _grade(each.change) >= Grade.E2]
    return len({each.endpoint for each in good}) > 1 or any(each.announced for each in good)


def _finding(group: list[Located], policy: Policy) -> Finding:
    group = sorted(group, key=lambda each: (-_grade(each.change).rank, each.endpoint, each.change.place))
    first, change = group[0], group[0].change
    grade = Grade.E4 if _witnessed(group) else _grade(change)
    rule = policy.rule_for(RULES[change.rule], first.endpoint, change.place)
    severity = severity_of(rule, grade, doubtful=bool(change.doubt))
    covers = tuple(fingerprint_of(change.rule, each.endpoint, each.change.place) for each in group)
    return Finding(
        rule=change.rule,
        severity=min(severity, change.at_most, key=lambda each: each.rank),
        grade=grade,
        endpoint=first.endpoint,
        place=change.place,
        old=change.old,
        new=change.new,
        fingerprint=covers[0],
        evidence=_sentence(change, grade),
        sample=first.sample,
        consequence=rule.consequence,
        accept=_accept(rule, covers[0]),
        also=tuple(f"{each.endpoint} {each.change.place}" for each in group[1:]),
        old_samples=change.seen[0],
        new_samples=change.seen[1],
        covers=covers,
    )


def _sentence(change: Change, grade: Grade) -> str:
    old, new = change.evidence
    label = f"{change.label} " if change.label else ""
    text = f"{label}{old}, now {new}"
    if grade is Grade.E0 and not change.doubt:
        text += "; seen once"
    return f"{text}; {change.doubt}" if change.doubt else text


def _accept(rule: Rule, fingerprint: str) -> str:
    if rule.whose is Whose.OURS:
        return f"Nothing to accept: it is our own request. {COMMIT}."
    return f'{COMMIT}, or `playhead accept {fingerprint} --reason "..."`'
