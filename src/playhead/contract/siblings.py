"""The fields of the same objects: they show how often fields come and go there."""

from __future__ import annotations

from typing import NamedTuple

from playhead.contract.changes import Siblings
from playhead.contract.identity import IDENTIFIERS
from playhead.contract.shape import Fields, Shape
from playhead.contract.tally import common, limit_of

__all__ = ["Family"]

_MOST = 200


class _Presence(NamedTuple):
    """The entities of the old and of the new side that have a field."""

    old: frozenset[int]
    new: frozenset[int]


class Family:
    """The fields of objects of both sides, looked at once and when they are first asked for.

    What identifies an object is always there, and not counted.
    """

    def __init__(self, old: Fields, new: Fields) -> None:
        self._old, self._new = old, new
        self._presences: dict[str, _Presence] = {}
        self._required: set[str] = set()

    def siblings_of(self, name: str, now: str = "") -> Siblings:
        """Return how the fields beside `name` fare; those that come and go just as it does say nothing about it.

        Args:
            name: The field.
            now: Its name on the new side, if that is another.
        """
        presences = {each: presence for each, presence in self._looked_at().items() if each != now}
        own = presences.get(name)
        others = {each for each in presences.values() if each != own}
        optional = {presences[each] for each in presences.keys() - self._required} - {own}
        both = common(self._old.tally.entities, self._new.tally.entities)
        unstable = sum(_unstable(each, both) for each in others)
        return Siblings(
            len(optional),
            len(self._required - {name}),
            len(others) * len(both) - unstable,
            unstable,
        )

    def _looked_at(self) -> dict[str, _Presence]:
        if not self._presences:
            sides = self._old, self._new
            for name in sorted((self._old.fields.keys() | self._new.fields.keys()).difference(IDENTIFIERS))[:_MOST]:
                self._presences[name] = _Presence(*(_having(side, side.fields.get(name)) for side in sides))
                if all(name in side.fields and side.fields[name].total == side.count for side in sides):
                    self._required.add(name)
        return self._presences


def _unstable(presence: _Presence, both: set[int]) -> int:
    """Return how many entities have a field on one side only. One that all have gained is new, and no instability."""
    lost, gained = (presence.old - presence.new) & both, (presence.new - presence.old) & both
    return len(lost) + (len(gained) if gained != both else 0)


def _having(fields: Fields, shape: Shape | None) -> frozenset[int]:
    if shape is None:
        return frozenset()
    having = shape.seen.entities
    limit = limit_of(fields.tally.entities, having)
    return frozenset(each for each in having if each <= limit)
