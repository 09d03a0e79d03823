"""Judge findings by what a live service answers when it is asked again: the same, and for other entities.

That an answer repeats shows only that it is stable: a finding is then confirmed on one entity. Other entities that show
the same change make it breaking. One that does not show it speaks against it: then the change is one of data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from playhead.contract.alike import all_fields
from playhead.contract.causes import raised
from playhead.contract.contract import Contract
from playhead.contract.endpoint_diff import endpoint_changes
from playhead.contract.findings import Finding
from playhead.contract.judge import SEEN_ONCE
from playhead.contract.rules import Grade, Severity
from playhead.contract.shape import Shape, merge_all
from playhead.contract.tally import Tally, size_of

__all__ = ["ENOUGH", "Changes", "changes_between", "confirmed", "resemble", "shown_in", "with_confirmed"]

ENOUGH = 3
"""So many live entities that show a change make it breaking, if none speaks against it."""

_DEEPEST = 3
_FROM_ANOTHER_NAME = ("field-renamed", "field-moved")
"""Of other entities these are often not recognised, for they are recognised by values."""

Changes = Mapping[tuple[str, str], Tally]
"""Who shows changes now, by rule and place."""


def changes_between(old: Contract, new: Contract) -> Changes:
    """Return all differences between two answers of one endpoint, whatever their evidence."""
    return {
        (change.rule, change.place): change.evidence.new.among
        for key in old.endpoints.keys() & new.endpoints.keys()
        for change in endpoint_changes(key, old.endpoints[key], new.endpoints[key])
    }


def shown_in(changes: Changes, rule: str, place: str) -> Tally | None:
    """Return who shows a change, if it is among others."""
    rules = (rule, "field-removed") if rule in _FROM_ANOTHER_NAME else (rule,)
    return next((changes[each, place] for each in rules if (each, place) in changes), None)


def resemble(one: Contract, other: Contract) -> bool:
    """Return True if two answers are of one kind: at least half of the fields of their successful bodies are in both.

    A path that was built may lead to something else, which shows nothing.
    """
    mine, theirs = (set(_paths(_body(each), "", _DEEPEST)) for each in (one, other))
    return 2 * len(mine & theirs) >= len(mine | theirs)


def _body(contract: Contract) -> Shape:
    questions = (question for endpoint in contract.endpoints.values() for question in endpoint.questions.values())
    answers = (item for question in questions for item in question.answers.items())
    return merge_all(shape for status, each in answers if status < 300 for shape in each.bodies.values())


def _paths(shape: Shape, place: str, depth: int) -> Iterator[str]:
    if shape.total:
        yield place
    if shape.items is not None and depth:
        yield from _paths(shape.items, f"{place}/*", depth - 1)
    for name, each in all_fields(shape).fields.items() if depth else ():
        yield from _paths(each, f"{place}/{name}", depth - 1)


def confirmed(finding: Finding, showing: Tally, whole: Finding) -> Finding:
    """Return a finding that the live service has repeated.

    Args:
        finding: The finding, which would be breaking if more entities showed it.
        showing: Who shows it now; none speaks against it.
        whole: The same finding with the evidence of all of these.
    """
    seen, single = showing.independent, size_of(showing.entities) <= size_of(showing.requests)
    one, several = ("one entity", "entities") if single else ("one request", "requests")
    told = f"confirmed on {one}" if seen <= 1 else f"confirmed on {seen} {several}"
    finding = replace(
        finding,
        confirmed=told,
        evidence=whole.evidence.replace(SEEN_ONCE, ""),
        chance=min(finding.chance, whole.chance),
    )
    if seen < ENOUGH:
        return finding
    return replace(finding, severity=Severity.BREAKING, grade=Grade.E4, if_confirmed=False)


def with_confirmed(finding: Finding, consequences: Iterable[Finding]) -> Finding:
    """Return a finding with its consequences, as far as these are confirmed; they make it as severe as they are."""
    follows = tuple(consequences)
    told = max((each for each in follows if each.confirmed), key=lambda each: each.severity.rank, default=finding)
    return replace(raised(finding, follows), consequences=follows, confirmed=finding.confirmed or told.confirmed)
