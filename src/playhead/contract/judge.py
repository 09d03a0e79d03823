"""Judge changes: how bad is each, given its evidence, and which of them are one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from playhead.contract.causes import by_cause
from playhead.contract.changes import Change, Count, Evidence, Siblings
from playhead.contract.findings import Finding, fingerprint_of
from playhead.contract.policy import Policy
from playhead.contract.rules import RULES, Grade, Rule, Severity, Whose
from playhead.contract.tally import common, union
from playhead.contract.weighing import Weight, weight_of

__all__ = ["COMMIT", "SEEN_ONCE", "Located", "Verdict", "judge", "severity_of"]

FLOOD = 3
"""So many fields of one object that came or went together are one finding."""

_OF_FIELDS = frozenset({"field-removed", "field-added", "field-became-optional", "optional-field-added"})

_OF_BODIES = frozenset({"body-gone", "body-unreadable", "body-back", "body-readable", "list-emptied"})

COMMIT = "Commit the new recordings"
"""The way to accept a change if there are new recordings."""
SEEN_ONCE = "; seen once"
"""The end of evidence that is one observation on either side."""
_DEFAULT = Policy()
FALSE_DISCOVERIES = 0.1
"""The share of false ones among the changes that are called breaking."""


@dataclass(frozen=True, slots=True)
class Located:
    """A change at an endpoint, with the URL of a recording that shows it.

    `announced` is True if the endpoint has announced its own end, which confirms that something is gone. `flood` is set
    for fields that came or went together with their siblings, and tells one such flood from another.
    """

    endpoint: str
    sample: str
    change: Change
    announced: bool = False
    flood: tuple[object, ...] = ()


class Verdict(NamedTuple):
    """The findings, the worst first, and the differences that are other data."""

    findings: tuple[Finding, ...]
    unsure: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    located: Located
    weight: Weight

    @property
    def change(self) -> Change:
        return self.located.change


_Groups = dict[tuple[object, ...], list[_Weighed]]


def judge(located: Iterable[Located], policy: Policy = _DEFAULT, places: int = 0, fewest: int = 0) -> Verdict:
    """Judge all changes. Noise is left out, and equal changes to objects of the same shape become one finding.

    Args:
        located: The changes.
        policy: Severities of the project.
        places: The number of places that were looked at, of which some look changed by chance.
        fewest: The fewest observations from which a change is breaking, if that is not left to its evidence.
    """
    sure, unsure = _Groups(), _Groups()
    for identity, group in _together(located).items():
        groups = sure if any(each.weight.told for each in group) else unsure
        groups[identity] = [_at_least(fewest, each) for each in group]
    allowed = _allowed(sure.values(), places)
    return Verdict(_findings(sure, policy, allowed), _findings(unsure, policy, allowed))


def _at_least(fewest: int, weighed: _Weighed) -> _Weighed:
    enough = weighed.weight.enough and min(side.independent for side in weighed.change.evidence) >= fewest
    return replace(weighed, weight=weighed.weight._replace(enough=enough))


def _together(located: Iterable[Located]) -> _Groups:
    """Group equal changes, and weigh each by what all of its group have seen: one entity may be at many places."""
    groups: dict[tuple[object, ...], list[Located]] = {}
    for each in _in_floods(list(located)):
        groups.setdefault(_identity(each), []).append(each)
    weighed = _Groups()
    for identity, group in groups.items():
        weighed[identity] = [_Weighed(each, weight_of(each.change)) for each in group]
        if len(group) > 1:
            best = max(weighed[identity], key=lambda each: (each.weight.enough, each.weight.told, -each.weight.chance))
            pooled = replace(
                best.change,
                evidence=_pooled([each.change.evidence for each in group]),
                siblings=Siblings(*map(sum, zip(*(each.change.siblings for each in group), strict=True))),
            )
            weight = weight_of(pooled)
            if weight.enough and not best.weight.enough:
                weighed[identity] = [_Weighed(replace(best.located, change=pooled), weight)] + [
                    each for each in weighed[identity] if each is not best
                ]
    return weighed


def _in_floods(located: Sequence[Located]) -> Iterator[Located]:
    """Yield the changes; fields of the same objects that the same entities have or lack are marked as one flood."""
    floods: dict[tuple[object, ...], int] = Counter(filter(None, map(_flood, located)))
    for each in located:
        key = _flood(each)
        yield replace(each, flood=key) if key is not None and floods[key] >= FLOOD else each


def _flood(each: Located) -> tuple[object, ...] | None:
    change = each.change
    if change.rule not in _OF_FIELDS:
        return None
    sketches = tuple(tuple(side.having.entities) for side in change.evidence)
    counts = tuple(side.hits for side in change.evidence)
    return change.rule, each.endpoint, change.place.rpartition("/")[0], sketches, counts


def _pooled(evidence: Sequence[Evidence]) -> Evidence:
    """Return what several places have seen together."""
    old, new = (
        Count(union(each[side].having for each in evidence), union(each[side].among for each in evidence))
        for side in (0, 1)
    )
    return Evidence(old, new)


def _allowed(groups: Iterable[list[_Weighed]], places: int) -> float:
    """Return the probability up to which changes are believed, of so many places (Benjamini and Hochberg 1995)."""
    enough = ([each.weight.chance for each in group if each.weight.enough] for group in groups)
    chances = sorted(min(group) for group in enough if group)
    believed = [chance for rank, chance in enumerate(chances, 1) if chance <= FALSE_DISCOVERIES * rank / max(1, places)]
    return max(believed, default=0.0)


def _findings(groups: _Groups, policy: Policy, allowed: float) -> tuple[Finding, ...]:
    findings = [_finding(group, policy, allowed) for group in groups.values()]
    told = [finding for finding in findings if finding.severity is not Severity.NOISE]
    told.sort(key=lambda each: (-each.severity.rank, -each.grade.rank, each.endpoint, each.place, each.rule))
    return by_cause(told)


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
    if "header." in change.place or change.rule in _OF_BODIES:
        return change.rule, change.place, change.old, change.new
    if each.flood:
        return each.flood
    if change.context or change.place in ("status", "host", "base path"):
        return change.rule, tail, change.old, change.new, change.context, change.at_most
    return change.rule, each.endpoint, change.place


def _grade(weighed: _Weighed) -> Grade:
    return min(weighed.weight.grade, Grade.E1) if weighed.change.doubt else weighed.weight.grade


def _witnessed(group: list[_Weighed]) -> bool:
    """Return True if other entities at another endpoint show the same, or the endpoint has announced its end."""
    good = [each for each in group if _grade(each) >= Grade.E2]
    return any(each.located.announced for each in good) or any(
        each.located.endpoint != good[0].located.endpoint and _disjoint(each.change, good[0].change) for each in good
    )


def _disjoint(one: Change, other: Change) -> bool:
    return all(
        not common(mine.among.entities, theirs.among.entities)
        for mine, theirs in zip(one.evidence, other.evidence, strict=True)
    )


def _finding(group: list[_Weighed], policy: Policy, allowed: float) -> Finding:
    group = sorted(
        group, key=lambda each: (-each.weight.enough, -_grade(each).rank, each.located.endpoint, each.change.place)
    )
    best, first, change = group[0], group[0].located, group[0].change
    grade = Grade.E4 if _witnessed(group) else _grade(best)
    rule = policy.rule_for(RULES[change.rule], first.endpoint, change.place)
    enough = any(each.weight.enough and each.weight.chance <= allowed for each in group)
    judged = severity_of(rule, grade, doubtful=bool(change.doubt or change.reservation) or not enough)
    severity = min(judged, change.at_most, key=lambda each: each.rank)
    may_break = rule.severity is change.at_most is Severity.BREAKING and not (change.doubt or change.reservation)
    covers = tuple(fingerprint_of(change.rule, each.located.endpoint, each.change.place) for each in group)
    return Finding(
        rule=change.rule,
        severity=severity,
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
        chance=best.weight.chance,
        if_confirmed=best.weight.alone and may_break and severity is not Severity.BREAKING,
        also=tuple(f"{each.located.endpoint} {each.change.place}" for each in group[1:]),
        old_samples=change.seen[0],
        new_samples=change.seen[1],
        covers=covers,
        doubtful=bool(change.doubt),
    )


def _sentence(change: Change, grade: Grade) -> str:
    old, new = change.evidence
    label = f"{change.label} " if change.label else ""
    text = f"{label}{old}, now {new}"
    if grade is Grade.E0 and not change.doubt:
        text += SEEN_ONCE
    return "; ".join(filter(None, (text, change.doubt, change.reservation)))


def _accept(rule: Rule, fingerprint: str) -> str:
    if rule.whose is Whose.OURS:
        return f"Nothing to accept: it is our own request. {COMMIT}."
    return f'{COMMIT}, or `playhead accept {fingerprint} --reason "..."`'
