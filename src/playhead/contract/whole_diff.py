"""Changes of bodies as a whole: they are gone, hollow, or can no longer be parsed; or the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from playhead.contract.answers import Answers, State
from playhead.contract.changes import Change, Count, Evidence
from playhead.contract.tally import Tally, union

__all__ = ["whole_changes"]

_RANK = {
    State.EMPTY: 0,
    State.NULL: 1,
    State.HOLLOW: 1,
    State.BROKEN: 2,
    State.UNREAD: 2,
    State.TOLD: 3,
    State.STREAM: 3,
    State.BARE: 3,
}
"""Ranks of bodies by what they tell. An empty list ranks as a full one: there may be nothing to list."""

_UNREADABLE = 2


def whole_changes(old: Answers, new: Answers) -> Iterator[Change]:
    """Yield the change if bodies say less than any of the old side did, or more."""
    if State.CODED in old.states or State.CODED in new.states:
        return  # what they would say if they were read is not known
    if not {State.STREAM}.issuperset(old.states) and not {State.STREAM}.issuperset(new.states):
        old, new = _whole(old), _whole(new)  # streams that are as they were say nothing about the others
    if _are_maps(old) or _are_maps(new):
        old, new = _with_maps_as_lists(old), _with_maps_as_lists(new)
    before, after = _ranked(old), _ranked(new)
    if not before or not after:
        return
    if min(after) < min(before):
        yield from _less(old, new, min(before), min(after))
    elif min(after) > max(before):
        yield from _more(old, new, max(before), min(after))
    elif _lists(old) and set(new.states) == {State.BARE}:
        evidence = Evidence(_from_rank(old, 0), Count(Tally(), union(new.states.values())))
        yield Change("list-emptied", "", "items", "none", evidence, label="items")


def _less(old: Answers, new: Answers, floor: int, worst: int) -> Iterator[Change]:
    if worst == _UNREADABLE:
        if old.media.keys().isdisjoint(new.media.keys()):
            return  # another type of body is one change
        rule = "body-unreadable"
    else:
        rule = "body-gone"
    evidence = Evidence(_from_rank(old, floor), _from_rank(new, floor))
    yield Change(rule, "", _words(old.states), _words(new.states), evidence, label=_words(old.states))


def _more(old: Answers, new: Answers, ceiling: int, floor: int) -> Iterator[Change]:
    if ceiling == _UNREADABLE and old.media.keys().isdisjoint(new.media.keys()):
        return
    rule = "body-readable" if ceiling == _UNREADABLE else "body-back"
    evidence = Evidence(_from_rank(old, floor), _from_rank(new, floor))
    yield Change(rule, "", _words(old.states), _words(new.states), evidence, label=_words(new.states))


def _whole(answers: Answers) -> Answers:
    states = {state: tally for state, tally in answers.states.items() if state != State.STREAM}
    return replace(answers, states=states)


def _are_maps(answers: Answers) -> bool:
    """Return True if all bodies are objects whose keys are data."""
    shape = answers.bodies.get("")
    if shape is None or not shape.variants or shape.total > shape.of_kind("object"):
        return False
    return all(fields.entries is not None and not fields.fields for fields in shape.variants.values())


def _with_maps_as_lists(answers: Answers) -> Answers:
    """Return the answers with `{}` taken for a map without entries, which tells as little as an empty list."""
    states = {state: tally for state, tally in answers.states.items() if state not in (State.HOLLOW, State.BARE)}
    empty = union(answers.states.get(state) for state in (State.HOLLOW, State.BARE))
    return replace(answers, states=states | ({State.BARE.value: empty} if empty.count else {}))


def _ranked(answers: Answers) -> set[int]:
    return {_RANK[State(state)] for state in answers.states}


def _from_rank(answers: Answers, floor: int) -> Count:
    having = union(tally for state, tally in answers.states.items() if _RANK[State(state)] >= floor)
    return Count(having, union(answers.states.values()))


def _lists(answers: Answers) -> bool:
    """Return True if all bodies are lists with items, or maps with entries."""
    shape = answers.bodies.get("")
    lists = shape is not None and shape.total == shape.of_kind("array")
    return set(answers.states) == {State.TOLD} and (lists or _are_maps(answers))


def _words(states: Mapping[str, Tally]) -> str:
    return ", ".join(sorted(states))
