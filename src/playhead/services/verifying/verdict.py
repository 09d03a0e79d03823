"""Judges recorded and live answers as `playhead diff` judges two recordings.

What the live service itself does not answer twice in the same way is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from playhead.contract.comparison import Comparison, Unchecked, compare
from playhead.contract.findings import Finding, with_consequences
from playhead.contract.judge import COMMIT, SEEN_ONCE
from playhead.contract.rules import Grade
from playhead.services.comparing.judging import Judging
from playhead.services.verifying.answers import Answer, contract_of, differs, unanswered
from playhead.services.verifying.differences import Names, differing, parted, places_of, unstable
from playhead.services.verifying.plan import Left
from playhead.services.verifying.replies import Replies

__all__ = ["Unanswered", "Verdict", "judge", "to_confirm"]

_FLAPPING = "differs from one live answer to the next"
_ALONE = "other entities do not show it"


@dataclass(frozen=True, slots=True)
class Unanswered(Unchecked):
    """An endpoint some of whose recorded requests got no usable answer, or could not be sent; `side` is `"live"`."""

    def __str__(self) -> str:
        listed = ", ".join(f"{reason} x{count}" for reason, count in self.reasons)
        return f"{self.endpoint}: {listed}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of verifying.

    Attributes:
        comparison: The findings.
        unstable: The places that differ between two live answers, as `endpoint place`.
        drifted: The answers that show a finding.
        examples: One of them for each place of a finding or consequence, by its fingerprint.
    """

    comparison: Comparison
    unstable: tuple[str, ...] = ()
    drifted: tuple[Answer, ...] = ()
    examples: Mapping[str, Answer] = field(default_factory=dict)


def judge(answers: Sequence[Answer], left: Iterable[Left], settings: Judging | None = None) -> Verdict:
    """Compare what was recorded with what came today, request by request of the same kind.

    `settings` are those of the project: without them nothing is overridden or accepted.
    """
    settings = settings or Judging()
    checked = [each for each in answers if not unanswered(each.step.exchange, each.live)]
    old, new = contract_of(*(each.step.exchange for each in checked)), contract_of(*(each.live for each in checked))
    names = Names(old, new, settings.policy.templates)
    shaky = {place for each in checked for place in unstable(each, names)}
    compared = compare(old, new, settings.policy)
    places = {id(each): differing(names.of(each.live), each.step.exchange, each.live) for each in checked}
    steady, flapping = _told_apart(compared.findings, lambda _: shaky, names, _FLAPPING)
    replies = Replies(checked, places, names)
    shared, alone = _told_apart(steady, replies.against, names, _ALONE)
    unsure, _ = _told_apart(compared.unsure, lambda _: shaky, names, _FLAPPING)
    whole = compare(old, replies.added_to(new), settings.policy) if replies else compared
    found = {each.fingerprint: each for each in with_consequences(whole.findings)}
    judged = (_live(replies.judged(_witnessed(each, checked, places), found)) for each in shared)
    comparison = settings.with_accepted_apart(
        replace(
            compared,
            findings=tuple(sorted(judged, key=_rank)),
            unsure=(*flapping, *alone, *unsure),
            could_not_check=tuple(_unanswered(answers, left, names)),
        )
    )
    drifted = tuple(_drifted(checked, comparison.findings, names, places))
    return Verdict(comparison, tuple(sorted(shaky)), drifted, _shown(comparison.findings, drifted, places))


def to_confirm(verdict: Verdict) -> list[tuple[str, Answer]]:
    """Return the changes that would be breaking if more entities showed them, each with an answer that does."""
    told = (each for each in with_consequences(verdict.comparison.findings) if each.if_confirmed)
    names = (fingerprint for each in told for fingerprint in each.covers)
    return [(each, verdict.examples[each]) for each in names if each in verdict.examples]


def _told_apart(
    findings: Iterable[Finding], apart: Callable[[Finding], set[str]], names: Names, why: str
) -> tuple[list[Finding], list[Finding]]:
    """Return findings without what is at places that are to be told apart, and that as findings with the reason."""
    kept: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        for each, is_apart in parted(finding, apart(finding), names):
            if is_apart:
                evidence = f"{each.evidence.replace(SEEN_ONCE, '')}; {why}"
                others.append(replace(each, evidence=evidence, if_confirmed=False))
            else:
                kept.append(each)
    return kept, others


def _rank(finding: Finding) -> tuple[int, int]:
    return -finding.severity.rank, -finding.grade.rank


def _live(finding: Finding) -> Finding:
    """Return a finding of which there are no new recordings yet."""
    return replace(finding, accept=finding.accept.replace(COMMIT, "Record the live answers with `--update`"))


def _witnessed(finding: Finding, checked: Iterable[Answer], places: Mapping[int, set[str]]) -> Finding:
    """Return the finding with the highest grade, if it rests on good evidence.

    The service has to have said each of it twice.
    """
    place = f"{finding.endpoint} {finding.place}"
    showing = [each for each in checked if place in places[id(each)]]
    twice = all(each.again is not None and not unanswered(each.live, each.again) for each in showing)
    if not showing or not twice or finding.grade not in (Grade.E2, Grade.E3):
        return finding
    return replace(finding, grade=Grade.E4, evidence=f"{finding.evidence}; the live service said so twice")


def _unanswered(answers: Iterable[Answer], left: Iterable[Left], names: Names) -> Iterator[Unanswered]:
    reasons: dict[str, Counter[str]] = {}
    for each in answers:
        reason = unanswered(each.step.exchange, each.live)
        if reason:
            reasons.setdefault(names.of(each.step.exchange), Counter())[reason] += 1
    for lost in left:
        if lost.wanted:
            reasons.setdefault(names.of(lost.exchange), Counter())[lost.reason] += 1
    for endpoint, counted in sorted(reasons.items()):
        yield Unanswered(endpoint, "live", tuple(sorted(counted.items())))


def _drifted(
    checked: Sequence[Answer], findings: Sequence[Finding], names: Names, places: Mapping[int, set[str]]
) -> Iterator[Answer]:
    """Return the answers that show a finding.

    One that shows only in the sum is shown by all that differ at its endpoint.
    """
    found = {place for each in with_consequences(findings) for place in places_of(each)}
    shown = {place for own in places.values() for place in own}
    in_the_sum = {each.endpoint for each in findings if f"{each.endpoint} {each.place}" not in shown}
    for each in checked:
        in_sum = names.of(each.live) in in_the_sum and differs(each.step.exchange, each.live)
        if places[id(each)] & found or in_sum:
            yield each


def _shown(findings: Iterable[Finding], drifted: Sequence[Answer], places: Mapping[int, set[str]]) -> dict[str, Answer]:
    """Return for each place of a finding an answer that shows it by itself."""
    found: dict[str, Answer] = {}
    for finding in with_consequences(findings):
        for place, fingerprint in zip(places_of(finding), finding.covers, strict=True):
            showing = next((each for each in drifted if place in places[id(each)]), None)
            if showing is not None:
                found[fingerprint] = showing
    return found
