"""Recorded and live answers judged as `playhead diff` judges two recordings, less what the live service itself does
not answer twice in the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from playhead.contract.comparison import Comparison, Unchecked, compare
from playhead.contract.contract import Contract
from playhead.contract.findings import Finding, fingerprint_of
from playhead.contract.requests import Key
from playhead.contract.templates import templates
from playhead.fronts.verify.answers import Answer, contract_of, unanswered
from playhead.fronts.verify.plan import Left
from playhead.model.cassette import Exchange

__all__ = ["Unanswered", "Verdict", "judge"]


@dataclass(frozen=True, slots=True)
class Unanswered(Unchecked):
    """An endpoint some of whose recorded requests got no usable answer, or could not be sent; `side` is `"live"`."""

    def __str__(self) -> str:
        listed = ", ".join(f"{reason} x{count}" for reason, count in self.reasons)
        return f"{self.endpoint}: {listed}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The comparison, the places that differ between two live answers (`unstable`, as `endpoint place`), and the
    answers that show a finding (`drifted`)."""

    comparison: Comparison
    unstable: tuple[str, ...]
    drifted: tuple[Answer, ...]


def judge(answers: Sequence[Answer], left: Iterable[Left]) -> Verdict:
    """Compare what was recorded with what came today, request by request of the same kind."""
    checked = [each for each in answers if not unanswered(each.step.exchange, each.live)]
    old, new = contract_of(*(each.step.exchange for each in checked)), contract_of(*(each.live for each in checked))
    names = _Names(old, new)
    unstable = {place for each in checked for place in _unstable(each, names)}
    compared = compare(old, new)
    findings = tuple(_steady(compared.findings, unstable, names))
    silent = tuple(_unanswered(answers, left, names))
    comparison = replace(compared, findings=findings, could_not_check=silent)
    return Verdict(comparison, tuple(sorted(unstable)), tuple(_drifted(checked, findings, names)))


class _Names:
    """The names of endpoints in a comparison: their paths are folded by all that is compared together."""

    def __init__(self, old: Contract, new: Contract) -> None:
        self._renames = templates(old, new)
        self.endpoints = sorted({str(self._name(key)) for key in (*old.endpoints, *new.endpoints)}, key=len)

    def of(self, exchange: Exchange) -> str:
        """The endpoint of an exchange."""
        (key,) = contract_of(exchange).endpoints
        return str(self._name(key))

    def _name(self, key: Key) -> Key:
        return self._renames.get(key, key)


def _places(endpoint: str, one: Exchange, other: Exchange) -> set[str]:
    """Where two answers to one request differ, whichever came first."""
    first, second = contract_of(one), contract_of(other)
    found = (*compare(first, second).findings, *compare(second, first).findings)
    return {f"{endpoint} {each.place}" for each in found}


def _unstable(answer: Answer, names: _Names) -> set[str]:
    again = answer.again
    if again is None or unanswered(answer.live, again):
        return set()
    return _places(names.of(answer.live), answer.live, again)


def _steady(findings: Iterable[Finding], unstable: set[str], names: _Names) -> Iterator[Finding]:
    """The findings at places where two live answers agree; a finding that has several places keeps those."""
    for finding in findings:
        also = tuple(place for place in finding.also if place not in unstable)
        if f"{finding.endpoint} {finding.place}" not in unstable:
            yield finding if also == finding.also else replace(finding, also=also)
        elif also:
            yield _moved(finding, also, names)


def _moved(finding: Finding, also: tuple[str, ...], names: _Names) -> Finding:
    """The same finding told of the first of its further places."""
    endpoint = max((each for each in names.endpoints if also[0].startswith(f"{each} ")), key=len)
    place = also[0].removeprefix(f"{endpoint} ")
    fingerprint = fingerprint_of(finding.rule, endpoint, place)
    return replace(finding, endpoint=endpoint, place=place, fingerprint=fingerprint, also=also[1:])


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


def _drifted(checked: Sequence[Answer], findings: Sequence[Finding], names: _Names) -> Iterator[Answer]:
    """The answers that show a finding. One that shows only in the sum is shown by all that differ at its endpoint."""
    found = {place for each in findings for place in (f"{each.endpoint} {each.place}", *each.also)}
    places = [_places(names.of(each.live), each.step.exchange, each.live) for each in checked]
    shown = {place for own in places for place in own}
    in_the_sum = {each.endpoint for each in findings if f"{each.endpoint} {each.place}" not in shown}
    for each, own in zip(checked, places, strict=True):
        if own & found or (
            names.of(each.live) in in_the_sum and contract_of(each.step.exchange) != contract_of(each.live)
        ):
            yield each
