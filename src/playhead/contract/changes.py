"""A change before it is judged: the rule, the place, and the samples on both sides that show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from playhead.contract.rules import Grade, Severity
from playhead.contract.samples import Sample
from playhead.contract.shape import Shape
from playhead.text.words import plural

__all__ = ["Change", "Count", "Evidence", "grade_of"]


class Count(NamedTuple):
    """`hits` of `total` values, seen in `samples` documents."""

    hits: int
    total: int
    samples: int

    def __str__(self) -> str:
        within = "" if self.total == self.samples else f" ({self.samples} {plural('sample', self.samples)})"
        return f"in {self.hits} of {self.total}{within}"


class Evidence(NamedTuple):
    """Counts of the old and of the new side."""

    old: Count
    new: Count

    @property
    def grade(self) -> Grade:
        """The grade of the side with fewer samples."""
        return grade_of(min(self.old.samples, self.new.samples))


def grade_of(samples: int) -> Grade:
    """Return the grade of a change that at least `samples` documents on either side show."""
    thresholds = ((5, Grade.E3), (3, Grade.E2), (2, Grade.E1))
    return next((grade for least, grade in thresholds if samples >= least), Grade.E0)


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
        label: Name of what the evidence counts.
        seen: A few recordings of the old side, and of the new.
        at_most: The worst severity that a change at this place can have.
        shape: The value that was or is there, to recognise fields that have moved.
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
