"""A change before it is judged: the rule, the place, and who showed it on both sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.contract.rules import Grade, Severity
from playhead.contract.samples import Sample
from playhead.contract.shape import Shape
from playhead.contract.tally import Tally, size_of
from playhead.text.words import counted

__all__ = ["NOTHING", "NO_SIBLINGS", "Change", "Count", "Evidence", "Siblings", "all_of", "grade_of", "none_of"]

NOTHING = Tally()


class Count(NamedTuple):
    """The values that showed something, among those that could have."""

    having: Tally
    among: Tally

    @property
    def hits(self) -> int:
        """The number of values that showed it."""
        return self.having.count

    @property
    def total(self) -> int:
        """The number of values that could have."""
        return self.among.count

    @property
    def independent(self) -> int:
        """The number of independent observations: entities, or requests if these are fewer."""
        return self.among.independent

    def __str__(self) -> str:
        return f"in {self.hits} of {self.total}{_within(self.among)}"


def _within(tally: Tally) -> str:
    entities, requests = size_of(tally.entities), size_of(tally.requests)
    if min(entities, requests) >= tally.count:
        return ""
    return (
        f" ({counted(requests, 'request')})"
        if requests < entities
        else f" ({entities:,} {'entity' if entities == 1 else 'entities'})"
    )


def all_of(tally: Tally) -> Count:
    """Return the count of a side that always showed it."""
    return Count(tally, tally)


def none_of(tally: Tally) -> Count:
    """Return the count of a side that never did."""
    return Count(NOTHING, tally)


class Evidence(NamedTuple):
    """Counts of the old and of the new side."""

    old: Count
    new: Count


def grade_of(observations: int) -> Grade:
    """Return the grade of a change that at least `observations` independent ones on either side show."""
    thresholds = ((5, Grade.E3), (3, Grade.E2), (2, Grade.E1))
    return next((grade for least, grade in thresholds if observations >= least), Grade.E0)


class Siblings(NamedTuple):
    """The other fields of the same objects: how many come and go, how many are always there, and how entities fare.

    Fields with identical presence count once in `optional`, `stable` and `unstable`. The latter two count fields of
    entities that are on both sides: those that have not gone, and those that have.
    """

    optional: int = 0
    required: int = 0
    stable: int = 0
    unstable: int = 0


NO_SIBLINGS = Siblings()


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between the two sides.

    Attributes:
        rule: An id of the catalogue.
        place: A JSON pointer (`*` for any item or data key), `header.NAME`, or `status`.
        old: The old side in words.
        new: The new side in words.
        evidence: The counts of both sides.
        context: Names of the fields beside this one. Equal changes with the same context become one finding.
        doubt: Why the sides may not be comparable, or `""`. A doubtful change is never breaking.
        reservation: Why the change is risky at most although the sides can be compared, or `""`.
        label: Name of what the evidence counts.
        seen: A few recordings of the old side, and of the new.
        at_most: The worst severity that a change at this place can have.
        shape: The value that was or is there, to recognise fields that have moved.
        siblings: The other fields of the same objects.
    """

    rule: str
    place: str
    old: str
    new: str
    evidence: Evidence
    context: tuple[str, ...] = ()
    doubt: str = ""
    label: str = ""
    seen: tuple[tuple[Sample, ...], tuple[Sample, ...]] = ((), ())
    at_most: Severity = Severity.BREAKING
    shape: Shape | None = field(default=None, compare=False, repr=False)
    siblings: Siblings = NO_SIBLINGS
    reservation: str = ""
