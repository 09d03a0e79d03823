"""The replies to what was asked to confirm findings, and how findings are judged by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from playhead.contract.confirming import Changes, changes_between, confirmed, resemble, shown_in, with_confirmed
from playhead.contract.contract import Contract
from playhead.contract.findings import Finding
from playhead.contract.tally import union
from playhead.services.verifying.answers import Answer, contract_of, unanswered
from playhead.services.verifying.differences import Names, differing, places_of

__all__ = ["Replies"]


@dataclass(frozen=True, slots=True)
class _Reply:
    """The answer for another entity: the changes from the recorded answer to it, and from it to the live one."""

    contract: Contract
    to: Changes
    back: Changes


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer that was asked about: its endpoint, the places that always differ, what has changed, and replies."""

    endpoint: str
    places: frozenset[str]
    changes: Changes
    replies: tuple[_Reply, ...]


class Replies:
    """The answers of the live service when it was asked again."""

    def __init__(self, checked: Sequence[Answer], shown: Mapping[int, set[str]], names: Names) -> None:
        """`shown` has the places where each of the answers, by its `id`, differs from the recorded one."""
        self._asked = [
            _asked(each, names.of(each.live), shown[id(each)]) for each in checked if each.repeats and each.repeated
        ]
        self._others = [
            (names.of(each.live), shown[id(each)], each) for each in checked if self._asked and not each.repeats
        ]

    def __bool__(self) -> bool:
        return any(each.replies for each in self._asked)

    def against(self, finding: Finding) -> set[str]:
        """Return the places of a finding that other entities show as they were."""
        return {
            f"{asked.endpoint} {place}"
            for asked, place in self._about(finding)
            if any(shown_in(reply.back, finding.rule, place) for reply in asked.replies)
        }

    def judged(self, finding: Finding, whole: Mapping[str, Finding]) -> Finding:
        """Return a finding, confirmed if all that was asked about it shows it.

        Args:
            finding: The finding.
            whole: The findings with the evidence of all entities, by fingerprint.
        """
        own = self._judged(finding, whole)
        follows = [self.judged(each, whole) for each in finding.consequences]
        return with_confirmed(own, follows) if follows else own

    def _judged(self, finding: Finding, whole: Mapping[str, Finding]) -> Finding:
        about = list(self._about(finding))
        if not about or self.against(finding):
            return finding
        changes = [(each, place) for asked, place in about for each in (asked.changes, *(r.to for r in asked.replies))]
        showing = (shown_in(each, finding.rule, place) for each, place in chain(changes, self._unasked(finding)))
        return confirmed(finding, union(showing), whole.get(finding.fingerprint, finding))

    def _about(self, finding: Finding) -> Iterator[tuple[_Asked, str]]:
        """Yield what was asked about a finding, each with its place there."""
        for asked in self._asked if finding.if_confirmed else ():
            for place in _within(asked.endpoint, asked.places.intersection(places_of(finding))):
                yield asked, place

    def _unasked(self, finding: Finding) -> Iterator[tuple[Changes, str]]:
        """Yield the changes of other recorded entities that show a finding too, each with its place there."""
        for endpoint, shown, answer in self._others:
            for place in _within(endpoint, shown.intersection(places_of(finding))):
                yield changes_between(contract_of(answer.step.exchange), contract_of(answer.live)), place

    def added_to(self, new: Contract) -> Contract:
        """Return the contract of live answers with the replies in it."""
        whole = Contract(templates=new.templates)
        whole.absorb(new)
        for reply in (reply for asked in self._asked for reply in asked.replies):
            whole.absorb(reply.contract)
        return whole


def _within(endpoint: str, places: set[str] | frozenset[str]) -> list[str]:
    """Return the places at an endpoint, without its name."""
    return sorted(each.removeprefix(f"{endpoint} ") for each in places if each.startswith(f"{endpoint} "))


def _asked(answer: Answer, endpoint: str, shown: set[str]) -> _Asked:
    recorded, live = answer.step.exchange, answer.live
    always = shown.intersection(*(differing(endpoint, recorded, each) for each in answer.repeated))
    changes = changes_between(contract_of(recorded), contract_of(live))
    return _Asked(endpoint, frozenset(always), changes, tuple(_replies(answer)))


def _replies(answer: Answer) -> Iterator[_Reply]:
    """Yield the answers for other entities that say anything: errors do not, nor does what is of another kind."""
    before, now = contract_of(answer.step.exchange), contract_of(answer.live)
    for exchange in answer.others:
        response = exchange.response
        if unanswered(answer.step.exchange, exchange) or response is None or not 200 <= response.status < 300:
            continue
        there = contract_of(exchange)
        for endpoint in there.endpoints.values():
            endpoint.example = ""  # a sample is a recorded one
        there = there.renamed(dict.fromkeys(there.endpoints, next(iter(now.endpoints))))
        if resemble(there, now) or resemble(there, before):
            yield _Reply(there, changes_between(before, there), changes_between(there, now))
