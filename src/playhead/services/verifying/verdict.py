"""Judges recorded and live answers as `playhead diff` judges two recordings.

What the live service itself does not answer twice in the same way is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from playhead.contract.comparison import Comparison, Unchecked, compare
from playhead.contract.contract import Contract
from playhead.contract.findings import Finding
from playhead.contract.judge import COMMIT
from playhead.contract.requests import Key
from playhead.contract.rules import Grade
from playhead.contract.templates import templates
from playhead.model.cassette import Exchange
from playhead.services.comparing.judging import Judging
from playhead.services.verifying.answers import Answer, contract_of, differs, unanswered
from playhead.services.verifying.plan import Left

__all__ = ["Unanswered", "Verdict", "judge"]


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
        examples: One of them for each finding, by its fingerprint.
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
    names = _Names(old, new, settings.policy.templates)
    unstable = {place for each in checked for place in _unstable(each, names)}
    compared = compare(old, new, settings.policy)
    places = {id(each): _places(names.of(each.live), each.step.exchange, each.live) for each in checked}
    steady = _steady(compared.findings, unstable, names)
    comparison = settings.with_accepted_apart(
        replace(
            compared,
            findings=tuple(_live(_witnessed(each, checked, places)) for each in steady),
            unsure=tuple(_steady(compared.unsure, unstable, names)),
            could_not_check=tuple(_unanswered(answers, left, names)),
        )
    )
    drifted = tuple(_drifted(checked, comparison.findings, names, places))
    return Verdict(comparison, tuple(sorted(unstable)), drifted, _shown(comparison.findings, drifted, places))


class _Names:
    """The names of endpoints in a comparison: their paths are folded by all that is compared together."""

    def __init__(self, old: Contract, new: Contract, declared: Sequence[str]) -> None:
        self._renames = templates(old, new, declared=declared)
        self.endpoints = sorted({str(self._name(key)) for key in (*old.endpoints, *new.endpoints)}, key=len)

    def of(self, exchange: Exchange) -> str:
        """Return the endpoint of an exchange."""
        (key,) = contract_of(exchange).endpoints
        return str(self._name(key))

    def _name(self, key: Key) -> Key:
        return self._renames.get(key, key)


def _places(endpoint: str, one: Exchange, other: Exchange) -> set[str]:
    """Return the places where two answers to one request differ, whichever came first."""
    first, second = contract_of(one), contract_of(other)
    found = (*compare(first, second).findings, *compare(second, first).findings)
    return {f"{endpoint} {each.place}" for each in found}


def _unstable(answer: Answer, names: _Names) -> set[str]:
    again = answer.again
    if again is None or unanswered(answer.live, again):
        return set()
    return _places(names.of(answer.live), answer.live, again)


def _steady(findings: Iterable[Finding], unstable: set[str], names: _Names) -> Iterator[Finding]:
    """Return the findings at places where two live answers agree; a finding that has several places keeps those."""
    for finding in findings:
        where = zip((f"{finding.endpoint} {finding.place}", *finding.also), finding.covers, strict=True)
        kept = [(place, fingerprint) for place, fingerprint in where if place not in unstable]
        if len(kept) == len(finding.covers):
            yield finding
        elif kept:
            yield _narrowed(finding, kept, names)


def _live(finding: Finding) -> Finding:
    """Return a finding of which there are no new recordings yet."""
    return replace(finding, accept=finding.accept.replace(COMMIT, "Record the live answers with `--update`"))


def _narrowed(finding: Finding, kept: list[tuple[str, str]], names: _Names) -> Finding:
    """Return a finding told of some of its places only."""
    first, *further = (place for place, _ in kept)
    endpoint = max((each for each in names.endpoints if first.startswith(f"{each} ")), key=len)
    covers = tuple(fingerprint for _, fingerprint in kept)
    return replace(
        finding,
        endpoint=endpoint,
        place=first.removeprefix(f"{endpoint} "),
        fingerprint=covers[0],
        accept=finding.accept.replace(finding.fingerprint, covers[0]),
        also=tuple(further),
        covers=covers,
    )


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


def _unanswered(answers: Iterable[Answer], left: Iterable[Left], names: _Names) -> Iterator[Unanswered]:
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
    checked: Sequence[Answer], findings: Sequence[Finding], names: _Names, places: Mapping[int, set[str]]
) -> Iterator[Answer]:
    """Return the answers that show a finding.

    One that shows only in the sum is shown by all that differ at its endpoint.
    """
    found = {place for each in findings for place in (f"{each.endpoint} {each.place}", *each.also)}
    shown = {place for own in places.values() for place in own}
    in_the_sum = {each.endpoint for each in findings if f"{each.endpoint} {each.place}" not in shown}
    for each in checked:
        in_sum = names.of(each.live) in in_the_sum and differs(each.step.exchange, each.live)
        if places[id(each)] & found or in_sum:
            yield each


def _shown(findings: Iterable[Finding], drifted: Sequence[Answer], places: Mapping[int, set[str]]) -> dict[str, Answer]:
    """For each finding an answer that shows it by itself."""
    found: dict[str, Answer] = {}
    for finding in findings:
        place = f"{finding.endpoint} {finding.place}"
        showing = next((each for each in drifted if place in places[id(each)]), None)
        if showing is not None:
            found[finding.fingerprint] = showing
    return found
